import type { HistoryEntry, Manifest, WorkerReleases } from '../release';

/** Whether the database has a migration, or may have; where nobody knows since when, it has. */
export function isInDatabase(workers: readonly WorkerReleases[], migration: string, history: History): boolean {
  const carriers = carriersOf(workers, migration);
  const starts = history.entries.filter(({ event, release, contract = [] }) => {
    return event === 'migrated' && (contract.includes(migration) || carriers.has(release));
  });
  // A later release with it may be all that is known besides: without a note of the first start it may be older.
  const noted = starts.some(({ contract = [] }) => contract.includes(migration));
  return !noted || starts.some(({ at }) => outlived(at, history.restores));
}

/**
 * The migrations of a release that a restore of the database took away and that no program was started for since: the
 * release waits for a database that isn't there. Also where they aren't marked. None where nothing was restored.
 */
export function takenAway(workers: readonly WorkerReleases[], { migrations }: Pick<Manifest, 'migrations'>): string[] {
  const history = historyOf(workers);
  const lastRestore = history.restores.at(-1);
  if (lastRestore === undefined) return [];
  return migrations.filter((migration) => {
    const carriers = carriersOf(workers, migration);
    const told = history.entries.filter(
      ({ event, release, contract = [] }) =>
        event !== 'restored' && (carriers.has(release) || contract.includes(migration)),
    );
    // A release that was switched to before the recovery point had its migrations; after it, that proves nothing.
    const has = told.filter(({ event, at }) => event === 'migrated' || at <= lastRestore.recoveryPoint);
    return told.length > 0 && !has.some(({ at }) => outlived(at, history.restores));
  });
}

const carriersOf = (workers: readonly WorkerReleases[], migration: string) =>
  new Set(
    workers
      .flatMap(({ staged }) => staged)
      .filter(({ migrations }) => migrations.includes(migration))
      .map(({ id }) => id),
  );

interface Restore {
  readonly at: Date;
  readonly recoveryPoint: Date;
}

/** What all workers tell together. A restore that is noted on any of them was one for all: they share the database. */
export interface History {
  readonly entries: readonly HistoryEntry[];
  /** In the order in which they were done. */
  readonly restores: readonly Restore[];
}

export function historyOf(workers: readonly WorkerReleases[]): History {
  const entries = workers.flatMap(({ history }) => history);
  const restores = entries.flatMap(({ event, at, recoveryPoint }) =>
    event === 'restored' && recoveryPoint !== undefined ? [{ at, recoveryPoint }] : [],
  );
  return { entries, restores: restores.sort((a, b) => a.at.getTime() - b.at.getTime()) };
}

/**
 * Whether a change of the database outlived its restores, given in order. A restore leads to what the database was at
 * its recovery point, itself after the restores before that; so a later restore may bring a change back.
 */
function outlived(change: Date, restores: readonly Restore[], until?: Date): boolean {
  if (until !== undefined && change > until) return false;
  const last = restores.findLastIndex(({ at }) => until === undefined || at <= until);
  const restore = restores[last];
  if (restore === undefined || change > restore.at) return true;
  return outlived(change, restores.slice(0, last), restore.recoveryPoint);
}
