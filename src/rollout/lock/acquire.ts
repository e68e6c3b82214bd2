import { hostname } from 'node:os';
import type { Host } from '../../cluster';
import { BukaError } from '../../errors';
import { type Duration, formatDuration, milliseconds, seconds } from '../../units';
import { Cancellation } from '../cancellation';
import { type Clock, type Context, systemClock } from '../context';
import { giveBack, KeptLock, type Lock } from './kept';
import { acquireLock, type LockAnswer, type LockFound, type LockOwner, ownerLine } from './scripts';
import { describeOwner, lockHeld } from './words';

/** Between two tries for a lock that another run holds; up to half as much is added by chance. */
const TRY_EVERY = seconds(2);
const TELL_EVERY = seconds(15);

export interface AcquireOptions {
  /** A run that is known to be dead: its locks are taken over at once, without waiting for their expiry. */
  readonly after?: string | undefined;
}

/**
 * Takes the lock of every worker: first the first one by name, then all others at once. Whoever wants the same workers
 * has to pass the first one, so that two runs never hold half each, and it costs two round trips for any number of
 * workers. When another lock is in the way all the same (a run for other workers, a dead one), all are given back
 * before the next try.
 * @throws BukaError `lock-held` when another run still holds one after `rollout.lockTimeout`, `cancelled`
 */
export async function acquire(context: Context, { after }: AcquireOptions = {}): Promise<Lock> {
  const clock = context.clock ?? systemClock;
  const cancellation = new Cancellation(context.signal);
  const hosts = [...context.cluster.workers.hosts].sort((a, b) => (a.name < b.name ? -1 : 1));
  const { id: run, by, url } = context.run;
  const owner = ownerLine({ run, by, url, machine: hostname(), pid: process.pid });
  const { lockTimeout } = context.cluster.rollout;
  const until = clock.now().getTime() + lockTimeout;
  let told = 0;
  try {
    for (;;) {
      cancellation.check();
      const asked = clock.now().getTime();
      const held = await tryAll(context, hosts, owner, after);
      if (held === undefined) return new KeptLock(context, clock, hosts, owner, asked);
      const now = clock.now().getTime();
      if (now >= until) throw lockHeld(held.worker, held.by, lockTimeout);
      if (now - told >= TELL_EVERY) {
        told = now;
        const left = formatDuration(milliseconds(until - now));
        const detail = `waiting for ${describeOwner(held.by.owner)}; ${left} left`;
        context.reporter.step({ host: held.worker, name: 'lock', state: 'progress', detail });
      }
      await cancellation.orLeave(pause(clock, milliseconds(until - now)));
    }
  } catch (error) {
    throw error instanceof BukaError ? error.with({ step: 'lock', left: 'Nothing was changed.' }) : error;
  }
}

const pause = (clock: Clock, left: Duration): Promise<void> =>
  clock.sleep(milliseconds(Math.min(left, TRY_EVERY * (1 + Math.random() / 2))));

/** Takes all locks, or none and tells whose is in the way. */
async function tryAll(
  context: Context,
  [first, ...others]: readonly Host[],
  owner: string,
  after: string | undefined,
): Promise<{ worker: string; by: LockFound } | undefined> {
  const { root } = context.cluster.workers;
  const asked: { host: Host }[] = [];
  const take = async (host: Host): Promise<{ worker: string; answer: LockAnswer }> => {
    const remote = await context.remote(host);
    asked.push({ host });
    return { worker: host.name, answer: await remote.run(acquireLock(root, owner, after)) };
  };
  try {
    const answers = first === undefined ? [] : [await take(first)];
    if (answers[0]?.answer.kind === 'acquired') {
      const rest = await Promise.allSettled(others.map(take));
      const failed = rest.find((one) => one.status === 'rejected');
      if (failed) throw failed.reason;
      answers.push(...rest.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])));
    }
    // Also where they are given back: the next try finds nobody's lock there.
    for (const { worker, answer } of answers) if (answer.kind === 'acquired') tell(context, worker, answer.from, after);
    for (const { worker, answer } of answers) {
      if (answer.kind !== 'held') continue;
      await giveBack(context, asked, owner);
      return { worker, by: answer.by };
    }
    return undefined;
  } catch (error) {
    // Also where no answer came: the lock may be ours all the same.
    await giveBack(context, asked, owner);
    throw error;
  }
}

function tell({ reporter }: Context, worker: string, from: LockOwner | undefined, after: string | undefined): void {
  if (from === undefined) return;
  if (from.run === after) reporter.info(`${worker}: took the lock over from the run before, which has ended.`);
  else
    reporter.warning(`${worker}: took over the lock of ${describeOwner(from)}, which stopped renewing it.`, 'nothing');
}
