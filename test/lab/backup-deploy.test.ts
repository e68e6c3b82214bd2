import { jest } from '@jest/globals';
import { backupBeforeDeploy, proveBackup, restore } from '../../src/backup';
import type { Archive } from '../../src/release';
import { deploy, releases, rollback } from '../../src/rollout';
import { BackupGround } from './backup-ground';
import { faults } from './rollout-ground';

/** A deploy and its backup, and who may do what to backups, on real machines. */
jest.setTimeout(240_000);

let shop: BackupGround;
let one: Archive;
let two: Archive;

const expand = { '1.sql': 'SELECT 1' };
const contract = { ...expand, '2.sql': '-- buka: contract\nSELECT 2' };
/** The migration program leaves a mark on the worker where it ran. */
const context = () => {
  const made = shop.context();
  const release = {
    ...made.cluster.release,
    migrations: 'migrations',
    migrate: ['sh', '-c', 'echo ran >> /tmp/migrated'],
  };
  return { ...made, cluster: { ...made.cluster, release } };
};
/** The same, with the proof of a deploy's backup left to the night. */
const nightly = () => {
  const made = context();
  const { backup } = made.cluster;
  if (backup === undefined) throw new Error('the lab has no backups');
  return { ...made, cluster: { ...made.cluster, backup: { ...backup, proof: 'nightly' as const } } };
};
const withBackup = { takeBackup: backupBeforeDeploy };

beforeAll(async () => {
  shop = await BackupGround.fresh();
  one = await shop.ground.release('one', faults.none, expand);
  two = await shop.ground.release('two', faults.none, contract);
});
afterAll(() => shop.giveBack());

test('a deploy and its backup name each other', async () => {
  expect((await deploy(context(), one, withBackup)).error).toBeUndefined();
  const { backup, error } = await deploy(context(), two, withBackup);
  expect(error).toBeUndefined();
  const [, known] = await shop.list();
  // Tied to the release that can live with what is in it: the one to go back to.
  expect(known?.manifest).toMatchObject({
    id: backup?.id,
    kind: 'deploy',
    release: one.id,
    reason: `before ${two.id}`,
  });
  const { history } = await releases(shop.context());
  expect(history.filter(({ release, backup: id }) => release === two.id && id === backup?.id).length).toBeGreaterThan(
    0,
  );
});

test('after a restore to before a contract migration the release from before can be rolled back to', async () => {
  expect((await rollback(context(), { to: one.id })).error?.code).toBe('migration-crossed');
  const report = await restore(context(), { release: one.id });
  expect(report.next.join('\n')).toContain(`buka rollback ${one.id}`);
  expect((await rollback(context(), { to: one.id })).error).toBeUndefined();
  expect(await shop.ground.served()).toEqual(['one', 'one', 'one']);
  // What went with the restore comes again with the release that brings it.
  await shop.ground.root('worker1', 'rm -f /tmp/migrated');
  expect((await deploy(context(), two, withBackup)).error).toBeUndefined();
  expect(await shop.ground.root('worker1', 'cat /tmp/migrated')).toBe('ran\n');
});

test('without a proven backup no migration runs and no worker is switched, unless somebody says why', async () => {
  const three = await shop.ground.release('three', faults.none, { ...contract, '3.sql': 'SELECT 3' });
  await shop.ground.root('worker1', 'rm -f /tmp/migrated');
  await shop.sql('REVOKE pg_read_all_data FROM buka_backup');
  try {
    const failed = await deploy(context(), three, withBackup);
    expect(failed.error?.failure).toMatchObject({ code: 'dump-failed', host: 'backup1', step: 'backup' });
    expect(failed.error?.failure.hint).toContain('--without-backup');
    expect(await shop.ground.served()).toEqual(['two', 'two', 'two']);
    await expect(shop.ground.root('worker1', 'cat /tmp/migrated')).rejects.toThrow();
    const forced = await deploy(context(), three, { ...withBackup, withoutBackup: 'the shop is down' });
    expect(forced).toMatchObject({ outcome: 'success', withoutBackup: { reason: 'the shop is down' } });
    expect(await shop.ground.served()).toEqual(['three', 'three', 'three']);
    const { history } = await releases(shop.context());
    expect(history.some(({ release, reason }) => release === three.id && reason?.includes('the shop is down'))).toBe(
      true,
    );
  } finally {
    await shop.sql('GRANT pg_read_all_data TO buka_backup');
  }
});

test('a backup that nobody waits for any more comes to its end', async () => {
  const before = (await shop.list()).length;
  const cancel = new AbortController();
  const four = await shop.ground.release('four', faults.none, { ...contract, '3.sql': 'SELECT 3' });
  const deploying = context();
  const cancelled = deploy({ ...deploying, signal: cancel.signal }, four, withBackup);
  const reading = () => deploying.reporter.steps.some(({ detail }) => detail?.includes(' in PostgreSQL '));
  for (let tries = 0; tries < 6000 && !reading(); tries += 1) await new Promise((resolve) => setTimeout(resolve, 10));
  cancel.abort();
  expect((await cancelled).error).toBeDefined();
  for (let tries = 0; tries < 60 && (await shop.list()).length === before; tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 500));
  expect((await shop.list()).length).toBe(before + 1);
});

