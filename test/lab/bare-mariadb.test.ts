import { jest } from '@jest/globals';
import { down } from '../../lab';
import { BareGround } from './bare-ground';

/** The app's database on MariaDB, by `buka provision` from machines on which nothing is but sshd. */
jest.setTimeout(600_000);

const name = 'labtest-bare-mariadb';
const address = '10.60.0.11';
/** An app that can serve while it is let into its database, and may do there what an app does. */
const APP = `const url = new URL(process.env.DATABASE_URL);
const words = ['-h', url.hostname, '-u', url.username, '--connect-timeout=3', '-N', '-B', url.pathname.slice(1)];
const sql = 'CREATE TABLE IF NOT EXISTS sales (id int); DELETE FROM sales; SELECT USER() LIKE "pos@%", @@character_set_database';
require('node:http').createServer((_, response) => {
  const env = { ...process.env, MYSQL_PWD: url.password };
  const client = require('node:child_process').execFile('mariadb', words, { env }, (error, stdout) => {
    response.statusCode = error ? 503 : 200;
    response.end(error ? 'no database' : 'hello ' + stdout.trim());
  });
  client.stdin.end(sql);
}).listen(Number(process.env.PORT));
`;
const HELLO = 'hello 1\tutf8mb4';
const SETTINGS = '/etc/mysql/mariadb.conf.d/99-buka.cnf';

let ground: BareGround;
beforeAll(async () => {
  ground = await BareGround.lay({ name, fixture: 'bare-mariadb.yml', app: APP });
});
afterAll(() => down(name));

const sql = (text: string) => ground.shell('db1', `runuser -u mysql -- mariadb -N -B <<'END'\n${text};\nEND\n`);
const atWork = async (count: number) => {
  const asked = "SELECT COUNT(*) FROM information_schema.processlist WHERE user = 'mysql' AND id <> CONNECTION_ID()";
  while (Number(await sql(asked)) !== count);
};
const nothingDiffers = async () => {
  const { status, stdout } = await ground.buka('provision', '--check');
  expect([status, stdout]).toEqual([0, expect.stringMatching(/nothing to change\n$/)]);
};

it('the app serves, and the second time there is nothing to change', async () => {
  const first = await ground.buka('provision');
  expect([first.status, first.stdout + first.stderr]).toEqual([0, expect.stringMatching(/set up\n$/)]);
  await nothingDiffers();
  const deployed = await ground.buka('deploy');
  expect([deployed.status, deployed.stdout + deployed.stderr]).toEqual([0, expect.anything()]);
  expect(await ground.ask(address)).toBe(HELLO);
});

it('rights and a password that an account lost, and a line of an env file, are shown and come back', async () => {
  const url = await ground.line('worker1');
  await sql("REVOKE DELETE ON `my\\_shop`.* FROM 'pos'@'10.60.0.21'; ALTER USER 'pos'@'10.60.0.22' IDENTIFIED BY 'x'");
  await ground.shell('worker2', "sed -i '/^DATABASE_URL=/d' /etc/pos/env");
  const checked = await ground.buka('provision', '--check');
  expect(checked.status).toBe(2);
  for (const seen of [/worker2.*DATABASE_URL/, /pos@10\.60\.0\.21.*missing/, /pos@10\.60\.0\.22.*another password/])
    expect(checked.stdout).toMatch(seen);
  expect((await ground.buka('provision')).status).toBe(0);
  await nothingDiffers();
  expect(await ground.line('worker2')).toBe(url);
  expect(await ground.askUntil(address, HELLO)).toBe(HELLO);
});

it('a server that listens to its own machine alone is not restarted while a program works with it', async () => {
  await ground.shell(
    'db1',
    `printf '[mariadbd]\\nbind-address = 127.0.0.1\\n' > ${SETTINGS}; systemctl restart mariadb`,
  );
  const started = () => ground.shell('db1', 'systemctl show -P ExecMainPID mariadb');
  const before = await started();
  await ground.shell('db1', "systemd-run -q --unit=cashier --uid=mysql sh -c 'sleep 600 | mariadb'");
  await atWork(1);
  const refused = await ground.buka('provision');
  expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('restart-needed')]);
  expect(await started()).toBe(before);
  await ground.shell('db1', 'systemctl stop cashier');
  await atWork(0);
  expect((await ground.buka('provision')).status).toBe(0);
  await nothingDiffers();
  expect(await ground.askUntil(address, HELLO)).toBe(HELLO);
});

it('the password is in the env files alone', async () => {
  const [, password = ''] = /:([^:@]{43})@/.exec(await ground.line('worker1')) ?? [];
  expect(password).toHaveLength(43);
  for (const host of ['db1', 'worker1', 'worker2'])
    expect(await ground.shell(host, `grep -rlsF -- '${password}' /etc /root /tmp /var/log /var/lib/mysql; true`)).toBe(
      host === 'db1' ? '' : '/etc/pos/env\n',
    );
});
