import { execFileSync } from 'node:child_process';
import { jest } from '@jest/globals';
import { restore } from '../../src/backup';
import { type DatabaseLossOptions, databaseLoss } from '../../src/drill';
import type { BukaError } from '../../src/errors';
import { provision } from '../../src/provision';
import { type Context, status } from '../../src/rollout';
import { BackupGround } from './backup-ground';

/** The database is lost on purpose, under a shop that is selling, and comes back. */
jest.setTimeout(240_000);

/** An app that is healthy as long as it can log in to its database with its own password, as PostgreSQL's protocol has it. */
const asksDatabase = String.raw`
const { createHash, createHmac, pbkdf2Sync, randomBytes } = require('node:crypto');
const { connect } = require('node:net');
globalThis.unwell = true;
const url = new URL(process.env.DATABASE_URL);
const hmac = (key, text) => createHmac('sha256', key).update(text).digest();
const length = (of) => { const head = Buffer.alloc(4); head.writeInt32BE(of); return head; };
const message = (type, body) => Buffer.concat([Buffer.from(type), length(body.length + 4), body]);
const knock = () => new Promise((resolve) => {
  const socket = connect(Number(url.port), url.hostname);
  const done = (well) => { socket.destroy(); resolve(well); };
  socket.setTimeout(1000, () => done(false));
  socket.on('error', () => done(false)).on('close', () => done(false));
  const who = ['user', url.username, 'database', url.pathname.slice(1), ''].map((word) => word + '\0').join('');
  socket.write(Buffer.concat([length(8 + who.length), length(196608), Buffer.from(who)]));
  const bare = 'n=,r=' + randomBytes(12).toString('base64');
  let seen = Buffer.alloc(0);
  socket.on('data', (more) => {
    seen = Buffer.concat([seen, more]);
    while (seen.length >= 5 && seen.length > seen.readInt32BE(1)) {
      const size = seen.readInt32BE(1) + 1;
      const [type, body] = [String.fromCharCode(seen[0]), seen.subarray(5, size)];
      seen = seen.subarray(size);
      if (type === 'Z' || type === 'E') return done(type === 'Z');
      const step = type === 'R' ? body.readInt32BE(0) : 0;
      if (step === 10) {
        const first = Buffer.from('n,,' + bare);
        socket.write(message('p', Buffer.concat([Buffer.from('SCRAM-SHA-256\0'), length(first.length), first])));
      } else if (step === 11) {
        const told = body.subarray(4).toString();
        const { r, s, i } = Object.fromEntries(told.split(',').map((part) => [part[0], part.slice(2)]));
        const salted = pbkdf2Sync(decodeURIComponent(url.password), Buffer.from(s, 'base64'), Number(i), 32, 'sha256');
        const key = hmac(salted, 'Client Key');
        const last = 'c=biws,r=' + r;
        const sign = hmac(createHash('sha256').update(key).digest(), [bare, told, last].join(','));
        socket.write(message('p', Buffer.from(last + ',p=' + Buffer.from(key.map((byte, at) => byte ^ sign[at])).toString('base64'))));
      }
    }
  });
});
const look = async () => { globalThis.unwell = !(await knock()); setTimeout(look, 200); };
look();
`;

let shop: BackupGround;

beforeAll(async () => {
  shop = await BackupGround.fresh();
  const key = execFileSync('ssh-keygen', ['-y', '-f', shop.ground.lab.privateKeyFile], { encoding: 'utf8' }).trim();
  for (const host of ['db1', 'backup1'])
    await shop.ground.root(host, `umask 077; mkdir -p /root/.ssh; printf '%s\n' '${key}' > /root/.ssh/authorized_keys`);
  await shop.ground.runs(await shop.ground.release('asks', asksDatabase));
});
afterAll(async () => {
  await shop.ground.lab.heal('backup1');
  await shop.giveBack();
  for (const host of ['db1', 'backup1']) await shop.ground.root(host, 'rm -rf /root/.ssh');
  await shop.ground.root('db1', 'rm -rf /var/lib/postgresql/*/main.*');
});

const drill = (options: Partial<DatabaseLossOptions> = {}, context: Context = shop.context()) =>
  databaseLoss(context, { confirm: 'pos/db1', user: 'root', really: false, ...options });
const startedAt = () => shop.sql('SELECT pg_postmaster_start_time()', 'postgres');
const aside = () => shop.ground.root('db1', 'ls -d /var/lib/postgresql/*/main.* 2>/dev/null || :');
const healthy = async () => (await status(shop.context())).workers.map(({ healthy }) => healthy);

/** All that the database has but the sales that go on, by other means than the product's. */
const contents = () =>
  shop.sql(String.raw`
SELECT string_agg(format('SELECT %L || count(*) || coalesce(md5(string_agg(t::text, %L ORDER BY t::text)), %L) FROM ONLY %I.%I t',
    c.relname || ' ', '|', 'empty', n.nspname, c.relname), ' UNION ALL ' ORDER BY c.relname)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'm') AND n.nspname = 'public' AND c.relname <> 'sales' \gexec
SELECT 'large ' || md5(string_agg(loid || encode(lo_get(loid), 'hex'), ',' ORDER BY loid))
  FROM (SELECT oid AS loid FROM pg_largeobject_metadata) l;`);

