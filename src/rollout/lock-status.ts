import type { Host } from '../cluster';
import { BukaError } from '../errors';
import { formatDuration } from '../units';
import type { Context } from './context';
import { breakLock, type LockFound, readLock } from './lock-scripts';
import { describeOwner } from './lock-words';

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
  const { answers, failures } = await askAll(context, async (host) => ({
    worker: host.name,
    lock: await (await context.remote(host)).run(readLock(root)),
  }));
  return { locks: answers, failures };
}

/**
 * Removes the locks whose run stopped renewing them. One that is still renewed stays, unless its run is named: that run
 * then stops where it is.
 */
export async function releaseLocks(context: Context, run?: string): Promise<LocksReleased> {
  const { root } = context.cluster.workers;
  const { answers, failures } = await askAll(context, async (host) => ({
    worker: host.name,
    answer: await (await context.remote(host)).run(breakLock(root, run)),
  }));
  return {
    released: answers.flatMap(({ worker, answer }) =>
      answer.kind === 'removed' ? [{ worker, lock: answer.lock }] : [],
    ),
    failures: [
      ...answers.flatMap(({ worker, answer }) => (answer.kind === 'held' ? [stillHeld(worker, answer.lock, run)] : [])),
      ...failures,
    ],
  };
}

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

async function askAll<T>(context: Context, ask: (host: Host) => Promise<T>) {
  const ends = await Promise.all(
    context.cluster.workers.hosts.map(async (host): Promise<{ answer: T } | { failure: BukaError }> => {
      try {
        return { answer: await ask(host) };
      } catch (error) {
        if (!(error instanceof BukaError)) throw error;
        return { failure: error.with({ host: host.name }) };
      }
    }),
  );
  return {
    answers: ends.flatMap((end) => ('answer' in end ? [end.answer] : [])),
    failures: ends.flatMap((end) => ('failure' in end ? [end.failure] : [])),
  };
}
