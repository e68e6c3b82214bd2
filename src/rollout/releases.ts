import type { BukaError } from '../errors';
import type { HistoryEntry, ReleaseId } from '../release';
import type { Context } from './context';

/** One release and the workers that have it. */
export interface ReleaseOnWorkers {
  readonly id: ReleaseId;
  readonly commit?: string | undefined;
  /** When the first worker had it, by that worker's clock. */
  readonly stagedAt: Date;
  readonly migrations: readonly string[];
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
  /** The release that `rollback` takes when none is named. */
  readonly rollbackTo?: ReleaseId | undefined;
  /** A failure for each worker that didn't answer; the lists then lack what it has. */
  readonly failures: readonly BukaError[];
}

/** Reads every worker at once and changes nothing. */
export async function releases(_context: Context): Promise<ReleaseList> {
  throw new Error('not built yet');
}
