import { BukaError } from '../errors';
import { Cancellation } from './cancellation';
import { type Context, systemClock } from './context';
import { asOneFailure } from './failures';
import { Leases } from './leases';
import { acquire } from './lock';
import { type CompleteObservation, failuresOf, observe } from './observe';
import { batchesOf, places, runs, seenWorkers, type Task } from './plan';
import { checkEverywhere, type Rotating, readmit, takeOut, undoDrain } from './rotation';
import { Journal } from './work';

/**
 * Changes workers while they have no traffic: one after the other, each drained on every load balancer, changed, checked
 * afresh, and given back before the next one goes. It holds the locks of a rollout, and its rules: never below
 * `min-available`, a lease on what is drained, and what others drained stays theirs.
 * @param change puts back what it couldn't do before it throws: the worker gets its traffic back all the same, if it is
 *   fit
 * @throws BukaError what `change` threw first; `lock-held`, `too-few-available`, `check-failed`, `cancelled`, or what a
 *   load balancer refuses
 */
export async function withoutTraffic(
  context: Context,
  workers: readonly string[],
  change: (worker: string) => Promise<void>,
): Promise<void> {
  const clock = context.clock ?? systemClock;
  const cancellation = new Cancellation(context.signal);
  const lock = await acquire(context);
  const leases = new Leases(context, clock);
  const work: Rotating = { context, clock, cancellation, lock, leases, journal: new Journal() };
  try {
    for (const [index, worker] of workers.entries())
      await context.reporter.group(`Worker ${worker}, ${index + 1} of ${workers.length}`, async () => {
        cancellation.check();
        await changeOne(work, await taskOf(context, worker), change);
      });
  } finally {
    leases.stop();
    await lock.release();
  }
}

async function changeOne(work: Rotating, task: Task, change: (worker: string) => Promise<void>): Promise<void> {
  const { worker } = task;
  try {
    await takeOut(work, task).catch(async (error: unknown) => {
      await undoDrain(work, task).catch(tellUndone(work, worker));
      throw error;
    });
    await work.leases.confirm(worker);
    const failure = await change(worker).then(
      () => undefined,
      (error: unknown) => error,
    );
    await checkEverywhere(work, task).catch((error: unknown) => {
      throw failure ?? error;
    });
    await readmit(work, task);
    if (failure !== undefined) throw failure;
  } finally {
    // One that is still out gets its traffic back from its lease, when it is fit.
    work.leases.letGo(worker);
  }
}

const tellUndone = (work: Rotating, worker: string) => (error: unknown) => {
  if (!(error instanceof BukaError)) throw error;
  work.context.reporter.warning(`${worker} stays drained, until its lease finds it fit: ${error.message}`);
};

/** By the state of this moment: another worker may have failed since the last one was changed. */
async function taskOf(context: Context, worker: string): Promise<Task> {
  const { cluster } = context;
  const seen = await observe(context);
  const failures = failuresOf(seen);
  if (failures.length > 0)
    throw asOneFailure(failures, {
      code: 'preflight-failed',
      step: 'drain',
      message: `${failures.length} hosts can't be asked, so no worker is drained.`,
      left: `${worker} was not touched.`,
    });
  const all = seenWorkers(cluster, seen as CompleteObservation);
  const one = all.find(({ name }) => name === worker);
  if (one === undefined) throw new Error(`${worker} is no worker of this cluster`);
  const [to] = runs(one.seen);
  if (to === undefined) throw noRelease(worker);
  const task: Task = { worker, does: 'readmit', to, why: 'is changed', ...places(one) };
  const { problem } = batchesOf(cluster, [task], all);
  if (problem !== undefined) throw new BukaError({ ...problem.failure, left: `${worker} was not touched.` });
  return task;
}

const noRelease = (worker: string) =>
  new BukaError({
    code: 'nothing-to-repair',
    host: worker,
    step: 'drain',
    message: 'Its app runs, and is of no release of Buka’s.',
    left: 'It was not touched.',
    hint: 'Deploy a release first.',
  });
