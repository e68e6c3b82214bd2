import { printable } from '../printable';
import type { LockFound, LockSurvey, LocksReleased } from '../rollout';
import { type Duration, formatDuration } from '../units';
import { columns } from './tables';

/** A table of the workers, and once below it how to reach each run that holds a lock. */
export function lockStatusText({ locks }: LockSurvey): string {
  const table = columns([
    ['worker', 'lock', 'held by', 'on', 'for', 'last sign of life'],
    ...locks.map(({ worker, lock }) =>
      lock === undefined
        ? [worker, 'free', '-', '-', '-', '-']
        : [
            worker,
            lock.expired ? 'EXPIRED' : 'held',
            printable(lock.owner.by),
            printable(lock.owner.machine),
            whole(lock.age),
            `${whole(lock.silent)} ago, ${lock.expired ? 'the next run takes it over' : `gives way in ${whole(lock.left)}`}`,
          ],
    ),
  ]);
  const runs = new Map(locks.flatMap(({ lock }) => (lock === undefined ? [] : [[lock.owner.run, lock] as const])));
  return [table, ...[...runs.values()].map(runText)].join('\n');
}

export function lockReleaseText({ released, failures }: LocksReleased): string {
  if (released.length === 0) return failures.length === 0 ? 'No worker is locked.' : 'No lock was released.';
  return released
    .map(({ worker, lock }) => `${worker}: released the lock of ${lock === undefined ? 'nobody' : lock.owner.by}`)
    .map(printable)
    .join('\n');
}

const runText = ({ owner }: LockFound) =>
  printable(`run ${owner.run}: process ${owner.pid} on ${owner.machine}${owner.url ? `, ${owner.url}` : ''}`);

/** The locks are kept in whole seconds. */
const whole = (duration: Duration) =>
  formatDuration(duration)
    .replace('.0 s', ' s')
    .replace(/^0 ms$/, '0 s');
