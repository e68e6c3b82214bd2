import { backupId, listBackups, proveBackup } from '../../src/backup';
import type { BukaError } from '../../src/errors';
import { BackupGround, ID, manifestOf, storedManifest } from './ground';

let ground: BackupGround;
beforeEach(() => {
  ground = new BackupGround();
});
afterEach(() => ground.close());

const OLDER = '20261126T221500Z-000001';
const older = `manifest ${manifestOf({ id: OLDER })}`;
const newer = `manifest ${manifestOf()}`;
const failure = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: BukaError) => error.failure,
  );

it('the list has every backup with its last proof', async () => {
  ground.says([older, `proved ${OLDER} 2026-11-28T03:00:00Z 6.25`, newer, 'listed']);
  const found = await listBackups(ground.context);
  expect(
    found.map(({ manifest, proven, broken }) => [manifest.id, proven?.at.toISOString(), proven?.took, broken]),
  ).toEqual([
    [OLDER, '2026-11-28T03:00:00.000Z', 6250, undefined],
    [ID, '2026-11-27T22:15:09.000Z', 5500, undefined],
  ]);
});

it('a backup that a later proof found broken is told as such, until it is proven again', async () => {
  ground.says([
    older,
    `broken ${OLDER} pack 12ab is damaged`,
    newer,
    `broken ${ID} x`,
    `proved ${ID} 2026-11-28T03:00:00Z 6`,
    'listed',
  ]);
  const found = await listBackups(ground.context);
  expect(found.map(({ broken }) => broken)).toEqual(['pack 12ab is damaged', undefined]);
});

it('a backup that is only stored is in the list as that, until it is proven', async () => {
  ground.says([`manifest ${storedManifest()}`, 'listed']);
  expect((await listBackups(ground.context)).map(({ proven }) => proven)).toEqual([undefined]);
  ground.says([`manifest ${storedManifest()}`, `proved ${ID} 2026-11-28T03:00:00Z 6`, 'listed']);
  expect((await listBackups(ground.context)).map(({ proven }) => proven?.took)).toEqual([6000]);
});

it('a new repository has none', async () => {
  ground.says(['listed']);
  expect(await listBackups(ground.context)).toEqual([]);
});

it.each([
  ['has no end', [older]],
  ['has a backup of another service', [`manifest ${manifestOf({ service: 'till' })}`, 'listed']],
  ['has a proof of a backup that is not there', [newer, `proved ${OLDER} 2026-11-28T03:00:00Z 6`, 'listed']],
  ['has a proof without its time', [newer, `proved ${ID} soon 6`, 'listed']],
  ['has a line that means nothing', [newer, 'hello', 'listed']],
])('a list that %s is not taken for one', async (_, lines) => {
  ground.says(lines);
  expect(await failure(listBackups(ground.context))).toMatchObject({ code: 'answer-unreadable', host: 'backup1' });
});

it('the newest backup is proven where none is named', async () => {
  ground.answers(`case $request in
    *do=list*) echo '${older}'; echo '${newer}'; echo listed ;;
    *) echo 'progress restoring'; echo 'proved ${ID} 2026-11-28T03:00:00Z 6.25' ;;
  esac`);
  expect(await proveBackup(ground.context)).toEqual({ id: ID, at: new Date('2026-11-28T03:00:00Z'), took: 6250 });
  expect(ground.asked).toContain(`id=${ID}`);
});

it('without any backup there is nothing to prove', async () => {
  ground.says(['listed']);
  expect(await failure(proveBackup(ground.context))).toMatchObject({
    code: 'no-such-backup',
    host: 'backup1',
    hint: expect.stringContaining('buka backup'),
  });
});

it('the proof of another backup proves nothing', async () => {
  ground.says([`proved ${OLDER} 2026-11-28T03:00:00Z 6`]);
  expect(await failure(proveBackup(ground.context, backupId(ID)))).toMatchObject({ code: 'answer-unreadable' });
});

it('a backup that can not be restored any more is told as that', async () => {
  ground.says(['progress restoring', 'error proof-failed public.sales: 12 rows, 11 restored'], 20);
  expect(await failure(proveBackup(ground.context, backupId(ID)))).toMatchObject({
    code: 'proof-failed',
    step: 'proof',
    seen: 'public.sales: 12 rows, 11 restored',
  });
});
