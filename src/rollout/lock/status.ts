import { BukaError } from '../../errors';
import type { Script } from '../../remote';
import { formatDuration } from '../../units';
import type { Context } from '../context';
import { askEach, sorted } from '../hosts';
import { breakLock, type LockFound, readLock } from './scripts';
import { describeOwner } from './words';

/** A worker's lock as it was found; no lock where it is free. */
export interface WorkerLock {
  readonly worker: string;
  readonly lock?: LockFound | undefined;
}

export interface LockSurvey {
  readonly locks: readonly WorkerLock[];
  /** A failure for each worker that didn't answer. */
  readonly failures: readonly BukaError[];
}

export interface LocksReleased {
  /** Workers whose lock was removed, and whose it was. */
  readonly released: readonly WorkerLock[];
  /** A failure for each worker whose lock is still renewed (`lock-held`), or that didn't answer. */
  readonly failures: readonly BukaError[];
}

/** Who holds each worker's lock. Changes nothing; never throws for a host that can't be reached. */
export async function lockStatus(context: Context): Promise<LockSurvey> {
  const { root } = context.cluster.workers;
  const { answers, failures } = await askWorkers(context, readLock(root));
  return { locks: answers.map(([worker, lock]) => ({ worker, lock })), failures };
}

/**
 * Removes the locks whose run stopped renewing them. One that is still renewed stays, unless its run is named: that run
 * then stops where it is.
 */
export async function releaseLocks(context: Context, run?: string): Promise<LocksReleased> {
  const { root } = context.cluster.workers;
  const { answers, failures } = await askWorkers(context, breakLock(root, run));
  return {
    released: answers.flatMap(([worker, answer]) => (answer.kind === 'removed' ? [{ worker, lock: answer.lock }] : [])),
    failures: [
      ...answers.flatMap(([worker, answer]) => (answer.kind === 'held' ? [stillHeld(worker, answer.lock, run)] : [])),
      ...failures,
    ],
  };
}

const askWorkers = async <T>({ cluster, remote }: Context, script: Script<T>) =>
  sorted(await askEach(cluster.workers.hosts, async (host) => (await remote(host)).run(script)));

function stillHeld(host: string, { owner, age, silent }: LockFound, run: string | undefined): BukaError {
  return new BukaError({
    code: 'lock-held',
    host,
    step: 'lock release',
    message:
      run === undefined ? 'Its run is alive, so it keeps the lock.' : `The lock is not of run ${run}, so it stays.`,
    seen: `held by ${describeOwner(owner)}, process ${owner.pid}, for ${formatDuration(age)}; its last sign of life is ${formatDuration(silent)} old`,
    left: 'The lock is as it was.',
    hint: `Cancel that run instead${owner.url ? `: ${owner.url}` : `: process ${owner.pid} on ${owner.machine}`}. Without its lock it stops in the middle, and its workers are as they are then; if that is what you want: buka lock release --run ${owner.run}`,
  });
}
