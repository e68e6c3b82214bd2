import { BukaError } from '../errors';
import { type Duration, seconds } from '../units';
import { confirmAlive } from './alive';
import { everyOne } from './failures';
import { isUnreachable } from './hosts';
import type { Batch, Task } from './plan';
import { checkEverywhere, closeAgain, readmit, takeOut, undoDrain } from './rotation';
import { switchWorker } from './switch-worker';
import { watchBatch } from './watch-batch';
import type { Work } from './work';
import { rotationOf } from './worker-state';

/**
 * How long the first workers that run a release nobody has seen work must live before they get traffic: an app that
 * starts well and dies a little later is found out there. The others, which get the same files, don't wait for it.
 */
export const TRIAL = seconds(5);

export interface Moving {
  /** `back`: a revert. It isn't watched, and a worker that fails in it is left as it is: a revert is never reverted. */
  readonly direction: 'forward' | 'back';
  /** The release is new to the cluster. */
  readonly trial: boolean;
}

/**
 * Moves the workers, batch after batch. The first failure ends it: the batch's other workers come to their end, no new
 * batch starts.
 * @throws BukaError of the worker that failed, after what could be done for it was done; `cancelled`
 */
export async function runBatches(work: Work, batches: readonly Batch[], moving: Moving): Promise<void> {
  const { context, journal, lock, cancellation } = work;
  let { trial } = moving;
  for (const [index, batch] of batches.entries()) {
    const names = batch.tasks.map(({ worker }) => worker).join(', ');
    const title = moving.direction === 'forward' ? 'Batch' : 'Going back, batch';
    await context.reporter.group(`${title} ${index + 1} of ${batches.length}: ${names}`, async () => {
      cancellation.check();
      for (const { worker } of batch.tasks) await lock.confirm(worker);
      const last = batches[index - 1];
      if (last) confirmAvailable(work, batch, last);
      const steady = trial ? TRIAL : seconds(0);
      for (const { worker } of batch.tasks) journal.begin(worker, index + 1);
      const tasks = everyOne(batch.tasks, (task) => runTask(work, task, moving, steady), {
        code: 'batch-failed',
        message: 'Several workers of the batch failed.',
      });
      await cancellation.orHurry(tasks);
      if (journal.lost.size > 0) throw loadBalancerLost(work);
      if (moving.direction === 'back') return;
      if (work.target.kind === 'deploy') await watchBatch(work, batch, index + 1);
      await confirmAlive(work);
    });
    if (batch.tasks.some(({ does }) => does === 'switch')) trial = false;
  }
}

/** How far a worker's task got: its process untouched; switched or about to be; given back to the load balancers. */
type Reached = 'drain' | 'switch' | 'readmit';

/** One worker: out of rotation, switched, back into rotation; or put back as it was. */
async function runTask(work: Work, task: Task, { direction }: Moving, steady: Duration): Promise<void> {
  const { worker, to, previous: from } = task;
  let reached: Reached = 'drain';
  try {
    await takeOut(work, task);
    if (task.does === 'switch') {
      await work.leases.confirm(worker);
      reached = 'switch';
      const event = direction === 'forward' ? 'activated' : 'reverted';
      await switchWorker(work, task, { to, from, event, steady });
    } else {
      await checkEverywhere(work, task);
    }
    reached = 'readmit';
    await readmit(work, task);
    work.journal.done.push(task);
  } catch (error) {
    if (!(error instanceof BukaError)) throw error;
    tellFailure(work, worker, error);
    if (isUnreachable(error) && error.failure.host === worker) return leaveOut(work, task, error);
    await putBack(work, task, reached, direction, error);
    throw error;
  }
}

function tellFailure({ context, cancellation }: Work, worker: string, { failure }: BukaError): void {
  if (cancellation.requested) return;
  const { code, message, step = 'switch' } = failure;
  context.reporter.step({ host: worker, name: step, state: 'failed', detail: `${code}: ${message}` });
}

/**
 * A worker that went away can't be put back. What its load balancers do is the leases' affair: they readmit it when it
 * comes back and is fit.
 * @throws BukaError the one that it was given, where `max-unreachable` is used up
 */
function leaveOut({ context, journal, leases, lock }: Work, { worker }: Task, error: BukaError): void {
  leases.letGo(worker);
  if (journal.missed.length >= context.cluster.rollout.maxUnreachable) throw error;
  journal.missed.push(worker);
  lock.forget(worker);
  context.reporter.warning(
    `${worker} went away and is left out, as max-unreachable allows; run the same again when it is back.`,
  );
}

/**
 * The failing worker gets its old release back, is checked and readmitted; where that fails, or there is no way back,
 * it stays drained and is named. Its lease readmits it only if it gets fit.
 */
async function putBack(
  work: Work,
  task: Task,
  reached: Reached,
  direction: Moving['direction'],
  failure: BukaError,
): Promise<void> {
  const { worker, previous } = task;
  const { reporter } = work.context;
  const stays = (why: string) => reporter.warning(`${worker} stays drained: ${why}`);
  try {
    if (reached === 'drain' && failure.code !== 'check-failed') await undoDrain(work, task);
    else if (task.does === 'readmit') stays('its check does not pass.');
    else if (direction === 'back') stays('going back failed, and a revert is never reverted.');
    else if (previous === undefined) stays('there is no release to go back to.');
    else if (work.onFailure === 'freeze') stays(`it is not put back to ${previous}, as the policy is to freeze.`);
    else {
      reporter.info(`${worker}: going back to ${previous}.`);
      if (reached === 'readmit') await takeOut(work, task);
      else await closeAgain(work, task);
      // A worker that isn't fit gets no traffic, whatever became of its lease.
      if (!unfit.has(failure.code)) await work.leases.confirm(worker);
      await switchWorker(work, task, { to: previous, from: task.to, event: 'reverted', steady: seconds(0) });
      await readmit(work, task);
    }
  } catch (error) {
    if (!(error instanceof BukaError)) throw error;
    reporter.warning(`${worker} could not be put back, and stays drained where it was: ${error.message}`);
  } finally {
    work.leases.letGo(worker);
  }
}

const unfit: ReadonlySet<string> = new Set(['app-crashed', 'app-unhealthy', 'restart-failed']);

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
  const readmitted = new Set(last.tasks.map(({ worker }) => worker).filter((name) => !journal.missed.includes(name)));
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

/** No worker can be drained from a load balancer that can't be told, so nothing more is moved, in either direction. */
function loadBalancerLost({ journal }: Work): BukaError {
  const [[host, { failure }] = ['', new BukaError({ code: '', message: '' })]] = journal.lost;
  return new BukaError({
    code: 'load-balancer-lost',
    host,
    step: 'batch',
    message: `${host} went away while the rollout ran; no other worker can be drained there.`,
    seen: failure.seen ?? failure.message,
    hint: `Bring ${host} back, then run the same again: it goes on where it stopped. docs/lost-load-balancer.md tells how to go on without it.`,
  });
}
