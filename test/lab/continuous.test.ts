import { execFileSync } from 'node:child_process';
import { jest } from '@jest/globals';
import { type BackupManifest, listBackups, proveBackup, restore, takeBackup } from '../../src/backup';
import type { Cluster } from '../../src/cluster';
import { databaseLoss } from '../../src/drill';
import type { BukaError } from '../../src/errors';
import { provision } from '../../src/provision';
import { type Context, status } from '../../src/rollout';
import { BackupGround } from './backup-ground';
import { Monitored } from './told';

/** Backups in continuous mode: the lab's hosts are set up for it by the product, and at the end for dumps again. */
jest.setTimeout(300_000);

let shop: BackupGround;

const continuous = (): Cluster => {
  const { backup } = shop.cluster;
  if (backup === undefined) throw new Error('the lab has no backups');
  return { ...shop.cluster, backup: { ...backup, mode: 'continuous' } };
};
const context = (): Context => {
  const given = shop.context();
  return { ...given, cluster: { ...continuous(), rollout: given.cluster.rollout } };
};
const take = (): Promise<BackupManifest> => takeBackup(context(), { kind: 'manual', reason: 'a test' });
const setUp = (of: Context) => provision(of, { check: false, hosts: ['db1', 'backup1'], user: 'root' });
const onBackup = async (text: string) => (await shop.ground.root('backup1', text)).trim();
const failure = (work: Promise<unknown>): Promise<BukaError['failure'] | undefined> =>
  work.then(
    () => undefined,
    (error: BukaError) => error.failure,
  );
const STREAM = '$(ls -d /var/lib/buka-backup/pos/wal/*/ | tail -n 1)';
const instant = () =>
  shop.sql(`SELECT to_char(clock_timestamp() AT TIME ZONE 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`, 'postgres');
const sold = async () => Number(await shop.sql('SELECT count(*) FROM sales'));
const later = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** All that is logged, but the sales, by other means than the product's. */
const contents = () =>
  shop.sql(String.raw`
SELECT string_agg(format('SELECT %L || count(*) || coalesce(md5(string_agg(t::text, %L ORDER BY t::text)), %L) FROM ONLY %I.%I t',
    c.relname || ' ', '|', 'empty', n.nspname, c.relname), ' UNION ALL ' ORDER BY c.relname)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'm') AND c.relpersistence = 'p' AND n.nspname = 'public' AND c.relname <> 'sales' \gexec
SELECT 'large ' || md5(string_agg(loid || encode(lo_get(loid), 'hex'), ',' ORDER BY loid))
  FROM (SELECT oid AS loid FROM pg_largeobject_metadata) l;`);

beforeAll(async () => {
  shop = await BackupGround.fresh();
  const key = execFileSync('ssh-keygen', ['-y', '-f', shop.ground.lab.privateKeyFile], { encoding: 'utf8' }).trim();
  for (const host of ['db1', 'backup1'])
    await shop.ground.root(host, `umask 077; mkdir -p /root/.ssh; printf '%s\n' '${key}' > /root/.ssh/authorized_keys`);
  await setUp(context());
});
afterAll(async () => {
  await shop.ground.lab.heal('backup1');
  await setUp(shop.context());
  expect(await shop.sql('SELECT count(*) FROM pg_replication_slots', 'postgres')).toBe('0');
  await onBackup(
    'systemctl disable --now buka-backup-receive@pos; rm -f /etc/systemd/system/buka-backup-receive@.service',
  );
  await shop.ground.root('db1', 'rm -rf /var/lib/postgresql/*/main.* /etc/sudoers.d/buka-restore-server');
  await shop.sql('ALTER SYSTEM RESET max_slot_wal_keep_size', 'postgres');
  await shop.giveBack();
  for (const host of ['db1', 'backup1']) await shop.ground.root(host, 'rm -rf /root/.ssh');
});

it('is set up once, and then there is nothing to change', async () => {
  expect(await setUp(context())).toMatchObject({ outcome: 'nothing-to-change', differences: [] });
});

