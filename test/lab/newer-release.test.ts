import { jest } from '@jest/globals';
import { down } from '../../lab';
import { newerSuite } from '../../lab/base';
import { BareGround } from './bare-ground';

/**
 * The release of Debian that comes after the one of the other tests' machines: whoever sets a cluster up today has it, with
 * a newer HAProxy, keepalived, PostgreSQL, sshd and systemd.
 */
jest.setTimeout(600_000);

const name = 'labtest-newer';
const address = '10.70.0.10';
const APP = `require('node:http').createServer((_, response) => response.end('hello')).listen(Number(process.env.PORT));`;

let ground: BareGround;
beforeAll(async () => {
  ground = await BareGround.lay({ name, fixture: 'newer.yml', app: APP, suite: newerSuite() });
});
afterAll(() => down(name));

/** What it printed, where it ended well. */
async function buka(...words: string[]): Promise<string> {
  const { status, stdout, stderr } = await ground.buka(...words);
  expect([status, stdout + stderr]).toEqual([0, expect.anything()]);
  return stdout;
}

it('its machines are set up, and the second time there is nothing to change', async () => {
  expect(await buka('provision')).toMatch(/set up\n$/);
  expect(await buka('provision')).toMatch(/nothing to change\n$/);
});

it('a deploy takes a proven backup and goes to every worker, and the backup can be restored', async () => {
  await buka('deploy');
  expect(await ground.ask(address)).toBe('hello');
  expect(await buka('backups')).toMatch(/ deploy .* proven /);
  await buka('restore', '--yes');
  await buka('status');
  expect(await buka('provision', '--check')).toMatch(/nothing to change\n$/);
});

it('a backup that fails after much was read comes to its end, and the next one is taken', async () => {
  const sql = (text: string) =>
    ground.shell('db1', `cd /; runuser -u postgres -- psql -X -q -v ON_ERROR_STOP=1 -d shop -c '${text}'`);
  await sql('CREATE TABLE receipts AS SELECT i, md5(i::text) FROM generate_series(1, 400000) AS s(i)');
  await sql('SELECT lo_from_bytea(70003, md5(1::text)::bytea)'); // which the account of the backups may not read
  const failed = await ground.buka('backup');
  await sql('SELECT lo_unlink(70003)');
  expect([failed.status, failed.stdout + failed.stderr]).toEqual([1, expect.stringContaining('dump-failed')]);
  await buka('backup');
});

it('a load balancer is taken out of service and back, and the address moves away from it', async () => {
  await buka('load-balancer', 'drain', 'lb1');
  expect(await ground.ask(address)).toBe('hello');
  await buka('load-balancer', 'readmit', 'lb1');
  await buka('load-balancer', 'drain', 'lb2');
  expect(await ground.ask(address)).toBe('hello');
  await buka('load-balancer', 'readmit', 'lb2');
  expect((await ground.buka('slo')).stdout).toContain('availability');
});