describe('where the proof is left to the night', () => {
  const next = (name: string) => shop.ground.release(name, faults.none, { ...contract, '3.sql': 'SELECT 3' });
  const newestProven = async () =>
    Number(
      await shop.ground.root(
        'backup1',
        "sed -n 's/^buka_backup_newest_proven_timestamp_seconds.* //p' /var/lib/buka-backup/metrics/pos.prom",
      ),
    );
  const inSeconds = (at: Date | undefined) => Math.floor((at?.getTime() ?? 0) / 1000);

  test('a deploy stores its backup, which counts once it is proven, and can be restored', async () => {
    const { id, recoveryPoint } = await shop.take();
    const { backup, error } = await deploy(nightly(), await next('five'), withBackup);
    expect(error).toBeUndefined();
    expect(backup).toMatchObject({ took: { prove: null, restore: null }, newestProven: { id } });
    const stored = async () => (await shop.list()).find(({ manifest }) => manifest.id === backup?.id);
    expect(await stored()).toMatchObject({ manifest: { kind: 'deploy', proof: null } });
    expect((await stored())?.proven).toBeUndefined();
    expect(await newestProven()).toBe(inSeconds(recoveryPoint));

    const looking = nightly();
    expect(await restore(looking, { dryRun: true })).toMatchObject({ backup: { id: backup?.id } });
    expect(looking.reporter.lines.join('\n')).toContain(`\`buka restore ${id}\``);
    const held = await shop.sql('SELECT count(*), sum(total) FROM sales');
    await shop.sql('DELETE FROM sales');
    await restore(nightly());
    expect(await shop.sql('SELECT count(*), sum(total) FROM sales')).toBe(held);

    await proveBackup(nightly());
    expect((await stored())?.proven?.at).toBeInstanceOf(Date);
    expect(await newestProven()).toBe(inSeconds(backup?.recoveryPoint));
  });

  test('a deploy proves its backup after all where nothing else is proven, or the last proof failed', async () => {
    await shop.forgetBackups();
    const first = await deploy(nightly(), await next('six'), withBackup);
    expect({ error: first.error, newestProven: first.backup?.newestProven }).toEqual({});
    // The next one is stored, and then found not to be what production held.
    const second = await deploy(nightly(), await next('seven'), withBackup);
    expect(second.backup?.newestProven).toMatchObject({ id: first.backup?.id });
    await shop.ground.root(
      'backup1',
      `cd /var/lib/buka-backup/pos/manifests; sed -i '/^table.*sales/s/[0-9a-f]*$/f00d/' ${second.backup?.id}.fingerprint`,
    );
    await expect(proveBackup(nightly())).rejects.toMatchObject({ code: 'proof-failed' });
    const third = await deploy(nightly(), await next('eight'), withBackup);
    expect({ error: third.error, newestProven: third.backup?.newestProven }).toEqual({});
    const states = (await shop.list()).map(({ proven, broken }) => (broken ? 'broken' : proven ? 'proven' : 'stored'));
    expect(states).toEqual(['proven', 'broken', 'proven']);
  });
});

