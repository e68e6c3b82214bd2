import type { Host } from '../../cluster';
import { BukaError } from '../../errors';
import { lookAtAddress } from '../../load-balancer';
import type { Remote } from '../../remote';
import { askEach, type ClusterStatus, type Context, sorted, status } from '../../rollout';
import { isCut, isOfLoadBalancer, isPowerOff, type MachineDrill, notDone, type Plug } from './incident';
import { lookAtMachine, type MachineLook } from './scripts';

/**
 * Everything that speaks against an incident, before it is made: it must be the only thing that is wrong, somebody else
 * must be there to take over, and the machine must come back from it by itself.
 * @throws BukaError `drill-app-unwell`, `lock-held`, `drill-impossible`
 */
export async function lookBefore(
  context: Context,
  { drill, host, root, plug }: { drill: MachineDrill; host: Host; root: Remote; plug: Plug | undefined },
): Promise<void> {
  const { cluster } = context;
  const unit = isOfLoadBalancer(drill) ? 'haproxy.service' : cluster.workers.unit;
  const [machine, now] = await Promise.all([root.run(lookAtMachine(unit)), status(context)]);
  refuseUnwell(now);
  const why = impossible(drill, machine, plug);
  if (why !== undefined) throw notDone(host.name, why.message, why.hint);
  if (isOfLoadBalancer(drill)) await needAnotherWithAddress(context, host);
}

/** The cluster has to be well, or what the incident did could not be told from what was wrong before. Pure. */
export function refuseUnwell({ ok, workers, failures, locks }: ClusterStatus): void {
  const busy = locks.find(({ expired }) => !expired);
  if (busy !== undefined)
    throw new BukaError({
      code: 'lock-held',
      host: busy.worker,
      step: 'look',
      message: `A run of ${busy.owner.by} is at work, and would meet the incident.`,
      left: 'Nothing was changed.',
      hint: 'Wait for it to end; `buka lock status` shows it.',
    });
  if (ok) return;
  const unwell = workers.filter(
    ({ healthy, rotation }) => healthy !== true || [...rotation.values()].some((state) => state !== 'in'),
  );
  throw new BukaError({
    code: 'drill-app-unwell',
    host: unwell[0]?.worker ?? failures[0]?.failure.host,
    step: 'look',
    message: 'The cluster is not as it should be before the drill, so what the drill does could not be told from that.',
    seen: [
      ...failures.map(({ message }) => message),
      ...unwell.map(({ worker }) => `${worker} is not healthy and in rotation everywhere`),
    ].join('\n'),
    left: 'Nothing was changed.',
    hint: '`buka status` tells what is wrong.',
  });
}

/** Why this machine can't be put back after this incident; undefined where it can. Pure. */
export function impossible(
  drill: MachineDrill,
  { root, systemdRun, nft, container, sysrq, enabled }: MachineLook,
  plug: Plug | undefined,
): { message: string; hint: string } | undefined {
  if (!root) return { message: 'The login is not root.', hint: 'Name who is, with --user.' };
  if (isPowerOff(drill)) {
    if (!enabled)
      return {
        message: 'After a boot its service would not start by itself, so it would not come back.',
        hint: '`systemctl enable` it, or `buka provision`.',
      };
    if (plug !== undefined) return undefined;
    if (container)
      return {
        message: 'It is a container: the kernel that would reboot is its host’s, and others’ too.',
        hint: 'Stop and start the container by hand, or rehearse in the lab: docs/lab.md.',
      };
    if (!sysrq)
      return {
        message: 'Its kernel takes no sysrq, so it can’t lose its power and come back.',
        hint: 'Pull its plug by hand.',
      };
    return undefined;
  }
  if (!systemdRun)
    return { message: 'It has no systemd-run, which puts it back.', hint: 'Rehearse in the lab: docs/lab.md.' };
  if (isCut(drill) && !nft)
    return {
      message: 'It has no nft, or a kernel without its egress hook, to cut it with.',
      hint: '`apt-get install nftables` there; the kernel must be Linux 5.16 or newer.',
    };
  return undefined;
}

async function needAnotherWithAddress({ cluster, remote }: Context, host: Host): Promise<void> {
  const { hosts, address = '' } = cluster.loadBalancers;
  const others = hosts.filter(({ name }) => name !== host.name);
  const seen = sorted(await askEach(others, async (one) => (await remote(one)).run(lookAtAddress(address)))).answers;
  if (seen.some(([, { serves, keepalived, away }]) => serves && keepalived && !away)) return;
  throw notDone(
    host.name,
    'No other load balancer could take the address, so the drill would be an outage.',
    '`buka status` tells what is wrong; `buka load-balancer readmit` brings back one that is drained.',
  );
}
