import { dropPrevious, proveBackup, restore } from '../../src/backup';
import { BackupGround } from './backup-ground';

let shop: BackupGround;

beforeAll(async () => {
  shop = await BackupGround.fresh();
});
afterAll(() => shop.giveBack());

/** Content by other means than the product's: each table in order, as text. */
const contents = String.raw`
SELECT string_agg(format('SELECT %L || coalesce(md5(string_agg(t::text, %L ORDER BY t::text)), %L) FROM ONLY %I.%I t',
    c.relname || ' ', '|', 'empty', n.nspname, c.relname), ' UNION ALL ' ORDER BY c.relname)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'm') AND n.nspname = 'public' AND c.relname <> 'sales' \gexec
SELECT 'large ' || md5(string_agg(loid || encode(lo_get(loid), 'hex'), ',' ORDER BY loid)) FROM (SELECT oid AS loid FROM pg_largeobject_metadata) l;
SELECT 'backwards ' || last_value FROM backwards;
SELECT 'double ' || double(4);
SELECT 'settings ' || string_agg(setconfig::text, ' ') FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase WHERE datname = current_database();
SELECT 'owner ' || pg_get_userbyid(datdba) || ' ' || pg_encoding_to_char(encoding) || ' ' || datcollate FROM pg_database WHERE datname = current_database();
SELECT 'policies ' || count(*) FROM pg_policy;
SELECT 'partitions ' || count(*) FROM ledger;
`;

it('a backup holds what the database held at one instant, while sales are being written', async () => {
  const { result: manifest, before, after } = await shop.selling(() => shop.take());
  const sold = manifest.tables['public.sales']?.rows ?? 0;
  expect(sold).toBeGreaterThanOrEqual(before);
  expect(sold).toBeLessThanOrEqual(after);
  expect(after).toBeGreaterThan(before);
  const held = await shop.sql(contents);
  const report = await restore(shop.context(), { id: manifest.id });
  expect(report.previousDatabase).toMatch(/^pos_before_/);
  // Every type there is, partitions, inheritance, large objects, sequences, settings, owner: as they were.
  expect(await shop.sql(contents)).toBe(held);
  expect(held.split('\n').length).toBeGreaterThan(15);
  // Of one writer's sales, those up to an instant and none after it.
  const [count, highest] = (await shop.sql('SELECT count(*), max(id) FROM sales')).split('|');
  expect([Number(count), Number(highest)]).toEqual([sold, sold]);
  // What came after the recovery point is lost, and is still in the database that was put aside.
  expect(Number(await shop.sql('SELECT count(*) FROM sales', report.previousDatabase))).toBeGreaterThanOrEqual(after);
  await shop.sql(`DROP DATABASE "${report.previousDatabase}"`, 'postgres');
});

it('a second backup adds little more than what is new', async () => {
  await shop.sql(
    'CREATE TABLE receipts AS SELECT i AS id, md5(i::text) || md5((-i)::text) AS receipt FROM generate_series(1, 600000) AS s(i)',
  );
  const first = await shop.take();
  await shop.sql('INSERT INTO receipts SELECT i, md5(i::text) FROM generate_series(600001, 601000) AS s(i)');
  const second = await shop.take();
  expect(first.bytesAdded).toBeGreaterThan(8_000_000);
  expect(second.bytesAdded).toBeLessThan(first.bytesAdded / 2);
  expect((await shop.held()).manifests).toContain(`${second.id}.json`);
});

it('a backup can be proven again at any time, without the database', async () => {
  const { id } = await shop.take();
  const server = (await shop.ground.root('db1', `pg_lsclusters -h | awk '{ print "postgresql@" $1 "-" $2 }'`)).trim();
  await shop.ground.root('db1', `systemctl stop ${server}`);
  try {
    expect(await proveBackup(shop.context(), id)).toMatchObject({ id });
  } finally {
    await shop.ground.root('db1', `systemctl start ${server}`);
  }
});

it('no key is given out twice after a restore', async () => {
  const { id } = await shop.take();
  const report = await restore(shop.context(), { id });
  const highest = Number(await shop.sql('SELECT max(id) FROM sales'));
  await shop.sql('INSERT INTO sales (total) VALUES (1)');
  expect(Number(await shop.sql('SELECT max(id) FROM sales'))).toBeGreaterThan(highest);
  await shop.sql(`DROP DATABASE "${report.previousDatabase}"`, 'postgres');
});

