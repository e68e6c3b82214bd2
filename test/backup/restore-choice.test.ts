import type { BackupId, KnownBackup } from '../../src/backup';
import { parseManifest } from '../../src/backup/manifest';
import { chooseBackup, newestProven } from '../../src/backup/restore-choice';
import type { BukaError } from '../../src/errors';
import { seconds } from '../../src/units';
import { r1, r2, r3 } from '../rollout/ground';
import { manifestOf, storedManifest } from './ground';

const idOf = (day: number) => `2026112${day}T221500Z-00000${day}` as BackupId;
function known(day: number, release: string | null = null, broken?: string): KnownBackup {
  const recoveryPoint = `2026-11-2${day}T22:15:01Z`;
  const manifest = parseManifest(manifestOf({ id: idOf(day), release, recoveryPoint }));
  if (manifest === undefined) throw new Error('no manifest');
  return { manifest, proven: { at: manifest.recoveryPoint, took: seconds(1) }, broken };
}
function stored(day: number): KnownBackup {
  const manifest = parseManifest(storedManifest({ id: idOf(day), recoveryPoint: `2026-11-2${day}T22:15:01Z` }));
  if (manifest === undefined) throw new Error('no manifest');
  return { manifest };
}
const chosen = (...args: Parameters<typeof chooseBackup>) => chooseBackup(...args).manifest.id;
const refusal = (...args: Parameters<typeof chooseBackup>) => {
  try {
    return chosen(...args);
  } catch (error) {
    return (error as BukaError).failure;
  }
};

it('the newest backup is taken, and never by itself one that a later proof found broken', () => {
  expect(chosen([known(1), known(2), known(3)], {})).toBe(idOf(3));
  expect(chosen([known(1), known(2), known(3, null, 'a pack is damaged')], {})).toBe(idOf(2));
  // A list out of order changes nothing.
  expect(chosen([known(3), known(1)], {})).toBe(idOf(3));
});

it('one that was never proven is taken, and the newest that was is the other choice', () => {
  const all = [known(1), known(2), known(3, null, 'a pack is damaged'), stored(4)];
  expect(chosen(all, {})).toBe(idOf(4));
  expect(newestProven(all)?.manifest.id).toBe(idOf(2));
  expect(newestProven([stored(4)])).toBeUndefined();
});

it('of a release the newest one from when it was on the workers is taken', () => {
  const all = [known(1, r1), known(2, r1), known(3, r1, 'x'), known(4, r2), known(5)];
  expect(chosen(all, { release: r1 })).toBe(idOf(2));
});

it('one that is named is taken even where it is broken: what comes back is compared', () => {
  const named = chooseBackup([known(1), known(2, null, 'x'), known(3)], { id: idOf(2) });
  expect(named).toMatchObject({ manifest: { id: idOf(2) }, broken: 'x' });
});

it('where there is none it is told what there is', () => {
  expect(refusal([], {})).toMatchObject({ code: 'no-such-backup', seen: 'the backup server has none' });
  expect(refusal([known(1, r1)], { id: idOf(9) })).toMatchObject({
    message: `There is no backup ${idOf(9)}.`,
    seen: expect.stringContaining(`${idOf(1)} of 2026-11-21T22:15:01.000Z, ${r1}`),
    left: 'Nothing was changed.',
  });
  expect(refusal([known(1, r1)], { release: r3 })).toMatchObject({
    message: `There is no backup from when ${r3} was on the workers.`,
  });
  expect(refusal([known(1, null, 'a pack is damaged')], {})).toMatchObject({
    message: 'There is no backup that a later proof did not find broken.',
    seen: expect.stringContaining('BROKEN: a pack is damaged'),
  });
});
