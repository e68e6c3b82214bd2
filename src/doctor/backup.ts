import type { KnownBackup } from '../backup';
import type { Cluster } from '../cluster';
import { BukaError } from '../errors';
import { type Finding, failed, NOT_LET_IN, ok, unchecked, wrong } from './finding';

/** One night may fail; the alert for backups is as patient. */
const OLDEST_HOURS = 36;
const HOUR = 3_600_000;

/**
 * @param known undefined where the backup server wasn't reached
 * @param deployed whether a release runs, so that there is something to lose
 */
export function backupFindings(
  { backup }: Cluster,
  known: readonly KnownBackup[] | BukaError | undefined,
  deployed: boolean,
  now: number,
): Finding[] {
  if (backup === undefined) return [];
  const { name } = backup.host;
  const newest = 'newest backup';
  if (known === undefined) return ['backup program', newest].map((what) => unchecked(name, what, NOT_LET_IN));
  if (known instanceof BukaError)
    return [failed(name, 'backup program', known), unchecked(name, newest, "the program can't be asked")];
  const answers = ok(name, 'backup program', `answers the deploy user; ${known.length} backups`);
  const proven = known.filter((one) => one.proven !== undefined && one.broken === undefined);
  const last = proven.at(-1);
  if (last === undefined) {
    const seen = 'none is proven';
    const next = '`buka backup`';
    return [
      answers,
      deployed
        ? wrong(name, newest, seen, next, 'backup-unproven')
        : unchecked(name, newest, `${seen} yet; nothing is deployed`, `The first deploy makes one, or ${next}`),
    ];
  }
  const hours = (now - last.manifest.recoveryPoint.getTime()) / HOUR;
  const seen = `${last.manifest.id}, proven, ${hours < 1 ? 'less than an hour' : `${Math.floor(hours)} h`} old`;
  if (hours <= OLDEST_HOURS) return [answers, ok(name, newest, seen)];
  const next = `\`buka backup\`; on ${name}: \`systemctl list-timers 'buka-*'\` tells of the nightly one`;
  return [answers, wrong(name, newest, seen, next, 'backup-unproven')];
}
