import type { Bytes } from '../units';

declare const brand: unique symbol;

/** `<commit, 7 hex digits, or "local">-<8 hex digits of the manifest's SHA-256>`: the same input has the same id. */
export type ReleaseId = string & { readonly [brand]: 'ReleaseId' };

export type ManifestEntry =
  | {
      readonly type: 'file';
      readonly path: string;
      readonly mode: number;
      readonly size: Bytes;
      readonly sha256: string;
    }
  | { readonly type: 'directory'; readonly path: string; readonly mode: number }
  | { readonly type: 'symlink'; readonly path: string; readonly target: string };

/** What a release is made of. Immutable; its canonical JSON gives the id. */
export interface Manifest {
  readonly service: string;
  /** Full commit id, or undefined outside a repository. */
  readonly commit?: string | undefined;
  /** Sorted by path, bytewise. Paths are relative, with `/`, and have no control characters. */
  readonly entries: readonly ManifestEntry[];
  /** File names of the migrations that the release carries, in order. */
  readonly migrations: readonly string[];
  /** Those of them that their authors marked: a release from before can't live with the database after them. */
  readonly contractMigrations?: readonly string[] | undefined;
}

/** A release as a worker has it. */
export interface StagedRelease {
  readonly id: ReleaseId;
  readonly commit?: string | undefined;
  readonly migrations: readonly string[];
  readonly contractMigrations?: readonly string[] | undefined;
  /** When it was staged, by the worker's clock. */
  readonly stagedAt: Date;
  /** A rollout to it was settled: the only kind that `rollback` chooses by itself. */
  readonly good: boolean;
}

/** What a worker has on disk. */
export interface WorkerReleases {
  readonly staged: readonly StagedRelease[];
  /** Where the `current` symlink leads; undefined before the first deploy. */
  readonly active?: ReleaseId | undefined;
  readonly history: readonly HistoryEntry[];
}

/** A line of the history that each worker keeps. */
export interface HistoryEntry {
  readonly at: Date;
  /**
   * `migrated`: the release's migration program is about to start; what it changed stays, whatever becomes of it.
   * `restored`: the database was taken back to a backup; the release is the one that the worker had then.
   */
  readonly event: 'migrated' | 'activated' | 'good' | 'reverted' | 'restored';
  readonly release: ReleaseId;
  readonly from?: ReleaseId | undefined;
  /** The run that did it, for people: a URL, or `user@machine`. */
  readonly by: string;
  readonly reason?: string | undefined;
  /** Of `migrated`: the contract migrations that it may have run. They outlive the release's folder here. */
  readonly contract?: readonly string[] | undefined;
  /** Id of the backup: of `restored` the one that the database is from, else the one that was made before it. */
  readonly backup?: string | undefined;
  /** Of `restored`: the instant that the database is of since then, by the clock of the machine that took the backup. */
  readonly recoveryPoint?: Date | undefined;
}
