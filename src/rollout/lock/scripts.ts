import { fields, type Output, type Script, succeeded } from '../../remote';
import { type Duration, milliseconds, seconds } from '../../units';

/**
 * The lock of a worker is the file `lock` in the service's folder: a line of JSON that names the owner, a line with
 * the second it was taken in. Its modification time is the instant of expiry. Both are by the worker's own clock, so
 * the clocks of the machines need not agree. It changes only while `lock.guard` is held by flock(1), and by one rename.
 * An expiry more than 10 minutes away comes from a clock that jumped, and counts as passed: no lock stays for ever.
 */

/** Who holds a worker's lock, as the lock's file says. */
export interface LockOwner {
  /** The run's unique id. */
  readonly run: string;
  readonly by: string;
  readonly url?: string | undefined;
  /** Where the run's process is: the machine's name and the process id. */
  readonly machine: string;
  readonly pid: number;
}

/** How a worker's lock was found. */
export interface LockFound {
  readonly owner: LockOwner;
  /** The instant of expiry has passed: the run that held it is taken for dead. */
  readonly expired: boolean;
  /** Since the owner took it. */
  readonly age: Duration;
  /** Until it gives way unless it is renewed; negative once it has expired. */
  readonly left: Duration;
  /** Since the owner took or renewed it. */
  readonly silent: Duration;
}

/** What came of asking for a lock. `from`: the run that it was taken over from. */
export type LockAnswer =
  | { readonly kind: 'acquired'; readonly from?: LockOwner | undefined }
  | { readonly kind: 'held'; readonly by: LockFound };

/**
 * How long a lock lives without being renewed. Shorter than a lease: a worker that may be back in rotation has no lock
 * that a late script of a dead run could pass for its own.
 */
export const TIME_TO_LIVE = seconds(30);

/** `read_lock`: nothing, or `held|expired <age> <left> <owner>` on one line, in seconds. */
export const readLockText = String.raw`
read_lock() {
  [ -f "$root/lock" ] || return 0
  who=; now=$(date +%s)
  until=$(stat -c %Y -- "$root/lock") || return 0
  { IFS= read -r who && IFS= read -r begun; } < "$root/lock" || begun=$now
  case $begun in ''|*[!0-9]*) begun=$now ;; esac
  state=held
  if [ "$until" -le "$now" ] || [ "$((until - now))" -gt 600 ]; then state=expired; fi
  printf '%s %s %s %s\n' "$state" "$((now - begun))" "$((until - now))" "$who"
}
`;

/** The guard, waited for 10 s: it is held for the time of a few commands only. */
const guardText = `
exec 9>>"$root/lock.guard"
flock -w 10 9
ours() { [ -f "$root/lock" ] && [ "$(head -n 1 -- "$root/lock")" = "$owner" ]; }
push_forward() { touch -d "@$(($(date +%s) + $ttl))" -- "$1"; }
`;

/** `$after`: how the line of a run begins whose process is known to be dead; nothing where there is none. */
const acquireText = String.raw`${readLockText}${guardText}
follows() {
  [ -n "$after" ] || return 1
  case $(head -n 1 -- "$root/lock") in "$after"*) return 0 ;; *) return 1 ;; esac
}
found=$(read_lock)
outcome=acquired
case $found in
  '') ;;
  held*)
    if ours; then :
    elif follows; then outcome=taken
    else echo "outcome=held"; echo "found=$found"; exit 0
    fi ;;
  *) ours || outcome=taken ;;
esac
umask 022
printf '%s\n%s\n' "$owner" "$(date +%s)" > "$root/lock.next"
push_forward "$root/lock.next"
mv -T -- "$root/lock.next" "$root/lock"
echo "outcome=$outcome"
echo "found=$found"
`;

/** The line of a lock's file that names its owner. */
export const ownerLine = ({ run, ...others }: LockOwner): string => JSON.stringify({ run, ...others });

/** What the owner line of a run begins with, and of no other run. */
const beginningOf = (run: string): string => `${JSON.stringify({ run }).slice(0, -1)},`;

/** Takes the worker's lock if it is free, ours, expired, or held by the run `after`, which is known to be dead. */
export function acquireLock(root: string, owner: string, after?: string): Script<LockAnswer> {
  return {
    name: 'lock',
    text: acquireText,
    values: {
      root,
      owner,
      ttl: String(TIME_TO_LIVE / 1000),
      after: after === undefined ? '' : beginningOf(after),
    },
    deadline: seconds(30),
    parse(output) {
      const { outcome, found } = fields(succeeded(output).stdout, ['outcome', 'found']);
      const lock = parseLock(found);
      if (outcome === 'held' && lock) return { kind: 'held', by: lock };
      return { kind: 'acquired', from: outcome === 'taken' ? lock?.owner : undefined };
    },
  };
}