it('a backup holds what the database held at its point, while sales are being written; the second has the same base', async () => {
  const { result: manifest, before, after } = await shop.selling(take);
  const rows = manifest.tables['public.sales']?.rows ?? 0;
  expect(rows).toBeGreaterThanOrEqual(before);
  expect(rows).toBeLessThanOrEqual(after);
  expect(manifest.continuous).toMatchObject({ base: manifest.id, exact: true, busy: [] });
  const second = await take();
  expect(second.continuous).toMatchObject({ base: manifest.id });
  expect(second.took.dump).toBeLessThan(10_000);

  const held = await contents();
  const report = await restore(context(), { id: manifest.id });
  expect(await contents()).toBe(held);
  const [count, highest] = (await shop.sql('SELECT count(*), max(id) FROM sales')).split('|').map(Number);
  expect([count, highest]).toEqual([rows, rows]);
  expect(report.previousDatabase).toMatch(/\/main\.before-/);
  await take();
});

it("a deploy's point after a proven base is only stored where the proof is left to the night, and can be proven later", async () => {
  const proven = await take();
  const { cluster, ...given } = context();
  const backup = cluster.backup && { ...cluster.backup, proof: 'nightly' as const };
  const stored = await takeBackup({ ...given, cluster: { ...cluster, backup } }, { kind: 'deploy' });
  expect(stored).toMatchObject({
    proof: null,
    newestProven: { id: proven.id },
    continuous: { base: proven.continuous?.base, exact: true },
  });
  await shop.sql('DELETE FROM sales');
  await restore(context(), { id: stored.id });
  expect(await sold()).toBe(stored.tables['public.sales']?.rows);
  expect(await proveBackup(context(), stored.id)).toMatchObject({ id: stored.id });
  // The restored server goes on in a stream of its own: what begins that is proven, whoever asks for it.
  const next = await takeBackup({ ...given, cluster: { ...cluster, backup } }, { kind: 'deploy' });
  expect(next).toMatchObject({ proof: expect.anything(), continuous: { base: next.id } });
});

it('a restore goes to an instant between two backups', async () => {
  await take();
  await shop.sql('INSERT INTO sales (total) VALUES (1)');
  const rows = await sold();
  await later(50);
  const at = new Date(await instant());
  await later(50);
  await shop.sql('DELETE FROM sales');
  await shop.sql('INSERT INTO sales (total) VALUES (2)');
  const report = await restore(context(), { to: at });
  expect(await sold()).toBe(rows);
  expect(report.backup.recoveryPoint.getTime()).toBeLessThanOrEqual(at.getTime());
  await take();
});

it('the key of the database host, and what the database host sends, change nothing that is kept', async () => {
  await take();
  const held = () => onBackup(`cd ${STREAM}; sha256sum [0-9]* | sort; ls /var/lib/buka-backup/pos/manifests`);
  const before = await held();
  const ssh = String.raw`cd /etc/buka/restore/pos
at=$(sed -n 's/^source=//p' settings); port=$(sed -n 's/^port=//p' settings)
with="-F none -i key -o BatchMode=yes -o IdentitiesOnly=yes -o UserKnownHostsFile=known_hosts"
go() { timeout 10 ssh -T $with -p "$port" "$at" "$@"; }`;
  const tries = [
    "go 'rm -rf /var/lib/buka-backup/pos' </dev/null",
    "go '/usr/local/lib/buka/backup retain pos' </dev/null",
    ...['retain', 'take', 'receive', 'prove'].map((what) => `printf 'service=pos\\ndo=${what}\\n' | go`),
    "printf 'service=pos\\nid=../manifests\\nwhat=wal\\n' | go",
    'echo ls | timeout -k 1 10 sftp -q $with -P "$port" -b - "$at" </dev/null',
  ];
  for (const one of tries) {
    const { status } = await shop.ground.lab.shell('db1', `${ssh}\n${one}`);
    expect([one, status === 0]).toEqual([one, false]);
  }
  // A database host that was broken into sends a segment again, with something else in it.
  const last = await onBackup(`ls ${STREAM} | sed 's/[.]gz$//' | grep -x '[0-9A-F]\\{24\\}' | tail -n 1`);
  await onBackup(
    `cd ${STREAM}; head -c 16777216 /dev/zero > forged; chown buka-backup: forged; mv forged incoming/${last}`,
  );
  await later(7_000);
  expect(await held()).toBe(before);
  await onBackup(`rm -f ${STREAM}/incoming/${last}`);
});

