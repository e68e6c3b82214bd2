import { proveBackup } from '../../src/backup';
import { BukaError } from '../../src/errors';
import { BackupGround } from './backup-ground';

let shop: BackupGround;
/** Bytes of a dump. */
let size = 0;

beforeAll(async () => {
  shop = await BackupGround.fresh();
  await shop.sql(
    'CREATE TABLE receipts AS SELECT i AS id, md5(i::text) || md5((-i)::text) AS receipt FROM generate_series(1, 400000) AS s(i)',
  );
  size = (await shop.take()).bytes;
});
afterAll(async () => {
  const [only] = (await shop.list()).map(({ manifest }) => manifest.id);
  // Whatever became of the others, the first one can still be restored.
  await proveBackup(shop.context(), only);
  await shop.giveBack();
});

interface Fault {
  readonly before?: () => Promise<unknown>;
  /** Beside the backup. */
  readonly during?: () => Promise<unknown>;
  readonly mend?: () => Promise<unknown>;
}

/** No new backup, nothing left of the attempt, and the earlier ones as they were. */
async function endsWithNone(code: string, { before, during, mend }: Fault) {
  const held = await shop.held();
  await before?.();
  let failure: Awaited<ReturnType<BackupGround['failing']>>;
  try {
    // Both end: a fault that could not be made leaves no backup under way to the test after it.
    const [taken, made] = await Promise.allSettled([shop.failing(), during?.()]);
    if (made.status === 'rejected') throw made.reason;
    if (taken.status === 'rejected') throw taken.reason;
    failure = taken.value;
  } finally {
    await mend?.();
  }
  expect(failure).toMatchObject({ code, host: 'backup1', step: 'backup', hint: expect.stringMatching(/.{20}/) });
  expect(await shop.held()).toEqual({ ...held, locks: 0, scratch: 0 });
  return failure;
}

const onBackupServer = (command: string) => shop.ground.root('backup1', command);

describe('in the middle of a dump', () => {
  // As slow as this a dump takes 16 s: none ends before the fault has come, on a busy machine either.
  beforeAll(() => shop.ground.root('db1', 'tc qdisc add dev host0 root tbf rate 16mbit burst 64k latency 50ms'));
  afterAll(() => shop.ground.root('db1', 'tc qdisc del dev host0 root'));

  /** Waits on the backup server until the dump has read so much, then does it. */
  const whenDumped = (share: number, command: string) => () =>
    shop.onProcess(
      '^pg_dump -d',
      0,
      `while wrote=$(awk '/^wchar/ { print $2 }' /proc/$process/io) && [ "$wrote" -lt ${Math.floor(size * share)} ]; do sleep 0.05; done; ${command}`,
    );
  /** The dump stands still in its middle while something happens. */
  const inTheMiddle = (happens: () => Promise<unknown>) => async () => {
    await whenDumped(0.3, 'kill -STOP $process')();
    await happens();
    await onBackupServer('pkill -CONT -u buka-backup pg_dump');
  };

  it.each([10, 50, 90])('the dump is killed at %i %%', async (percent) => {
    await endsWithNone('dump-failed', { during: whenDumped(percent / 100, 'kill -9 $process') });
  });

  it('the connection to the database is lost in the middle of the dump', async () => {
    const end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'buka backup'";
    const failure = await endsWithNone('dump-failed', { during: inTheMiddle(() => shop.sql(end, 'postgres')) });
    expect(failure.seen).toMatch(/terminat|connection|EOF/i);
  });

  it('restic is killed', async () => {
    const during = () => shop.onProcess('restic .*--stdin', 0.4, 'kill -9 $process');
    const failure = await endsWithNone('store-failed', { during });
    expect(failure.seen).toContain('137');
  });

  it('the disk of the backup server fills in the middle', async () => {
    await endsWithNone('store-failed', {
      during: inTheMiddle(() => shop.ground.lab.fillDisk('backup1')),
      mend: () => shop.ground.lab.freeDisk('backup1'),
    });
  });

  it('the backup server loses its power in the middle; nothing of that is in the way of the next backup', async () => {
    const before = await shop.held();
    const failing = shop.failing();
    await whenDumped(0.3, 'kill -STOP $process')(); // to pull a plug takes time, and the dump would be over
    await shop.ground.lab.powerOff('backup1');
    expect(await failing).toMatchObject({ code: 'connection-lost', host: 'backup1' });
    await shop.ground.lab.powerOn('backup1');
    await shop.ground.lab.waitForSsh(['backup1']);
    expect((await shop.held()).manifests).toEqual(before.manifests);
    const { id } = await shop.take();
    expect(await shop.held()).toEqual({
      manifests: [...before.manifests, `${id}.json`],
      snapshots: before.snapshots + 1,
      locks: 0,
      scratch: 0,
    });
  });
});

