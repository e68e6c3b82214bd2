import { listBackups } from '../backup';
import type { Cluster, Host } from '../cluster';
import { BukaError } from '../errors';
import { type AddressView, lookAtAddress } from '../load-balancer';
import type { Dial, Remote } from '../remote';
import type { Reporter } from '../reporter';
import { type Context, type Observation, observe, type Run } from '../rollout';
import { monitored } from '../slo';
import { backupFindings } from './backup';
import { type Finding, foreseen } from './finding';
import { clockFindings, diskFinding } from './host-facts';
import { addressFindings, loadBalancerFindings } from './load-balancer';
import { monitoringFindings } from './monitoring';
import { type Reach, reach } from './reach';
import { workerFindings } from './worker';

export interface HostsToCheck {
  readonly cluster: Cluster;
  readonly remote: (host: Host) => Promise<Remote>;
  readonly dial: Dial;
  readonly knownHosts: string;
  readonly reporter: Reporter;
  readonly run: Run;
  /** This machine's time, in milliseconds since 1970. */
  readonly now: () => number;
}

/** Asks every host at once for all that a run will need of it. Changes nothing; one that is away hides no other. */
export async function checkHosts(about: HostsToCheck): Promise<Finding[]> {
  const { cluster, now } = about;
  const hosts = [...cluster.hosts.values()];
  const remote = once(about.remote);
  const context: Context = { cluster, reporter: about.reporter, run: about.run, remote };
  const reaching = new Map(hosts.map((host) => [host.name, reach(host, { ...about, remote })]));
  const isReached = async ({ name }: Host) => !((await reaching.get(name))?.answer instanceof BukaError);
  const ifReached = async <T>(host: Host | undefined, ask: () => Promise<T>) =>
    host !== undefined && (await isReached(host)) ? ask().catch(foreseen) : undefined;

  const [observation, addresses, backups, figures] = await Promise.all([
    observe(context),
    lookAtAddresses(cluster, (host) =>
      ifReached(host, async () => (await remote(host)).run(lookAtAddress(cluster.loadBalancers.address ?? ''))),
    ),
    ifReached(cluster.backup?.host, () => listBackups(context)),
    ifReached(cluster.monitoring?.host, () => monitored(cluster, about.dial)),
  ]);
  const reached = new Map<string, Reach>();
  for (const [name, answer] of reaching) reached.set(name, await answer);
  const seen = onlyReached(observation, reached);
  const deployed = [...seen.workers.values()].some(
    (one) => !(one instanceof BukaError) && one.releases.active !== undefined,
  );
  return [
    ...hosts.flatMap(({ name }) => [...(reached.get(name)?.findings ?? []), ...diskOf(name, reached.get(name))]),
    ...clockFindings(new Map([...reached].map(([name, { answer }]) => [name, aheadOf(answer)]))),
    ...cluster.loadBalancers.hosts.flatMap(({ name }) => loadBalancerFindings(cluster, name, seen)),
    ...addressFindings(cluster, addresses),
    ...cluster.workers.hosts.flatMap(({ name }) => workerFindings(cluster, name, seen.workers.get(name))),
    ...backupFindings(cluster, backups, deployed, now()),
    ...monitoringFindings(cluster, figures, deployed),
  ];
}

/** A host that refused once isn't asked again: it would be waited for once more. */
function once(remote: HostsToCheck['remote']): HostsToCheck['remote'] {
  const asked = new Map<string, Promise<Remote>>();
  return (host) => {
    const answer = asked.get(host.name) ?? remote(host);
    asked.set(host.name, answer);
    return answer;
  };
}

/** What keeps a host from being asked is told once, where it is reached. */
function onlyReached({ workers, loadBalancers }: Observation, reached: ReadonlyMap<string, Reach>): Observation {
  const pick = <T>(all: ReadonlyMap<string, T>) =>
    new Map([...all].filter(([name]) => !(reached.get(name)?.answer instanceof BukaError)));
  return { workers: pick(workers), loadBalancers: pick(loadBalancers) };
}

async function lookAtAddresses(
  { loadBalancers }: Cluster,
  look: (host: Host) => Promise<AddressView | BukaError | undefined>,
): Promise<ReadonlyMap<string, AddressView | BukaError>> {
  if (loadBalancers.address === undefined) return new Map();
  const views = await Promise.all(loadBalancers.hosts.map(async (host) => [host.name, await look(host)] as const));
  return new Map(views.flatMap(([name, view]) => (view === undefined ? [] : [[name, view] as const])));
}

const diskOf = (name: string, reached: Reach | undefined) =>
  reached === undefined || reached.answer instanceof BukaError ? [] : [diskFinding(name, reached.answer.facts)];

const aheadOf = (answer: Reach['answer']) => (answer instanceof BukaError ? undefined : answer.facts.ahead);