const renewText = `${readLockText}${guardText}
if ours; then push_forward "$root/lock"; echo "found="; else echo "found=$(read_lock)"; echo "lost="; fi
`;

/** Pushes the expiry forward. */
export function renewLock(root: string, owner: string): Script<'renewed' | { readonly lost: LockFound | undefined }> {
  return {
    name: 'renew lock',
    text: renewText,
    values: { root, owner, ttl: String(TIME_TO_LIVE / 1000) },
    deadline: seconds(15),
    parse(output) {
      const { stdout } = succeeded(output);
      return /^lost=$/m.test(stdout) ? { lost: parseLock(fields(stdout, ['found']).found) } : 'renewed';
    },
  };
}

const releaseText = `${guardText}
if ours; then rm -f -- "$root/lock"; fi
`;

const breakText = `${readLockText}${guardText}
found=$(read_lock)
case $found in
  '') echo outcome=free ;;
  held*)
    if [ -n "$run" ]; then
      case $(head -n 1 -- "$root/lock") in
        "$run"*) rm -f -- "$root/lock"; echo outcome=removed ;;
        *) echo outcome=held ;;
      esac
    else echo outcome=held
    fi ;;
  *) rm -f -- "$root/lock"; echo outcome=removed ;;
esac
echo "found=$found"
`;

/** What became of a lock that a person wants gone. */
export type BreakAnswer =
  | { readonly kind: 'free' | 'removed'; readonly lock?: LockFound | undefined }
  | { readonly kind: 'held'; readonly lock: LockFound };

/** Removes a lock that has expired, or whose owner is the run that is named. */
export function breakLock(root: string, run?: string): Script<BreakAnswer> {
  return {
    name: 'lock release',
    text: breakText,
    values: { root, owner: '', ttl: '0', run: run === undefined ? '' : beginningOf(run) },
    deadline: seconds(15),
    parse(output) {
      const { outcome, found } = fields(succeeded(output).stdout, ['outcome', 'found']);
      const lock = parseLock(found);
      if (outcome === 'held' && lock) return { kind: 'held', lock };
      return { kind: outcome === 'removed' ? 'removed' : 'free', lock };
    },
  };
}

/** The worker's lock as it is; undefined for none. */
export function readLock(root: string): Script<LockFound | undefined> {
  return {
    name: 'lock status',
    text: `${readLockText}\nprintf 'found=%s\\n' "$(read_lock)"\n`,
    values: { root },
    deadline: seconds(15),
    parse: (output) => parseLock(fields(succeeded(output).stdout, ['found']).found),
  };
}

/** Gives the lock up, if it is still ours. */
export function releaseLock(root: string, owner: string): Script<void> {
  return {
    name: 'unlock',
    text: releaseText,
    values: { root, owner, ttl: '0' },
    deadline: seconds(15),
    parse: (output: Output) => void succeeded(output),
  };
}

/** Exit status of `fenceText` when the lock is no longer ours. */
export const LOCK_LOST = 75;

/**
 * Put before what changes a worker: a run whose lock was taken over must not go on. A lock that has only expired stops
 * it too, by the worker's own clock: a script that a hung network delivers late comes when the lease may have put the
 * worker back into rotation. Works on `$root` and `$owner`.
 */
export const fenceText = `
(
  flock -w 10 9
  [ -f "$root/lock" ] && [ "$(head -n 1 -- "$root/lock")" = "$owner" ] || exit 1
  left=$(($(stat -c %Y -- "$root/lock") - $(date +%s)))
  [ "$left" -gt 0 ] && [ "$left" -le 600 ]
) 9>>"$root/lock.guard" || exit ${LOCK_LOST}
`;

/** The line of `read_lock`; undefined for no lock. A file that isn't ours to read counts as an owner without a name. */
export function parseLock(line: string): LockFound | undefined {
  const [, state, age, left, text = ''] = /^(held|expired) (-?\d+) (-?\d+) (.*)$/.exec(line) ?? [];
  if (state === undefined) return undefined;
  const duration = (count: number) => milliseconds(count * 1000);
  return {
    owner: parseOwner(text),
    expired: state === 'expired',
    age: duration(Math.max(0, Number(age))),
    left: duration(Number(left)),
    silent: duration(Math.max(0, TIME_TO_LIVE / 1000 - Number(left))),
  };
}

function parseOwner(text: string): LockOwner {
  let found: Record<string, unknown> = {};
  try {
    found = Object(JSON.parse(text));
  } catch {
    // Not written by us; what it says is still worth showing.
  }
  const word = (key: string) => (typeof found[key] === 'string' ? found[key] : undefined);
  const { pid } = found;
  return {
    run: word('run') ?? 'unknown',
    by: word('by') ?? `unknown (${text.slice(0, 100)})`,
    url: word('url'),
    machine: word('machine') ?? 'unknown',
    pid: typeof pid === 'number' ? pid : 0,
  };
}
