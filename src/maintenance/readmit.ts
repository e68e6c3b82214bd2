import { BukaError } from '../errors';
import { type Context, sorted, systemClock } from '../rollout';
import { seconds } from '../units';
import { maintenanceOf, othersOf, rootOn, type Seen, see, seeAll } from './others';
import { takeBack } from './take-back';

export interface LoadBalancerReadmitted {
  readonly outcome: 'readmitted' | 'was-in-service';
  readonly host: string;
  /** The load balancer that has the address; undefined where it is on its way. */
  readonly addressOn?: string | undefined;
}

/** HAProxy checks each worker twice before it counts, and a machine that boots is busy with other things too. */
const READY_WITHIN = seconds(60);
const EVERY = seconds(1);

/**
 * Lets a drained load balancer take the shared address again, once it would serve customers as the others do. The
 * address stays where it is until that one goes.
 * @param user who logs in to load balancers, with the rights of root
 * @throws ConfigurationError `not-a-load-balancer`, `address-missing`
 * @throws BukaError `load-balancer-not-ready`, `cancelled` and those of a `Remote`; it is still drained then
 */
export async function readmit(
  context: Context,
  { host: name, user }: { host: string; user: string },
): Promise<LoadBalancerReadmitted> {
  const { reporter, cluster } = context;
  const maintenance = maintenanceOf(context, name, user);
  const { host } = maintenance;
  const clock = context.clock ?? systemClock;
  const now = () => clock.now().getTime();
  const until = now() + READY_WITHIN;
  return reporter.group(`Readmit ${name}`, async () => {
    for (;;) {
      if (context.signal?.aborted) throw notNow('cancelled', name, 'The run was cancelled.');
      const [own, others] = await Promise.all([
        see(maintenance, host).catch((error: unknown) => error),
        seeAll(maintenance, othersOf(cluster, host)),
      ]);
      const peers = sorted(others).answers;
      const holder = peers.find(([, { address }]) => address.here)?.[0];
      if (isSeen(own) && !own.address.away)
        return { outcome: 'was-in-service', host: name, addressOn: own.address.here ? name : holder };
      const why = whyNot(own, new Map(peers));
      if (why === undefined) {
        await (await rootOn(maintenance, host)).run(takeBack());
        reporter.step({ host: name, name: 'readmitted', state: 'done' });
        return { outcome: 'readmitted', host: name, addressOn: holder };
      }
      if (now() >= until) throw notReady(name, why, own);
      reporter.step({ host: name, name: 'check', state: 'progress', detail: why });
      await clock.sleep(EVERY);
    }
  });
}

const isSeen = (own: unknown): own is Seen => typeof own === 'object' && own !== null && 'address' in own;

/** Why it may not be readmitted yet; undefined where it may. Pure. */
export function whyNot(own: unknown, peers: ReadonlyMap<string, Seen>): string | undefined {
  if (!isSeen(own)) return own instanceof Error ? own.message : String(own);
  if (!own.address.serves) return 'HAProxy answers no request';
  if (!own.address.keepalived) return 'keepalived does not run';
  const views = [...own.view.workers.values()];
  const unchecked = views.filter(({ servers }) => servers.some(({ check, status }) => isUnchecked(check, status)));
  if (unchecked.length > 0) return `it has not checked ${unchecked.map(({ worker }) => worker).join(', ')} yet`;
  const missing = views.filter(
    ({ worker, inRotation }) =>
      !inRotation && [...peers.values()].some(({ view }) => view.workers.get(worker)?.inRotation === true),
  );
  if (missing.length > 0)
    return `${missing.map(({ worker, servers }) => `${worker} is ${servers[0]?.status ?? 'unknown'}`).join(', ')} here, and serves on another load balancer`;
  return views.some(({ inRotation }) => inRotation) ? undefined : 'it has no worker in rotation';
}

/** Where no check is configured, there is none to wait for. */
const isUnchecked = (check: string, status: string) => check === 'unchecked' && status !== 'no check';

const notNow = (code: string, host: string, message: string) =>
  new BukaError({ code, host, step: 'readmit', message, left: `${host} is still drained.` });

const notReady = (host: string, seen: string, own: unknown) =>
  new BukaError({
    code: 'load-balancer-not-ready',
    host,
    step: 'readmit',
    message: `It would not serve customers as it should, even after ${READY_WITHIN / 1000} s.`,
    seen,
    left: `${host} is still drained, and customers are on another load balancer.`,
    hint: isSeen(own)
      ? '`buka status` tells what each load balancer sees; `buka provision` puts a configuration right.'
      : `Is ${host} up? \`buka status\` tells.`,
    ...(own instanceof Error ? { cause: own } : {}),
  });
