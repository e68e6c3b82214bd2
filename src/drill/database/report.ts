import type { BackupManifest, WorkerAfter } from '../../backup';
import type { BukaError } from '../../errors';
import type { Duration } from '../../units';
import type { TableLost } from './rows-lost';

/** In their order, one after the other, without gaps: together they are the recovery. */
export interface RecoveryPart {
  readonly name: 'loss' | 'provision' | 'load' | 'swap' | 'app back';
  readonly took: Duration;
}

export interface DatabaseLossReport {
  /** `app-down`: the database is back, and a worker doesn't become healthy. */
  readonly outcome: 'recovered' | 'app-down';
  readonly host: string;
  readonly database: string;
  readonly backup: BackupManifest;
  /** By the database host's clock. */
  readonly lostAt: Date;
  /** From the recovery point to the loss: what was written in it is lost. Both by the database host's clock. */
  readonly span: Duration;
  /** From the loss until every worker was healthy; undefined where one never was. */
  readonly recovery?: Duration | undefined;
  readonly parts: readonly RecoveryPart[];
  readonly tables: readonly TableLost[];
  /** Nobody wrote between the count and the loss. */
  readonly exact: boolean;
  /** Where the lost data is, on the database host, and what puts it back; undefined where it was deleted. */
  readonly aside?: string | undefined;
  readonly undo?: string | undefined;
  readonly workers: readonly WorkerAfter[];
  /** What to type next, where something is left to do. */
  readonly next: readonly string[];
  readonly error?: BukaError | undefined;
}
