import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stateRoot } from './state';

/**
 * A systemd takes five inotify instances and a dbus one, all of one user's 128 that Linux allows by default
 * (inotify(7), "/proc interfaces"): the twenty-second machine would boot with failed units.
 */
const setting = '/proc/sys/fs/inotify/max_user_instances';
const enough = 8192;
const before = join(stateRoot, '.max_user_instances');

/** Raises the limit for as long as there are labs. */
export function raiseLimits(say: (line: string) => void): void {
  const present = readFileSync(setting, 'utf8').trim();
  if (Number(present) >= enough) return;
  if (!existsSync(before)) writeFileSync(before, present);
  writeFileSync(setting, String(enough));
  say(`raised fs.inotify.max_user_instances from ${present} to ${enough} until the last lab is gone`);
}

/** Puts back what `raiseLimits` found. */
export function restoreLimits(): void {
  if (!existsSync(before)) return;
  writeFileSync(setting, readFileSync(before, 'utf8'));
  rmSync(before, { force: true });
}