it("the repository's password is wrong", async () => {
  const file = '/etc/buka/backup/pos/password';
  await endsWithNone('repository-password', {
    before: () => onBackupServer(`cp -p ${file} /root/password; echo wrong > ${file}`),
    mend: () => onBackupServer(`cat /root/password > ${file}`),
  });
});

it('a table that the reader may not read', async () => {
  const failure = await endsWithNone('dump-failed', {
    before: () => shop.sql('REVOKE pg_read_all_data FROM buka_backup'),
    mend: () => shop.sql('GRANT pg_read_all_data TO buka_backup'),
  });
  expect(failure.seen).toContain('permission denied');
});

it('a large object that the reader may not read', async () => {
  const failure = await endsWithNone('dump-failed', {
    before: () => shop.sql('SELECT lo_from_bytea(70003, $$not granted$$)'),
    mend: () => shop.sql('SELECT lo_unlink(70003)'),
  });
  expect(failure.seen).toContain('large object 70003');
});

it('the server is newer than the client', async () => {
  const major = (await onBackupServer('ls /usr/lib/postgresql')).trim();
  const failure = await endsWithNone('client-too-old', {
    before: () => onBackupServer(`mv /usr/lib/postgresql/${major} /usr/lib/postgresql/13`),
    mend: () => onBackupServer(`mv /usr/lib/postgresql/13 /usr/lib/postgresql/${major}`),
  });
  expect(failure.seen).toMatch(new RegExp(`${major}.*13`));
});

it('a migration is at work', async () => {
  const migration = shop.sql('BEGIN; ALTER TABLE sales ADD COLUMN note text; SELECT pg_sleep(12); ROLLBACK');
  await endsWithNone('migration-running', { during: () => migration });
});

it('the disk of the backup server is full', async () => {
  await endsWithNone('too-little-space', {
    before: () => shop.ground.lab.fillDisk('backup1'),
    mend: () => shop.ground.lab.freeDisk('backup1'),
  });
});

it('of two backups at once the second waits, and gives up in the end', async () => {
  const before = await shop.held();
  const first = shop.take();
  await shop.onProcess('restic .*--stdin', 0, ':');
  expect(await shop.failing()).toMatchObject({ code: 'backup-running', seen: expect.stringContaining('manual') });
  const { id } = await first;
  expect((await shop.held()).manifests).toEqual([...before.manifests, `${id}.json`]);
});

it('the backup server is cut off', async () => {
  const before = await shop.held();
  await shop.ground.lab.cut('backup1');
  const failure = await shop.failing();
  await shop.ground.lab.heal('backup1');
  await shop.ground.lab.waitForSsh(['backup1']);
  expect(failure).toMatchObject({ code: 'unreachable', host: 'backup1' });
  expect(await shop.held()).toEqual(before);
});

describe('a repository that rots', () => {
  // The largest one is of data, which the next backup has too; the last one written may be of the backup's own folder.
  const pack = '$(ls -S /var/lib/buka-backup/pos/repository/data/*/* | head -n 1)';

  it.each([
    [
      'one byte of a pack is flipped',
      `pack=${pack}; printf '\\377' | dd of=$pack bs=1 seek=$(($(stat -c %s $pack) / 2)) conv=notrunc 2>/dev/null`,
    ],
    ['a pack is gone', `rm ${pack}`],
  ])('%s', async (_, harm) => {
    await shop.ground.root('backup1', 'cp -a /var/lib/buka-backup/pos /root/good');
    try {
      await shop.sql('INSERT INTO receipts SELECT i, md5(i::text) FROM generate_series(1, 30000) AS s(i)');
      const { id } = await shop.take();
      await shop.ground.root('backup1', harm);
      await endsWithNone('proof-failed', {});
      const proof = proveBackup(shop.context(), id);
      await expect(proof).rejects.toMatchObject({ code: 'proof-failed' });
      await expect(proof).rejects.toBeInstanceOf(BukaError);
      expect((await shop.list()).find(({ manifest }) => manifest.id === id)?.broken).toBeDefined();
    } finally {
      await shop.ground.root('backup1', 'rm -rf /var/lib/buka-backup/pos; mv /root/good /var/lib/buka-backup/pos');
    }
  });

  it('an owner that no role is left for fails the proof', async () => {
    const { id } = await shop.take();
    await shop.ground.root('backup1', `sed -i '/ROLE pos[; ]/d' /var/lib/buka-backup/pos/manifests/${id}.globals`);
    await expect(proveBackup(shop.context(), id)).rejects.toMatchObject({
      code: 'proof-failed',
      failure: { seen: expect.stringContaining('role "pos" does not exist') },
    });
  });
});
