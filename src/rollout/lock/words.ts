import { BukaError } from '../../errors';
import { type Duration, formatDuration } from '../../units';
import { type LockFound, type LockOwner, TIME_TO_LIVE } from './scripts';

/** `ann (https://…), on runner-3`, for people. */
export function describeOwner({ by, url, machine, run }: LockOwner): string {
  return `${by} (${url ?? `run ${run}`}), on ${machine}`;
}

/** Another run's lock was waited for in vain. */
export function lockHeld(host: string, { owner, age, silent }: LockFound, waited: Duration): BukaError {
  return new BukaError({
    code: 'lock-held',
    host,
    step: 'lock',
    message: `Another run holds the lock, ${formatDuration(waited)} were not enough.`,
    seen: `held by ${describeOwner(owner)}, process ${owner.pid}, for ${formatDuration(age)}; its last sign of life is ${formatDuration(silent)} old`,
    left: 'Nothing was changed.',
    hint: `Wait for that run to end${owner.url ? `: ${owner.url}` : ''}, then run this again. If it is dead, its lock gives way ${formatDuration(TIME_TO_LIVE)} after its last sign of life; \`buka lock status\` shows it.`,
  });
}

/** Another run has the lock now, or it has expired. */
export function lockLost(host: string | undefined, now: LockFound | undefined): BukaError {
  return new BukaError({
    code: 'lock-lost',
    host,
    step: 'lock',
    message: 'This run no longer holds the lock, and stops.',
    seen: now ? `held by ${describeOwner(now.owner)}` : 'no lock is there, or it has expired or is of another run',
    hint: '`buka status` shows what each worker runs; run this again when no other run is at work.',
  });
}

/** A worker that is silent: as good as one that can't be reached. */
export function unanswered(host: string, waited: Duration): BukaError {
  return new BukaError({
    code: 'script-timeout',
    host,
    step: 'lock',
    message: `It did not answer within ${formatDuration(waited)} when the lock was to be renewed.`,
    left: `Its lock expires within ${formatDuration(TIME_TO_LIVE)} of the last renewal.`,
    hint: 'Is the machine on, and is its network whole? Then run the same again: it goes on from here.',
  });
}
