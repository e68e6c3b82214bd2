import { BukaError } from '../errors';
import type { ReleaseId } from '../release';
import type { KnownBackup } from './list';
import type { BackupId } from './manifest';

export interface Wanted {
  readonly id?: BackupId | undefined;
  /** The newest backup that this release can live with. */
  readonly release?: ReleaseId | undefined;
  /** The newest one from before this instant, of those that a log goes on from. */
  readonly to?: Date | undefined;
}

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
  const chosen = tied
    .filter(({ broken }) => broken === undefined)
    .sort((a, b) => a.manifest.recoveryPoint.getTime() - b.manifest.recoveryPoint.getTime())
    .at(-1);
  if (chosen !== undefined) return chosen;
  const of = [
    release === undefined ? '' : ` from when ${release} was on the workers`,
    to === undefined ? '' : ` in continuous mode from before ${to.toISOString()}`,
  ].join('');
  const broken = tied.length > 0 ? ' that a later proof did not find broken' : '';
  throw noSuchBackup(`There is no backup${of}${broken}.`, known);
}

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
            `\n  - ${id} of ${recoveryPoint.toISOString()}, ${release ?? 'no release'}${broken === undefined ? '' : `, BROKEN: ${broken}`}`,
        )
        .join('') || 'the backup server has none',
    left: 'Nothing was changed.',
    hint: '`buka backups` lists all; `buka restore ID` takes one by its id.',
  });
}
