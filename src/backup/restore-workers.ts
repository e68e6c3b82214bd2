import type { Host } from '../cluster';
import { BukaError } from '../errors';
import { type HistoryEntry, observeReleases, recordHistory, type WorkerReleases } from '../release';
import { acquire, askEach, type Context, type Lock, signature, sorted, status, waitingAfterRestore } from '../rollout';
import { seconds } from '../units';
import type { BackupManifest } from './manifest';

/** The workers that answered, locked: no rollout runs there meanwhile. */
export interface HeldWorkers {
  /** With those workers only. */
  readonly context: Context;
  readonly releases: ReadonlyMap<string, WorkerReleases>;
  /** Undefined where none answered. */
  readonly lock?: Lock | undefined;
}

/**
 * Locks every worker that answers. The others are named and left out: a restore is what one does when things are lost.
 * @throws BukaError `lock-held`, `cancelled`
 */
export async function holdWorkers(context: Context): Promise<HeldWorkers> {
  const { workers } = context.cluster;
  const asked = await askEach(workers.hosts, async (host) =>
    (await context.remote(host)).run(observeReleases(workers.root)),
  );
  const { answers, failures } = sorted(asked);
  for (const failure of failures) leftOut(context, failure);
  let releases = new Map(answers);
  while (releases.size > 0) {
    const narrow = only(context, releases);
    try {
      return { context: narrow, releases, lock: await acquire(narrow) };
    } catch (error) {
      const host = error instanceof BukaError ? error.failure.host : undefined;
      if (!(error instanceof BukaError) || !isAway(error) || host === undefined || !releases.has(host)) throw error;
      leftOut(context, error);
      releases = new Map([...releases].filter(([name]) => name !== host));
    }
  }
  context.reporter.warning(
    'No worker can be locked, so nothing keeps a deploy that reaches them from running at the same time: see that nobody starts one.',
  );
  return { context: only(context, releases), releases };
}

/** What a lock that another run has, or a person who cancels, is not. */
const isAway = ({ code }: BukaError) => !['lock-held', 'lock-lost', 'cancelled'].includes(code);

function leftOut({ reporter }: Context, { failure }: BukaError): void {
  reporter.warning(`${failure.host} is left out, and not locked: ${failure.message}`);
}

function only(context: Context, names: ReadonlyMap<string, unknown>): Context {
  const { workers } = context.cluster;
  const hosts = workers.hosts.filter(({ name }) => names.has(name));
  return { ...context, cluster: { ...context.cluster, workers: { ...workers, hosts } } };
}

/**
 * Before the one step that counts: the locks are still this run's. A worker that went away meanwhile stops nothing.
 * @throws BukaError `lock-lost`
 */
export async function confirmHeld({ context, lock }: HeldWorkers): Promise<void> {
  if (lock === undefined) return;
  const names = context.cluster.workers.hosts.map(({ name }) => name);
  await Promise.all(
    names.map(async (name) => {
      try {
        await lock.confirm(name);
      } catch (error) {
        if (!(error instanceof BukaError) || !isAway(error)) throw error;
        context.reporter.warning(`${name} went away meanwhile: ${error.failure.message}`);
      }
    }),
  );
}

/**
 * Notes the restore in the history of each worker, so that a rollback knows which migrations the database no longer has.
 * One that has the line is enough for all.
 * @returns what each worker has from now on
 */
export async function noteRestored(
  { context, releases }: HeldWorkers,
  { id, recoveryPoint }: BackupManifest,
  { at, reason }: { at: Date; reason?: string | undefined },
): Promise<WorkerReleases[]> {
  const { workers } = context.cluster;
  const about = { at, event: 'restored' as const, backup: id, recoveryPoint, by: signature(context.run), reason };
  const entryOf = ({ active, history, staged }: WorkerReleases): HistoryEntry | undefined => {
    const release = active ?? history.at(-1)?.release ?? staged.at(-1)?.id;
    // A worker that never had a release has nothing to go back to, either.
    return release && { ...about, release };
  };
  const note = async (host: Host) => {
    const entry = entryOf(releases.get(host.name) ?? { staged: [], history: [] });
    if (entry !== undefined) await (await context.remote(host)).run(recordHistory(workers.root, entry));
  };
  const { failures } = sorted(await askEach(workers.hosts, note));
  for (const { failure } of failures)
    context.reporter.warning(
      `${failure.host} could not note the restore in its history: ${failure.message}`,
      'nothing',
    );
  if (failures.length === workers.hosts.length)
    context.reporter.warning(
      'No worker has noted the restore: until one has, a rollback refuses to cross migrations that the database no longer has.',
    );
  return [...releases.values()].map((known) => {
    const entry = entryOf(known);
    return entry === undefined ? known : { ...known, history: [...known.history, entry] };
  });
}

/** How a worker fares with the restored database. */
export interface WorkerAfter {
  readonly worker: string;
  readonly state: 'answers' | 'unhealthy' | 'not reached';
  /** The release that its process is from, or else the active one. */
  readonly release?: string | undefined;
}

const WAIT = seconds(30);
const EVERY = seconds(1);

/** Looks until every worker that can be reached is healthy, for half a minute at most. */
export async function lookAfter(whole: Context, { context }: HeldWorkers): Promise<WorkerAfter[]> {
  const clock = context.clock;
  const now = () => (clock?.now() ?? new Date()).getTime();
  const until = now() + WAIT;
  for (;;) {
    const { workers } = await status(context);
    // A worker without a release is none to wait for.
    const silent = workers.some(({ healthy, active }) => healthy === false && active !== undefined);
    if (!silent || now() >= until || context.signal?.aborted) {
      return whole.cluster.workers.hosts.map(({ name }) => {
        const seen = workers.find(({ worker }) => worker === name);
        const release = seen?.running ?? seen?.active;
        if (seen?.healthy === undefined) return { worker: name, state: 'not reached', release };
        return { worker: name, state: seen.healthy ? 'answers' : 'unhealthy', release };
      });
    }
    await (clock?.sleep(EVERY) ?? new Promise((resolve) => setTimeout(resolve, EVERY)));
  }
}

/** What to type next where the workers' releases wait for migrations that went with the restore. */
export function nextSteps(workers: readonly WorkerReleases[], { release: made }: BackupManifest): string[] {
  const waiting = waitingAfterRestore(workers);
  const steps = waiting.map(({ release, migrations, backTo }) => {
    const lacks = `The database no longer has ${migrations.join(', ')}, which release ${release} on the workers came with.`;
    return backTo === undefined
      ? `${lacks} Type \`buka deploy\`, of the same release or a newer one: it brings it again.`
      : `${lacks} Type \`buka rollback ${backTo}\`, which can live with it; a deploy after that brings it again.`;
  });
  if (steps.length > 0) return steps;
  const active = [...new Set(workers.flatMap((one) => one.active ?? []))];
  // Where the app's migrations aren't listed nobody can tell from the outside.
  if (made === null || active.length === 0 || active.every((one) => one === made)) return [];
  return [
    `The backup is from when release ${made} was on the workers; they run ${active.join(', ')}. If that one has changed the database since: \`buka rollback ${made}\`.`,
  ];
}
