import type { BukaError } from '../errors';
import { type HistoryEntry, observeReleases, previousGood, type ReleaseId, type WorkerReleases } from '../release';
import type { Context } from './context';
import { type Crossed, crossed } from './crossing';
import { askEach, sorted } from './hosts';
import { presentOf } from './rollback-target';

/** One release and the workers that have it. */
export interface ReleaseOnWorkers {
  readonly id: ReleaseId;
  readonly commit?: string | undefined;
  /** When the first worker had it, by that worker's clock. */
  readonly stagedAt: Date;
  readonly migrations: readonly string[];
  /** Those of them that an older release can't live with. */
  readonly contractMigrations: readonly string[];
  /** Why a rollback to it would be refused: contract migrations that the database has, or may have, and it doesn't know. */
  readonly crossed: readonly Crossed[];
  /** Names of the workers that have it staged. */
  readonly workers: readonly string[];
  readonly activeOn: readonly string[];
  readonly goodOn: readonly string[];
  /** Every worker has it: a rollback can go to it. */
  readonly everywhere: boolean;
}

export interface ReleaseList {
  /** The newest first. */
  readonly releases: readonly ReleaseOnWorkers[];
  /** What ran when, the newest first; entries of several workers that belong together are one. */
  readonly history: readonly (HistoryEntry & { readonly workers: readonly string[] })[];
  /** The release that `rollback` takes when none is named; it is refused where that one's `crossed` is not empty. */
  readonly rollbackTo?: ReleaseId | undefined;
  /** A failure for each worker that didn't answer; the lists then lack what it has. */
  readonly failures: readonly BukaError[];
}

type Known = readonly (readonly [worker: string, releases: WorkerReleases])[];

/** Reads every worker at once and changes nothing. */
export async function releases(context: Context): Promise<ReleaseList> {
  const { hosts, root } = context.cluster.workers;
  const asked = await askEach(hosts, async (host) => (await context.remote(host)).run(observeReleases(root)));
  const { answers, failures } = sorted(asked);
  return { ...listReleases(answers, hosts.length), failures };
}

/** @param of workers that there are, those that didn't answer included */
export function listReleases(known: Known, of: number): Omit<ReleaseList, 'failures'> {
  const ids = new Set(known.flatMap(([, { staged }]) => staged.map(({ id }) => id)));
  const listed = [...ids].map((id) => describeRelease(id, known, of));
  const all = known.map(([, one]) => one);
  return {
    releases: listed.sort((a, b) => b.stagedAt.getTime() - a.stagedAt.getTime()),
    history: mergeHistory(known),
    rollbackTo: known.length === of ? previousGood(all, presentOf(all)) : undefined,
  };
}

function describeRelease(id: ReleaseId, known: Known, of: number): ReleaseOnWorkers {
  const copies = known.flatMap(([worker, { staged }]) =>
    staged.filter((release) => release.id === id).map((release) => ({ worker, release })),
  );
  const [first] = copies;
  const workers = copies.map(({ worker }) => worker);
  return {
    id,
    commit: first?.release.commit,
    stagedAt: new Date(Math.min(...copies.map(({ release }) => release.stagedAt.getTime()))),
    migrations: first?.release.migrations ?? [],
    contractMigrations: first?.release.contractMigrations ?? [],
    crossed: crossed(
      known.map(([, one]) => one),
      first?.release ?? { migrations: [] },
    ),
    workers,
    activeOn: known.filter(([, { active }]) => active === id).map(([worker]) => worker),
    goodOn: copies.filter(({ release }) => release.good).map(({ worker }) => worker),
    everywhere: workers.length === of,
  };
}

/** One run writes the same on each worker within minutes; told once, with the time of the first. */
function mergeHistory(known: Known): ReleaseList['history'] {
  const sorted = known
    .flatMap(([worker, { history }]) => history.map((entry) => ({ worker, entry })))
    .sort((a, b) => a.entry.at.getTime() - b.entry.at.getTime());
  const told: (HistoryEntry & { workers: string[] })[] = [];
  const latest = new Map<string, { workers: string[] }>();
  for (const { worker, entry } of sorted) {
    const about = JSON.stringify([entry.event, entry.release, entry.by, entry.contract]);
    const open = latest.get(about);
    // The same worker again: that is a later run.
    if (open && !open.workers.includes(worker)) open.workers.push(worker);
    else {
      const next = { ...entry, workers: [worker] };
      told.push(next);
      latest.set(about, next);
    }
  }
  return told.reverse();
}