describe('whoever holds a key can add backups, and neither delete nor alter them', () => {
  const digest = () =>
    shop.ground.root(
      'backup1',
      'cd /var/lib/buka-backup/pos; find manifests repository/data repository/snapshots repository/keys -type f -exec sha256sum {} + | sort -k 2',
    );
  const asked = (service: string, ...lines: string[]) =>
    `printf '%s\\n' 'service=${service}' "program=$(sha256sum < /usr/local/lib/buka/backup | cut -c 1-12)" ${lines.map((line) => `'${line}'`).join(' ')} | sudo -n -u buka-backup /usr/local/lib/buka/backup`;

  test("the runner's key", async () => {
    await shop.ground.root('backup1', 'rm -f /tmp/pwned');
    const { id } = await shop.take();
    const before = await digest();
    const tries = [
      'cat /etc/buka/backup/pos/password',
      'cat /etc/buka/backup/pos/pgpass',
      'ls /var/lib/buka-backup/pos',
      'rm -rf /var/lib/buka-backup/pos/repository',
      'echo x >> /usr/local/lib/buka/backup',
      'echo x >> /var/lib/buka-backup/.ssh/authorized_keys',
      'mv /var/lib/buka-backup/pos /tmp',
      'sudo -n true',
      'sudo -n -u buka-backup true',
      'sudo -n -u buka-backup /usr/local/lib/buka/backup retain pos </dev/null',
      'sudo -n -u buka-backup /usr/local/lib/buka/backup verify pos </dev/null',
      'sudo -n -u buka-backup BASH_ENV=/tmp/x PATH=/tmp /usr/local/lib/buka/backup </dev/null',
      'sudo -n systemctl stop buka-backup@pos.timer',
      asked('pos', 'do=retain'),
      asked('pos', 'do=forget', `id=${id}`),
      asked('pos', 'do=fetch', `id=${id}`, 'what=database'),
      asked('../pos', 'do=list'),
      asked('pos', 'do=prove', 'id=../../../../etc/passwd'),
      asked('pos', 'do=prove', 'id=20990101T000000Z-000000'),
      asked('$(touch /tmp/pwned)', 'do=list'),
      asked('pos', 'do=take', 'kind=nightly;id', 'run=x', 'by=x', 'wait=0'),
      asked('pos', 'do=take', 'kind=manual', 'run=x', 'by=x', 'wait=0; id', 'release=$(id)'),
    ];
    for (const text of tries) {
      const { status, stdout } = await asDeploy(text);
      expect({ text, status, secret: /^[0-9a-f]{20}/.test(stdout) }).toEqual({
        text,
        status: expect.any(Number),
        secret: false,
      });
      expect({ text, refused: status !== 0 }).toEqual({ text, refused: true });
    }
    expect(await digest()).toBe(before);
    expect(await shop.ground.root('backup1', 'ls /tmp')).not.toContain('pwned');
    // Every word of a person is data, too.
    const hostile = await asDeploy(
      asked(
        'pos',
        'do=take',
        'kind=manual',
        'run=$(touch /tmp/pwned)',
        'by="; touch /tmp/pwned; \\',
        'reason=`id`',
        'wait=9',
      ),
    );
    expect(hostile.stdout).toContain('"by":"\\"; touch /tmp/pwned; \\\\"');
    expect(await shop.ground.root('backup1', 'ls /tmp')).not.toContain('pwned');
    // What was there before is as it was.
    for (const line of before.trim().split('\n')) expect(await digest()).toContain(line);
  });

  test("the database host's key", async () => {
    const [known] = await shop.list();
    const before = await digest();
    const tries = ['rm -rf /var/lib/buka-backup/pos', 'sh', 'scp -t /tmp', 'internal-sftp', ''];
    for (const command of tries) {
      const { status } = await overRestoreKey(command, 'do=take');
      expect({ command, refused: status !== 0 }).toEqual({ command, refused: true });
    }
    for (const lines of [
      'do=retain',
      'do=fetch\nwhat=password',
      'do=fetch\nwhat=../../etc/passwd',
      `do=fetch\nwhat=database\nid=../${known?.manifest.id}`,
    ]) {
      const { status } = await overRestoreKey('fetch', lines);
      expect({ lines, refused: status !== 0 }).toEqual({ lines, refused: true });
    }
    expect(await digest()).toBe(before);
    const read = await overRestoreKey('fetch', `do=fetch\nwhat=manifest\nid=${known?.manifest.id}`);
    expect(read.stdout).toContain(known?.manifest.id);
  });

  test("the database's reader can change nothing in the database", async () => {
    const { status, stderr } = await shop.ground.lab.shell(
      'backup1',
      `cd /; su buka-backup -s /bin/sh -c 'PGPASSFILE=/etc/buka/backup/pos/pgpass psql -X -v ON_ERROR_STOP=1 -h ${shop.cluster.database?.host.address} -U buka_backup -d pos' <<'SQL'
      SET default_transaction_read_only = off;
      DELETE FROM sales;
SQL`,
    );
    expect(status).not.toBe(0);
    expect(stderr).toContain('permission denied');
  });

  test('the workers have no key to the backup server at all', async () => {
    const address = shop.cluster.backup?.host.address;
    for (const user of ['root', 'deploy', 'pos'])
      await expect(
        shop.ground.root(
          'worker1',
          `su ${user} -s /bin/sh -c 'ssh -o BatchMode=yes -o StrictHostKeyChecking=no -o ConnectTimeout=3 buka-backup@${address} true'`,
        ),
      ).rejects.toThrow();
  });

  const asDeploy = (text: string) =>
    shop.ground.lab.execInNetwork(['ssh', ...shop.ground.lab.sshArguments('backup1', [text])]);
  const overRestoreKey = (command: string, lines: string) =>
    shop.ground.lab.shell(
      'db1',
      `cd /; printf '%s\\n' service=pos '${lines.replaceAll('\n', "' '")}' | su postgres -s /bin/sh -c "ssh -F none -i /etc/buka/restore/pos/key -o BatchMode=yes -o UserKnownHostsFile=/etc/buka/restore/pos/known_hosts buka-backup@${shop.cluster.backup?.host.address} '${command}'"`,
    );
});
