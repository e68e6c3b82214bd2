import { BukaError } from '../errors';
import { type Duration, seconds } from '../units';
import { everyOne } from './failures';
import type { Batch, Plan, Task } from './plan';
import { checkEverywhere, readmit, takeOut, undoDrain } from './rotation';
import { switchWorker } from './switch-worker';
import type { Work } from './work';
import { rotationOf } from './worker-state';

/**
 * How long the first workers that run a release nobody has seen work must live before they get traffic: an app that
 * starts well and dies a little later is found out there. The others, which get the same files, don't wait for it.
 */
export const TRIAL = seconds(5);

/**
 * Moves the workers, batch after batch. The first failure ends it: the batch's other workers come to their end, no new
 * batch starts.
 * @throws BukaError of the worker that failed, after what could be done for it was done
 */
export async function runBatches(work: Work, plan: Plan): Promise<void> {
  let trial = !plan.proven;
  for (const [index, batch] of plan.batches.entries()) {
    const names = batch.tasks.map(({ worker }) => worker).join(', ');
    await work.context.reporter.group(`Batch ${index + 1} of ${plan.batches.length}: ${names}`, async () => {
      await work.lock.confirm();
      const last = plan.batches[index - 1];
      if (last) confirmAvailable(work, batch, last);
      const steady = trial ? TRIAL : seconds(0);
      for (const { worker } of batch.tasks) work.journal.begin(worker, index + 1);
      await everyOne(batch.tasks, (task) => runTask(work, task, steady), {
        code: 'batch-failed',
        message: 'Several workers of the batch failed.',
      });
    });
    if (batch.tasks.some(({ does }) => does === 'switch')) trial = false;
  }
}

/** One worker: out of rotation, switched, back into rotation; or put back as it was. */
async function runTask(work: Work, task: Task, steady: Duration): Promise<void> {
  const { worker } = task;
  const { reporter } = work.context;
  let touched = false;
  try {
    if (task.does === 'switch') {
      await takeOut(work, task);
      touched = true;
      await switchWorker(work, task, { to: work.target.id, from: task.previous, event: 'activated', steady });
    } else {
      await takeOut(work, task);
      await checkEverywhere(work, task);
    }
  } catch (error) {
    if (!(error instanceof BukaError)) throw error;
    const { code, message } = error.failure;
    reporter.step({
      host: worker,
      name: error.failure.step ?? 'switch',
      state: 'failed',
      detail: `${code}: ${message}`,
    });
    await putBack(work, task, touched);
    throw error;
  }
  await readmit(work, task);
}

/**
 * The failing worker gets its old release back, is checked and readmitted; where that fails, or there is no way back,
 * it stays drained and is named.
 */
async function putBack(work: Work, task: Task, touched: boolean): Promise<void> {
  const { worker, previous } = task;
  const { reporter } = work.context;
  try {
    if (touched && previous === undefined) {
      reporter.warning(`${worker}: there is no release to go back to; it stays drained.`);
      return;
    }
    if (touched && previous !== undefined) {
      reporter.info(`${worker}: going back to ${previous}.`);
      await work.lock.confirm();
      await switchWorker(work, task, { to: previous, from: work.target.id, event: 'reverted', steady: seconds(0) });
      await readmit(work, task);
    } else {
      await undoDrain(work, task);
    }
  } catch (error) {
    if (!(error instanceof BukaError)) throw error;
    reporter.warning(`${worker} could not be put back, and stays drained where it was: ${error.message}`);
  }
}

/**
 * The workers that serve may have changed since the plan was made. Judged by what the load balancers said when the
 * last batch was readmitted, which costs no round trip of its own.
 */
function confirmAvailable({ context, journal }: Work, { tasks, title }: Batch, last: Batch): void {
  if (title === 'not serving') return;
  const { minAvailable } = context.cluster.rollout;
  const leaving = new Set(tasks.map(({ worker }) => worker));
  const others = context.cluster.workers.hosts.map(({ name }) => name).filter((name) => !leaving.has(name));
  // The last batch was readmitted while the others were being read.
  const readmitted = new Set(last.tasks.map(({ worker }) => worker));
  const views = [...journal.views.values()];
  const out = others.filter((name) => !readmitted.has(name) && views.some((view) => rotationOf(view, name) !== 'in'));
  if (others.length - out.length >= minAvailable) return;
  throw new BukaError({
    code: 'too-few-available',
    step: 'drain',
    message: `Draining ${[...leaving].join(', ')} would leave ${others.length - out.length} in rotation; min-available is ${minAvailable}.`,
    seen: `out of rotation since this run began: ${out.join(', ')}`,
    hint: '`buka status` shows why. Bring them back, then run this again: it goes on where it stopped.',
  });
}
