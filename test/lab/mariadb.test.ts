import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { down, type Lab, up } from '../../lab';
import { type BackupManifest, programVersion } from '../../src/backup';
import { rich } from './mariadb-rich';

/** Backups of MariaDB, on machines of their own: what the programs on the two hosts do, asked as a run asks them. */
jest.setTimeout(300_000);

const name = 'mariadb-test';
let lab: Lab;
beforeAll(async () => {
  await down(name); // what an interrupted run of these tests left
  lab = await up({ name, cluster: join(import.meta.dirname, 'fixtures/mariadb.yml') });
  await sql(rich);
});
afterAll(() => down(name));

async function root(host: string, text: string): Promise<string> {
  const { status, stdout, stderr } = await lab.shell(host, text);
  if (status !== 0) throw new Error(`${host}: ${text}: ${stderr || stdout}`);
  return stdout;
}

/** As MariaDB's superuser. */
const sql = async (text: string, database = 'pos'): Promise<string> =>
  (await root('db1', `mariadb -N -B -r --default-character-set=utf8mb4 ${database} <<'SQL'\n${text}\nSQL`)).trim();

/** What the deploy user is answered, over SSH and through sudo. */
async function ask(host: 'backup1' | 'db1', request: Record<string, string>): Promise<string[]> {
  const [as, program, version] =
    host === 'backup1'
      ? ['buka-backup', '/usr/local/lib/buka/backup', programVersion.backup]
      : ['mysql', '/usr/local/lib/buka/restore', programVersion.restore];
  const input = Object.entries({ service: 'pos', program: version, ...request }).map(
    ([key, value]) => `${key}=${value}\n`,
  );
  const command = ['ssh', ...lab.sshArguments(host, ['sudo', '-n', '-u', as, program])];
  const { stdout, stderr } = await lab.execInNetwork(command, { input: input.join('') });
  return (stdout || stderr).trim().split('\n');
}
const take = () => ask('backup1', { do: 'take', kind: 'manual', run: 'r', by: 'a test', wait: '60' });
async function taken(): Promise<BackupManifest & { id: string }> {
  const answer = await take();
  const last = answer.at(-1) ?? '';
  if (!last.startsWith('manifest ')) throw new Error(answer.join('\n'));
  return JSON.parse(last.slice('manifest '.length));
}
const manifests = () => root('backup1', 'ls /var/lib/buka-backup/pos/manifests | grep -c json$ || :');

const named = (name: string) => `\`${name.replaceAll('`', '``')}\``;

/** Content by other means than the product's: each table's rows in an order of their own, and what is defined. */
const contents = async () => {
  const tables = (
    await sql(
      "SELECT table_name FROM information_schema.tables WHERE table_schema = 'pos' AND table_type <> 'VIEW' AND table_name NOT IN ('sales', 'counted') ORDER BY 1",
    )
  ).split('\n');
  const rows = [];
  for (const table of tables) {
    const all = await sql(`SELECT * FROM ${named(table)}`);
    rows.push(`${table} ${createHash('md5').update(all.split('\n').sort().join('\n')).digest('hex')}`);
  }
  const defined =
    await sql(`SELECT trigger_name, md5(action_statement) FROM information_schema.triggers WHERE trigger_schema = 'pos' ORDER BY 1;
    SELECT event_name, md5(event_definition), status FROM information_schema.events WHERE event_schema = 'pos' ORDER BY 1;
    SELECT routine_name, md5(routine_definition) FROM information_schema.routines WHERE routine_schema = 'pos' ORDER BY 1;
    SELECT table_name, md5(view_definition) FROM information_schema.views WHERE table_schema = 'pos' ORDER BY 1;
    SELECT constraint_name, table_name FROM information_schema.referential_constraints WHERE constraint_schema = 'pos' ORDER BY 1;
    SELECT dbl(4);`);
  return [...rows, defined].join('\n');
};

