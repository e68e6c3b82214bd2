import { jest } from '@jest/globals';
import { down } from '../../lab';
import { BareGround } from './bare-ground';

/**
 * Machines on which nothing is but sshd become a cluster that serves an app with a database, by `buka provision` and
 * `buka deploy`.
 */
jest.setTimeout(600_000);

const name = 'labtest-bare';
const address = '10.50.0.10';
/** An app that can serve while it is let into its database, and may make tables in it. */
const APP = `const url = new URL(process.env.DATABASE_URL);
const words = ['-h', url.hostname, '-U', url.username, '-d', url.pathname.slice(1), '-qAtv', 'ON_ERROR_STOP=1', '-f', '-'];
const sql = 'SET client_min_messages = error; DO $$ BEGIN PERFORM pg_advisory_xact_lock(1); ' +
  'CREATE TABLE IF NOT EXISTS sales (id int); END $$; SELECT current_user';
require('node:http').createServer((_, response) => {
  const env = { ...process.env, PGPASSWORD: url.password, PGCONNECT_TIMEOUT: '3' };
  const psql = require('node:child_process').execFile('psql', words, { env }, (error, stdout) => {
    response.statusCode = error ? 503 : 200;
    response.end(error ? 'no database' : 'hello ' + stdout.trim());
  });
  psql.stdin.end(sql);
}).listen(Number(process.env.PORT));
`;

let ground: BareGround;
beforeAll(async () => {
  ground = await BareGround.lay({ name, fixture: 'bare.yml', app: APP });
});
afterAll(() => down(name));

const buka = (...words: string[]) => ground.buka(...words);
const shell = (host: string, text: string) => ground.shell(host, text);
const line = (worker: string) => ground.line(worker);
const sql = (text: string) => shell('db1', `cd /; runuser -u postgres -- psql -X -q -At -c "${text}"`);

it('in one go, and the second time there is nothing to change', async () => {
  expect((await buka('provision', '--check')).status).toBe(2);
  const first = await buka('provision');
  expect([first.status, first.stdout + first.stderr]).toEqual([0, expect.stringMatching(/set up\n$/)]);
  const second = await buka('provision');
  expect([second.status, second.stdout]).toEqual([0, expect.stringMatching(/nothing to change\n$/)]);
  expect((await buka('provision', '--check')).status).toBe(0);

  const deployed = await buka('deploy');
  expect([deployed.status, deployed.stdout + deployed.stderr]).toEqual([0, expect.anything()]);
  expect((await buka('status')).status).toBe(0);
  expect(await ground.ask(address)).toBe('hello pos');
  expect((await buka('provision', '--check')).status).toBe(0);
});

it('the password is in the env files alone, the same on each worker, and only the workers are let in', async () => {
  const url = await line('worker1');
  expect(await line('worker2')).toBe(url);
  expect(await shell('worker1', 'stat -c %a:%U:%G /etc/pos/env')).toBe('640:root:deploy\n');
  const [, password = ''] = /:([^:@]{43})@/.exec(url) ?? [];
  expect(password).toHaveLength(43);
  for (const host of ['db1', 'worker1', 'worker2'])
    expect(await shell(host, `grep -rlsF -- '${password}' /etc /root /tmp /var/log /var/lib/postgresql; true`)).toBe(
      host === 'db1' ? '' : '/etc/pos/env\n',
    );
  expect(await shell('db1', "grep '^host' /etc/postgresql/*/main/pg_hba.conf | grep -v -e 127.0.0.1 -e ::1")).toBe(
    ['21', '22'].map((one) => `host "shop" "pos" 10.50.0.${one}/32 scram-sha-256 # Buka: the app of pos\n`).join(''),
  );
});

it('what somebody changed is shown and put right, and a line of their own stays', async () => {
  const url = await line('worker1');
  await shell('worker2', "sed -i '/^DATABASE_URL=/d' /etc/pos/env");
  await sql("ALTER ROLE pos PASSWORD 'other'");
  await shell('db1', "sed -i '/# Buka: the app/s/0.22/0.99/' /etc/postgresql/*/main/pg_hba.conf");
  const checked = await buka('provision', '--check');
  expect(checked.status).toBe(2);
  for (const seen of [/worker2.*DATABASE_URL/, /db1.*account pos/, /db1.*pg_hba\.conf/])
    expect(checked.stdout).toMatch(seen);
  expect((await buka('provision')).status).toBe(0);
  expect(await line('worker2')).toBe(url);
  expect(await shell('db1', 'cat /etc/postgresql/*/main/pg_hba.conf')).not.toContain('10.50.0.99');
  expect(await ground.askUntil(address, 'hello pos')).toBe('hello pos');

  const own = 'DATABASE_URL=postgres://reports:x@10.50.0.99/shop';
  await shell('worker2', `sed -i 's|^DATABASE_URL=.*|${own}|' /etc/pos/env`);
  expect((await buka('provision')).status).toBe(0);
  expect(await line('worker2')).toBe(`${own}\n`);
  await shell('worker2', "sed -i '/^DATABASE_URL=/d' /etc/pos/env");
});

it('a database that somebody made in another way is told, and left as it is', async () => {
  await sql('ALTER DATABASE shop OWNER TO postgres');
  const before = await sql("SELECT rolpassword FROM pg_authid WHERE rolname = 'pos'");
  const refused = await buka('provision');
  expect([refused.status, refused.stdout + refused.stderr]).toEqual([
    expect.any(Number),
    expect.stringMatching(/shop: is not the account pos/),
  ]);
  expect(refused.status).not.toBe(0);
  expect(await sql("SELECT rolpassword FROM pg_authid WHERE rolname = 'pos'")).toBe(before);
  expect(await shell('worker2', "grep -c '^DATABASE_URL=' /etc/pos/env; true")).toBe('0\n');
  await sql('ALTER DATABASE shop OWNER TO pos');
  expect((await buka('provision')).status).toBe(0);
  expect(await line('worker2')).toBe(await line('worker1'));
});