it('a gap and a rotten segment are found by the proof, and the next backup begins with a new base', async () => {
  const { id } = await take();
  const victim = await onBackup(`cd ${STREAM}; echo $(pwd)/$(ls | grep -x '[0-9A-F]\\{24\\}' | tail -n 1)`);
  await onBackup(`cp -p ${victim} /root/good; printf XXXXXXXX | dd of=${victim} bs=1 seek=60 conv=notrunc`);
  expect(await failure(proveBackup(context(), id))).toMatchObject({ code: 'proof-failed' });
  await onBackup(`rm ${victim}`);
  expect(await failure(proveBackup(context(), id))).toMatchObject({ code: 'proof-failed' });
  expect((await listBackups(context())).at(-1)).toMatchObject({ manifest: { id }, broken: expect.any(String) });
  const next = await take();
  expect(next.continuous?.base).toBe(next.id);
  await onBackup(`mv /root/good ${victim}`);
});

it('while the backup server is away production goes on and keeps the log, a metric ages, and then it catches up', async () => {
  const safe = async () => {
    const metrics = await onBackup('cat /var/lib/buka-backup/metrics/pos.wal.prom');
    return Number(/^buka_backup_wal_safe_timestamp_seconds\S* (\d+)$/m.exec(metrics)?.[1]);
  };
  await take();
  await shop.ground.lab.cut('backup1');
  const cutAt = Date.now() / 1000;
  await shop.sql('INSERT INTO sales (total) SELECT i FROM generate_series(1, 400000) AS s(i)');
  await later(45_000);
  expect(await safe()).toBeLessThan(cutAt + 5);
  const behind = await shop.sql('SELECT pg_current_wal_lsn() - restart_lsn FROM pg_replication_slots', 'postgres');
  expect(Number(behind)).toBeGreaterThan(20_000_000);
  await shop.ground.lab.heal('backup1');
  const until = Date.now() + 120_000;
  while ((await safe()) < Date.now() / 1000 - 20 && Date.now() < until) await later(2_000);
  expect(await safe()).toBeGreaterThan(Date.now() / 1000 - 25);
  const manifest = await take();
  expect(manifest.tables['public.sales']?.rows).toBe(await sold());
});

it('somebody is told when the log is not received any more, and when it is again', async () => {
  const monitored = new Monitored(shop.ground, continuous());
  await monitored.begin();
  try {
    await take();
    await monitored.fires(
      'BackupLogTooOld',
      { host: 'backup1', severity: 'critical' },
      {
        cause: () => onBackup('systemctl stop buka-backup-receive@pos'),
        mend: () => onBackup('systemctl start buka-backup-receive@pos'),
      },
    );
  } finally {
    await monitored.end();
  }
});

it('when the database host is lost, at most the last seconds of acknowledged sales are', async () => {
  await shop.ground.runs(await shop.ground.release('plain'));
  await take();
  const held = await contents();
  const loop = String.raw`i=0; while [ $i -lt 6000 ]; do i=$((i + 1)); echo "INSERT INTO sales (total) VALUES ($i) RETURNING clock_timestamp(); SELECT pg_sleep(0.01) \\g /dev/null"; done 2>/dev/null |
    su postgres -s /bin/sh -c 'cd /; exec psql -X -q -A -t -d pos' 2>/dev/null | tail -n 1`;
  const selling = shop.ground.lab.shell('db1', loop);
  await later(3_000);
  const report = await databaseLoss(context(), { confirm: 'pos/db1', user: 'root', really: false });
  const acknowledged = new Date((await selling).stdout.trim());
  const newest = new Date(await shop.sql('SELECT max(at) FROM sales'));
  const lost = acknowledged.getTime() - newest.getTime();
  process.stdout.write(`lost: ${lost} ms of sales, span ${report.span} ms, recovery ${report.recovery} ms\n`);
  expect(report.outcome).toBe('recovered');
  expect(lost).toBeLessThanOrEqual(60_000);
  expect(report.span).toBeLessThanOrEqual(60_000);
  expect(await contents()).toBe(held);
  expect((await status(context())).workers.map(({ healthy }) => healthy)).toEqual([true, true, true]);
});
