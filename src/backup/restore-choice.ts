import { BukaError, ConfigurationError } from '../errors';
import { type ReleaseId, releaseId } from '../release';
import type { KnownBackup } from './list';
import { type BackupId, backupId } from './manifest';

export interface Wanted {
  readonly id?: BackupId | undefined;
  /** The newest backup that this release can live with. */
  readonly release?: ReleaseId | undefined;
  /** The newest one from before this instant, of those that a log goes on from. */
  readonly to?: Date | undefined;
}

/** What a person, or a workflow, says of the backup; nothing, or an empty text, for the newest one. */
export interface WantedWords {
  readonly id?: string | undefined;
  readonly release?: string | undefined;
  /** An instant with date, time and zone, as RFC 3339 has it. */
  readonly to?: string | undefined;
}

/**
 * @param dropping whether it goes with the wish to drop earlier databases, which restores nothing
 * @throws ConfigurationError `restore-words` for a backup named twice, `restore-time`, or what an id that is none has
 */
export function readWanted({ id, release, to }: WantedWords, dropping: boolean): Wanted {
  if ([id, release, to].filter(Boolean).length > (dropping ? 0 : 1)) throw tooManyWords(dropping);
  return {
    id: id ? backupId(id) : undefined,
    release: release ? releaseId(release) : undefined,
    to: to ? instantOf(to) : undefined,
  };
}

/** With its time zone, or it would be another instant on another machine. */
function instantOf(text: string): Date {
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text) ? new Date(text) : undefined;
  if (at !== undefined && !Number.isNaN(at.getTime())) return at;
  throw new ConfigurationError({
    code: 'restore-time',
    message: `${JSON.stringify(text)} is not an instant.`,
    left: 'Nothing was changed.',
    hint: 'With date, time and zone: 2026-11-27T22:15:01Z, or 2026-11-28T05:15:01+07:00.',
  });
}

const tooManyWords = (dropping: boolean) =>
  new ConfigurationError({
    code: 'restore-words',
    message: dropping
      ? 'To drop what earlier restores put aside restores nothing, so no backup is named with it.'
      : 'A backup is named by its id, by a release or by an instant, and only by one of them.',
    left: 'Nothing was changed.',
    hint: dropping ? 'Leave id, release and to out.' : 'Leave all but one of id, release and to out.',
  });

/**
 * The backup that is named, else the newest one that no later proof found broken.
 * @param known oldest first
 * @throws BukaError `no-such-backup`
 */
export function chooseBackup(known: readonly KnownBackup[], { id, release, to }: Wanted): KnownBackup {
  if (id !== undefined) {
    const named = known.find(({ manifest }) => manifest.id === id);
    if (named === undefined) throw noSuchBackup(`There is no backup ${id}.`, known);
    return named;
  }
  const tied = known.filter(
    ({ manifest }) =>
      (release === undefined || manifest.release === release) &&
      (to === undefined || (manifest.continuous !== undefined && manifest.recoveryPoint <= to)),
  );
  const chosen = newest(tied);
  if (chosen !== undefined) return chosen;
  const of = [
    release === undefined ? '' : ` from when ${release} was on the workers`,
    to === undefined ? '' : ` in continuous mode from before ${to.toISOString()}`,
  ].join('');
  const broken = tied.length > 0 ? ' that a later proof did not find broken' : '';
  throw noSuchBackup(`There is no backup${of}${broken}.`, known);
}

/** The newest one that was proven, and not found broken since. */
export const newestProven = (known: readonly KnownBackup[]): KnownBackup | undefined =>
  newest(known.filter(({ proven }) => proven !== undefined));

const newest = (known: readonly KnownBackup[]): KnownBackup | undefined =>
  known
    .filter(({ broken }) => broken === undefined)
    .sort((a, b) => a.manifest.recoveryPoint.getTime() - b.manifest.recoveryPoint.getTime())
    .at(-1);

function noSuchBackup(message: string, known: readonly KnownBackup[]): BukaError {
  const newest = known.slice(-5).reverse();
  return new BukaError({
    code: 'no-such-backup',
    step: 'look',
    message,
    seen:
      newest
        .map(
          ({ manifest: { id, release, recoveryPoint }, broken }) =>
            `${id} of ${recoveryPoint.toISOString()}, ${release ?? 'no release'}${broken === undefined ? '' : `, BROKEN: ${broken}`}`,
        )
        .join('\n') || 'the backup server has none',
    left: 'Nothing was changed.',
    hint: '`buka backups` lists all; `buka restore ID` takes one by its id.',
  });
}