it('what restores put aside is dropped when asked for, and nothing else that is called alike', async () => {
  await shop.sql('CREATE DATABASE pos_before_easter', 'postgres');
  const { id } = await shop.take();
  const { previousDatabase } = await restore(shop.context(), { id });
  expect((await dropPrevious(shop.context())).dropped).toEqual([previousDatabase]);
  expect(await shop.sql("SELECT count(*) FROM pg_database WHERE datname LIKE 'pos\\_before\\_%'", 'postgres')).toBe(
    '1',
  );
});

it('the retention keeps what buka.yml says, the newest, and what each of the last releases may need', async () => {
  const { id, snapshot } = await shop.take();
  const day = 86_400_000;
  const noon = Date.parse('2026-01-31T12:00:00Z');
  // Two a day for 60 days; each release lived for 5 days; every seventh was found broken.
  const made = Array.from({ length: 120 }, (_, index) => {
    const at = new Date(noon - Math.floor(index / 2) * day - (index % 2) * 3_600_000);
    const stamp = at.toISOString().replace(/[-:]|\.\d+/g, '');
    return { id: `${stamp}-00000${index % 10}`, at, release: `r-${Math.floor(index / 10)}`, broken: index % 7 === 3 };
  });
  const folder = '/var/lib/buka-backup/pos/manifests';
  const files = made.map((one) => {
    const manifest = JSON.stringify({
      id: one.id,
      release: one.release,
      snapshot,
      recoveryPoint: one.at.toISOString(),
    });
    const broken = one.broken ? `\necho broken > ${one.id}.broken` : '';
    return `echo '${manifest}' > ${one.id}.json; echo x > ${one.id}.create${broken}`;
  });
  // The real one, newer than all of them, goes: the newest of the others is what must not.
  await shop.ground.root('backup1', `cd ${folder}; rm -f *; ${files.join('\n')}; chown buka-backup *`);
  await shop.ground.root('backup1', 'cd /; su buka-backup -c "/usr/local/lib/buka/backup retain pos"');

  const week = (at: Date) => {
    const thursday = new Date(at.getTime() + (3 - ((at.getUTCDay() + 6) % 7)) * day);
    return `${thursday.getUTCFullYear()}-${Math.ceil((thursday.getTime() - Date.UTC(thursday.getUTCFullYear(), 0, 1) + day) / (7 * day))}`;
  };
  const proven = made.filter(({ broken }) => !broken);
  const newestOf = (key: (one: (typeof made)[number]) => string, most: number) =>
    [...new Map([...proven].reverse().map((one) => [key(one), one])).values()].reverse().slice(0, most);
  const keep = shop.cluster.backup?.keep ?? { last: 0, daily: 0, weekly: 0 };
  const kept = new Set([
    ...proven.slice(0, keep.last),
    ...newestOf(({ at }) => at.toISOString().slice(0, 10), keep.daily),
    ...newestOf(({ at }) => week(at), keep.weekly),
    ...newestOf(({ release }) => release, shop.cluster.release.keep + 1),
  ]);
  const { manifests } = await shop.held();
  expect(manifests).toEqual([...kept].map((one) => `${one.id}.json`).sort());
  expect(manifests).not.toContain(`${id}.json`);
  expect(await shop.ground.root('backup1', `ls ${folder} | wc -l`)).toBe(`${2 * kept.size}\n`);
  await shop.forgetBackups();
});

it('a repository that rots is told of by the weekly read, for the monitoring to see', async () => {
  await shop.take();
  const verify =
    'cd /; su buka-backup -c "/usr/local/lib/buka/backup verify pos" || :; grep -v "#" /var/lib/buka-backup/metrics/pos.prom';
  expect(await shop.ground.root('backup1', verify)).toContain('buka_backup_repository_readable{service="pos"} 1');
  const pack = '$(ls -t /var/lib/buka-backup/pos/repository/data/*/* | tail -n 1)';
  await shop.ground.root('backup1', `printf '\\377' | dd of=${pack} bs=1 seek=200 conv=notrunc 2>/dev/null`);
  expect(await shop.ground.root('backup1', verify)).toContain('buka_backup_repository_readable{service="pos"} 0');
  await shop.forgetBackups();
});
