import type { Archive, ReleaseId } from '../release';
import type { Context } from './context';
import type { RolloutReport } from './report';

export interface DeployOptions {
  /** Only print the plan; nothing changes. The report's outcome is `planned`. */
  readonly dryRun?: boolean;
}

export interface RollbackOptions extends DeployOptions {
  /** A release that every worker has; default: the last good one before the present. */
  readonly to?: ReleaseId | undefined;
  /** Why, for the history. */
  readonly reason?: string | undefined;
}

/**
 * Rolls a release across the workers. Failures that Buka foresees are in the report (`outcome: 'failed'`, `error`),
 * with the state of every worker; anything thrown is a bug.
 */
export async function deploy(_context: Context, _archive: Archive, _options?: DeployOptions): Promise<RolloutReport> {
  throw new Error('not built yet');
}

/** Rolls the workers back to a release that each of them has already; reports like `deploy`. */
export async function rollback(_context: Context, _options?: RollbackOptions): Promise<RolloutReport> {
  throw new Error('not built yet');
}