/** Sells until the database is gone. @returns how many sales the till was told of */
function sellUntilLost(): Promise<number> {
  const loop = String.raw`i=0; while [ $i -lt 6000 ]; do i=$((i + 1)); echo "INSERT INTO sales (total) VALUES ($i) RETURNING id; SELECT pg_sleep(0.01) \\g /dev/null"; done 2>/dev/null |
    su postgres -s /bin/sh -c 'cd /; exec psql -X -q -A -t -d pos' 2>/dev/null | wc -l`;
  return shop.ground.lab.shell('db1', loop).then(({ stdout }) => Number(stdout.trim()));
}

it('without a proven backup nothing is lost', async () => {
  await shop.forgetBackups();
  const before = await startedAt();
  await expect(drill()).rejects.toMatchObject({ code: 'no-such-backup' });
  expect(await startedAt()).toBe(before);
});

it('with a word that is not the one nothing is lost', async () => {
  const before = await startedAt();
  await expect(drill({ confirm: 'pos/backup1' })).rejects.toMatchObject({ code: 'drill-not-confirmed' });
  expect(await startedAt()).toBe(before);
});

it('with another database on the same server nothing is lost', async () => {
  await shop.take();
  const before = await startedAt();
  await shop.sql('CREATE DATABASE till', 'postgres');
  try {
    await expect(drill()).rejects.toMatchObject({ code: 'drill-other-databases' });
    expect(await startedAt()).toBe(before);
  } finally {
    await shop.sql('DROP DATABASE till', 'postgres');
  }
});

it('what was there at the recovery point comes back, the app logs in by itself, and the figures are true', async () => {
  const manifest = await shop.take();
  const inBackup = manifest.tables['public.sales']?.rows ?? 0;
  const held = await contents();
  const settings = await shop.ground.root('db1', 'cd /etc/postgresql; find . -type f -exec sha256sum {} + | sort -k 2');
  const selling = sellUntilLost();
  const report = await drill();
  const acknowledged = await selling;

  expect(report).toMatchObject({ outcome: 'recovered', backup: { id: manifest.id }, exact: true });
  expect(report.parts.reduce((sum, { took }) => sum + took, 0)).toBe(report.recovery);
  expect(await healthy()).toEqual([true, true, true]);
  expect(await contents()).toBe(held);
  const [count, highest] = (await shop.sql('SELECT count(*), max(id) FROM sales')).split('|').map(Number);
  expect([count, highest]).toEqual([inBackup, inBackup]);
  expect(acknowledged).toBeGreaterThan(100);
  expect(report.tables.find(({ table }) => table === 'public.sales')).toEqual({
    table: 'public.sales',
    atLoss: inBackup + acknowledged,
    inBackup,
    now: inBackup,
    lost: acknowledged,
  });
  expect(await shop.ground.root('db1', 'cd /etc/postgresql; find . -type f -exec sha256sum {} + | sort -k 2')).toBe(
    settings,
  );
  // What is said to put it back does: all that was acknowledged is there again.
  await shop.sql('INSERT INTO sales (total) VALUES (-1)');
  await shop.ground.root('db1', report.undo ?? 'false');
  await shop.ground.root('db1', report.undo ?? 'false');
  expect(Number(await shop.sql('SELECT count(*) FROM sales'))).toBe(inBackup + acknowledged);
  expect(await aside()).toMatch(/^\S+\/main\.drill-\S+\n$/);
  await shop.ground.root('db1', 'rm -rf /var/lib/postgresql/*/main.drill-*');
});

it('a transaction that goes on keeps nothing from being lost, and is said to make the count less sharp; nothing is kept when that is asked for', async () => {
  await shop.take();
  const open = shop.ground.lab.shell(
    'db1',
    `su postgres -s /bin/sh -c 'cd /; psql -X -q -d pos -c "BEGIN; INSERT INTO sales (total) VALUES (1); SELECT pg_sleep(120)"'`,
  );
  const report = await drill({ really: true });
  await open;
  expect(report).toMatchObject({ outcome: 'recovered', exact: false, aside: undefined });
  expect(await aside()).toBe('');
  expect(await healthy()).toEqual([true, true, true]);
});

it('a drill that breaks off half way says what to type, and that brings the app back', async () => {
  const { id, server } = await shop.take();
  const context = shop.context();
  const cut = shop.ground.when(
    context,
    ({ name, state }) => name === 'lost' && state === 'done',
    () => shop.ground.lab.cut('backup1'),
  );
  const failure = await drill({}, context).then(
    () => undefined,
    (error: BukaError) => error.failure,
  );
  await cut();
  expect(failure?.left).toContain('THE APP HAS NO DATABASE');
  expect(failure?.hint).toContain(`\`buka provision db1\`, then \`buka restore ${id}\``);
  expect(failure?.hint).toContain(`mv -T /var/lib/postgresql/${server.split('.')[0]}/main.lost-`);
  expect((await status(shop.context())).workers.every(({ healthy }) => healthy === false)).toBe(true);

  await shop.ground.lab.heal('backup1');
  await shop.ground.lab.waitForSsh(['backup1']);
  await provision(shop.context(), { check: false, hosts: ['db1'], user: 'root' });
  const back = await restore(shop.context(), { id });
  expect(back.workers.map(({ state }) => state)).toEqual(['answers', 'answers', 'answers']);
});
