import { hostname } from 'node:os';
import { BukaError } from '../errors';
import { type Duration, formatDuration, milliseconds, seconds } from '../units';
import { type Clock, type Context, systemClock } from './context';
import { openWorkers, type WorkerHost } from './hosts';
import {
  acquireLock,
  type LockAnswer,
  type LockFound,
  type LockOwner,
  releaseLock,
  renewLock,
  TIME_TO_LIVE,
} from './lock-scripts';

const RENEW_EVERY = seconds(15);
/** Between two tries for a lock that another run holds; up to half as much is added by chance. */
const TRY_EVERY = seconds(2);
const TELL_EVERY = seconds(15);

/** The workers' locks while this run holds them. */
export interface Lock {
  /** The owner's line, as the workers have it; scripts that change a worker compare it. */
  readonly owner: string;
  /**
   * Makes sure that the run still holds every worker's lock; asks them only when the last renewal is too long ago.
   * @throws BukaError `lock-lost`
   */
  confirm(): Promise<void>;
  /** Gives up what is still ours; a worker that can't be told is named, its lock expires by itself. */
  release(): Promise<void>;
}

/**
 * Takes the lock of every worker: first the first one by name, then all others at once. Whoever wants the same workers
 * has to pass the first one, so that two runs never hold half each, and it costs two round trips for any number of
 * workers. When another lock is in the way all the same (a run for other workers, a dead one), all are given back
 * before the next try.
 * @throws BukaError `lock-held` when another run still holds one after `rollout.lockTimeout`
 */
export async function acquire(context: Context): Promise<Lock> {
  const clock = context.clock ?? systemClock;
  const workers = (await openWorkers(context)).sort((a, b) => (a.name < b.name ? -1 : 1));
  const owner = JSON.stringify({
    run: context.run.id,
    by: context.run.by,
    url: context.run.url,
    machine: hostname(),
    pid: process.pid,
  } satisfies LockOwner);
  const until = clock.now().getTime() + context.cluster.rollout.lockTimeout;
  let told = 0;
  for (;;) {
    const held = await tryAll(context, workers, owner);
    if (held === undefined) return keep(context, clock, workers, owner);
    const now = clock.now().getTime();
    if (now >= until) throw lockHeld(held.worker, held.by, context.cluster.rollout.lockTimeout);
    if (now - told >= TELL_EVERY) {
      told = now;
      const detail = `waiting for ${describeOwner(held.by.owner)}, ${formatDuration(milliseconds(until - now))} left`;
      context.reporter.step({ host: held.worker, name: 'lock', state: 'progress', detail });
    }
    await clock.sleep(milliseconds(Math.min(until - now, TRY_EVERY * (1 + Math.random() / 2))));
  }
}

/** Takes all locks, or none and tells whose is in the way. */
async function tryAll(
  context: Context,
  [first, ...others]: readonly WorkerHost[],
  owner: string,
): Promise<{ worker: string; by: LockFound } | undefined> {
  const { root } = context.cluster.workers;
  const taken: WorkerHost[] = [];
  const take = async (worker: WorkerHost): Promise<{ worker: WorkerHost; answer: LockAnswer }> => {
    const answer = await worker.remote.run(acquireLock(root, owner));
    if (answer.kind === 'acquired') taken.push(worker);
    return { worker, answer };
  };
  try {
    const answers = first === undefined ? [] : [await take(first)];
    if (answers[0]?.answer.kind === 'acquired') {
      const rest = await Promise.allSettled(others.map(take));
      const failed = rest.find((one) => one.status === 'rejected');
      if (failed) throw failed.reason;
      answers.push(...rest.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])));
    }
    for (const { worker, answer } of answers) {
      if (answer.kind !== 'held') continue;
      await giveBack(context, taken, owner);
      return { worker: worker.name, by: answer.by };
    }
    for (const { worker, answer } of answers)
      if (answer.kind === 'acquired' && answer.from !== undefined)
        context.reporter.warning(
          `${worker.name}: took over the lock of ${describeOwner(answer.from)}, which stopped renewing it.`,
        );
    return undefined;
  } catch (error) {
    await giveBack(context, taken, owner);
    if (!(error instanceof BukaError)) throw error;
    throw error.with({ step: 'lock', left: 'Nothing was changed.' });
  }
}

async function giveBack(context: Context, workers: readonly WorkerHost[], owner: string): Promise<void> {
  await Promise.all(
    workers.map(async ({ name, remote }) => {
      try {
        await remote.run(releaseLock(context.cluster.workers.root, owner));
      } catch (error) {
        if (!(error instanceof BukaError)) throw error;
        context.reporter.warning(
          `${name}: the lock could not be given back; it expires within ${formatDuration(TIME_TO_LIVE)}. ${error.failure.message}`,
        );
      }
    }),
  );
}

function keep(context: Context, clock: Clock, workers: readonly WorkerHost[], owner: string): Lock {
  const { root } = context.cluster.workers;
  const renewed = new Map(workers.map(({ name }) => [name, clock.now().getTime()]));
  let lost: BukaError | undefined;
  const renew = () =>
    Promise.all(
      workers.map(async ({ name, remote }) => {
        const asked = clock.now().getTime();
        const answer = await remote.run(renewLock(root, owner));
        if (answer === 'renewed') renewed.set(name, asked);
        else lost = lockLost(name, answer.lost);
      }),
    );
  let renewing: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    // A worker that can't be reached now may be at the next time; `confirm` is what insists.
    renewing = renew().catch((error) => {
      if (error instanceof BukaError) context.reporter.warning(`The lock was not renewed: ${error.message}`);
      else throw error;
    });
  }, RENEW_EVERY);
  timer.unref();
  return {
    owner,
    async confirm() {
      const oldest = Math.min(...renewed.values());
      if (lost === undefined && clock.now().getTime() - oldest > TIME_TO_LIVE / 2) await renew();
      if (lost !== undefined) throw lost;
    },
    async release() {
      clearInterval(timer);
      await renewing;
      await giveBack(context, workers, owner);
    },
  };
}

/** `ann (https://…), on runner-3`, for people. */
export function describeOwner({ by, url, machine, run }: LockOwner): string {
  return `${by} (${url ?? `run ${run}`}), on ${machine}`;
}

function lockHeld(host: string, { owner, age }: LockFound, waited: Duration): BukaError {
  return new BukaError({
    code: 'lock-held',
    host,
    step: 'lock',
    message: `Another run holds the lock, ${formatDuration(waited)} were not enough.`,
    seen: `held by ${describeOwner(owner)}, process ${owner.pid}, for ${formatDuration(age)}, and still renewed`,
    left: 'Nothing was changed.',
    hint: `Wait for that run to end${owner.url ? `: ${owner.url}` : ''}, then run this again. If it is dead, its lock gives way ${formatDuration(TIME_TO_LIVE)} after its last sign of life.`,
  });
}

export function lockLost(host: string | undefined, now: LockFound | undefined): BukaError {
  return new BukaError({
    code: 'lock-lost',
    host,
    step: 'lock',
    message: 'This run no longer holds the lock, and stops.',
    seen: now ? `held by ${describeOwner(now.owner)}` : 'no lock is there',
    hint: '`buka status` shows what each worker runs; run this again when no other run is at work.',
  });
}