it('a backup holds what the database held at one instant, while sales are being written, and comes back by a swap', async () => {
  const till = lab.shell(
    'db1',
    `i=0; while [ ! -e /run/closed ] && [ $i -lt 6000 ]; do i=$((i + 1)); echo "INSERT INTO sales (total) VALUES ($i); DO SLEEP(0.02);"; done | mariadb pos`,
  );
  const manifest = await taken();
  await root('db1', 'touch /run/closed');
  await till;
  const sold = manifest.tables.sales?.rows ?? 0;
  const after = Number(await sql('SELECT count(*) FROM sales'));
  expect(sold).toBeGreaterThan(30_000);
  expect(after).toBeGreaterThan(sold);
  const held = await contents();
  await sql('DELETE FROM twice; CREATE VIEW late AS SELECT 1; DROP TRIGGER sold;');
  expect((await ask('db1', { do: 'load', id: manifest.id })).at(-1)).toMatch(/^loaded pos_/);
  const [, previous = ''] =
    /^swapped (pos_before_\S+)$/.exec((await ask('db1', { do: 'swap', id: manifest.id })).at(-1) ?? '') ?? [];
  expect(await contents()).toBe(held);
  // The trigger counts each sale in the same transaction: both are of one instant, or they differ.
  expect(await sql('SELECT count(*) FROM sales')).toBe(String(sold));
  expect(await sql('SELECT n FROM counted')).toBe(String(sold - 30_000));
  expect(Number(await sql('SELECT count(*) FROM sales', previous))).toBe(after);
  expect(await sql('SELECT @@global.read_only, @@global.max_allowed_packet')).toBe('0\t16777216');
  await sql('INSERT INTO sales (total) VALUES (1)');
  expect(await sql('SELECT n FROM counted')).toBe(String(sold - 30_000 + 1));
  expect(await ask('db1', { do: 'drop', name: previous })).toEqual([`dropped ${previous}`]);
});

it('a second backup adds little', async () => {
  const first = await taken();
  await sql('INSERT INTO sales (total) SELECT seq FROM seq_1_to_100');
  const second = await taken();
  expect(Number(second.bytesAdded)).toBeLessThan(Number(second.bytes) / 4);
  expect(second.id).not.toBe(first.id);
});

it("a deploy's backup is only stored where the proof is left to the night, and can be proven later", async () => {
  const proven = await taken();
  const asked = { do: 'take', kind: 'deploy', run: 'r', by: 'a test', wait: '60', proof: 'nightly' };
  const stored = JSON.parse((await ask('backup1', asked)).at(-1)?.replace(/^manifest /, '') ?? '');
  expect(stored).toMatchObject({ proof: null, newestProven: { id: proven.id }, seconds: { prove: null } });
  expect((await ask('backup1', { do: 'prove', id: stored.id, wait: '60' })).at(-1)).toMatch(`proved ${stored.id} `);
});

it('a dump that is killed leaves no backup, and one without its end is not proven', async () => {
  const before = await manifests();
  /** In the place of mariadb-dump, one with another end. */
  const dumpedBy = async (script: string): Promise<string | undefined> => {
    await root(
      'backup1',
      `printf '#!/bin/sh\n${script}\n' > /usr/sbin/mariadb-dump && chmod 755 /usr/sbin/mariadb-dump`,
    );
    return (await take().finally(() => root('backup1', 'rm /usr/sbin/mariadb-dump'))).at(-1);
  };
  expect(await dumpedBy('/usr/bin/mariadb-dump "$@" | head -c 500000; kill -9 $$')).toMatch(/^error dump-failed /);
  expect(await dumpedBy('/usr/bin/mariadb-dump "$@" | sed "\\$d"')).toBe('error proof-failed the dump has no end');
  expect(await manifests()).toBe(before);
});

it('a table that no snapshot is of is refused by its name', async () => {
  await sql('CREATE TABLE old_style (a int) ENGINE=MyISAM');
  expect((await take()).at(-1)).toBe('error not-transactional old_style (MyISAM)');
  await sql('DROP TABLE old_style');
});

it('the account that backups are read with can write nothing, nor make what writes', async () => {
  const client = 'su buka-backup -s /bin/sh -c "cd /; mariadb --defaults-file=/etc/buka/backup/pos/my.cnf pos"';
  expect((await lab.shell('backup1', `echo 'SELECT 1' | ${client}`)).status).toBe(0);
  for (const statement of [
    'INSERT INTO sales (total) VALUES (1)',
    'DELETE FROM sales',
    'CREATE TABLE x (a int)',
    'CALL fill(1)',
    'DROP TRIGGER sold',
    'CREATE TRIGGER x BEFORE INSERT ON sales FOR EACH ROW SET NEW.total = 9',
    'CREATE EVENT x ON SCHEDULE EVERY 1 DAY DO DELETE FROM sales',
    "SELECT 1 INTO OUTFILE '/tmp/x'",
    "UPDATE mysql.global_priv SET user = 'x'",
  ]) {
    const { status } = await lab.shell('backup1', `echo "${statement}" | ${client}`);
    expect([statement, status]).toEqual([statement, 1]);
  }
});
