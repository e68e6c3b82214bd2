import type { BukaError } from '../errors';
import type { ReleaseId } from '../release';
import type { Bytes, Duration } from '../units';

/**
 * How a load balancer treats a worker: sends it requests; drained by this toolkit; drained or in maintenance by somebody
 * else; ready, but its check fails; not told.
 */
export type Rotation = 'in' | 'drained' | 'drained-by-others' | 'down' | 'unknown';

/** A worker as the end of a run found it. */
export interface WorkerState {
  readonly worker: string;
  /** Where the `current` symlink leads. */
  readonly active?: ReleaseId | undefined;
  /** The release that the running process is from; undefined when none runs, or it can't be told. */
  readonly running?: ReleaseId | undefined;
  /** Undefined when the worker did not answer. */
  readonly healthy?: boolean | undefined;
  /** By load balancer. */
  readonly rotation: ReadonlyMap<string, Rotation>;
}

/** When each worker passed each step; the time line of the job's summary. */
export interface WorkerTimeline {
  readonly worker: string;
  readonly batch: number;
  readonly drainStarted?: Date | undefined;
  readonly drained?: Date | undefined;
  readonly switched?: Date | undefined;
  readonly healthy?: Date | undefined;
  readonly readmitted?: Date | undefined;
}

/** What watching a batch came to, in Argo Rollouts' words. */
export interface WatchVerdict {
  readonly batch: number;
  readonly verdict: 'success' | 'failure' | 'inconclusive';
  /** For people: the figures that it was judged by. */
  readonly seen: string;
  /** Nobody asked for time to watch in, and there was nothing to see: not worth a line. */
  readonly quiet?: boolean | undefined;
}

/** A backup, as a rollout tells of it. */
export interface BackupTaken {
  readonly id: string;
  /** What was committed before this instant is in there. */
  readonly recoveryPoint: Date;
  readonly bytes: Bytes;
  /** By which the repository grew. */
  readonly bytesAdded: Bytes;
  /** `restore`: how long the database took to load, which is the measured recovery time. Null where it is not proven. */
  readonly took: { readonly dump: Duration; readonly prove: Duration | null; readonly restore: Duration | null };
  /** Only of one that is stored and not proven: the one that was, and the instant that that one reflects. */
  readonly newestProven?: { readonly id: string; readonly of: Date } | undefined;
}

/** Who said to deploy without one. */
export interface Override {
  readonly by: string;
  readonly reason: string;
}

/** What every run ends with, whatever happened. */
export interface RolloutReport {
  readonly outcome: 'success' | 'nothing-to-do' | 'planned' | 'failed';
  readonly kind: 'deploy' | 'rollback' | 'repair';
  /** What most of the workers that didn't run the target ran before. */
  readonly from?: ReleaseId | undefined;
  /** Undefined where a rollback found nothing to go back to. */
  readonly to?: ReleaseId | undefined;
  /** The whole commits that `from` and `to` were built of; absent for a release from outside a repository. */
  readonly commits?: { readonly from?: string | undefined; readonly to?: string | undefined } | undefined;
  readonly startedAt: Date;
  readonly phases: readonly { readonly name: string; readonly took: Duration }[];
  readonly timeline: readonly WorkerTimeline[];
  readonly workers: readonly WorkerState[];
  /** Requests that a drain's deadline cut, over all load balancers. */
  readonly cut: number;
  readonly plan: readonly string[];
  /** What became of the other workers after a failure; undefined where none had been switched. */
  readonly afterFailure?: 'reverted' | 'revert-failed' | 'halted' | 'frozen' | undefined;
  /** Workers that were left out because they can't be reached, within `rollout.maxUnreachable`. */
  readonly missed: readonly string[];
  /** What the watch said of each batch. */
  readonly watched: readonly WatchVerdict[];
  /** What the deploy can be gone back from; absent where none was due, or it failed. */
  readonly backup?: BackupTaken | undefined;
  /** A backup was due, and a person said to do without. */
  readonly withoutBackup?: Override | undefined;
  /** The objectives should have been asked, and a person said to go on whatever they say. */
  readonly despiteObjectives?: Override | undefined;
  readonly error?: BukaError | undefined;
}
