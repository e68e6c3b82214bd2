import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { down, insideNetwork, type Lab, up } from '../../lab';
import { exec } from '../../lab/exec';

/** Machines on which nothing is but sshd become a cluster that serves an app, by `buka provision` and `buka deploy`. */
jest.setTimeout(600_000);

const name = 'labtest-bare';
/** A customer, through the shared address. */
const ASK = `fetch('http://10.50.0.10/').then((one) => one.text()).then((text) => process.stdout.write(text))`;
const root = join(import.meta.dirname, '../..');
let lab: Lab;
let folder: string;

beforeAll(async () => {
  await down(name);
  lab = await up({ name, cluster: join(import.meta.dirname, 'fixtures/bare.yml'), bare: true });
  folder = join(lab.folder, 'app');
  await exec('mkdir', ['-p', join(folder, 'dist')]);
  writeFileSync(
    join(folder, 'dist/server.js'),
    `require('node:http').createServer((_, response) => response.end('hello')).listen(Number(process.env.PORT));\n`,
  );
  const key = readFileSync(`${lab.privateKeyFile}.pub`, 'utf8').trim();
  const cluster = readFileSync(join(import.meta.dirname, 'fixtures/bare.yml'), 'utf8');
  writeFileSync(
    join(folder, 'buka.yml'),
    cluster.replace('{ user: deploy }', `{ user: deploy, authorized-keys: ['${key}'] }`),
  );
});
afterAll(() => down(name));

/** The command, as from the runner. */
async function buka(...words: string[]) {
  const access = ['-C', folder, '--key', lab.privateKeyFile, '--known-hosts', lab.knownHostsFile];
  const cli = [process.execPath, '--import', 'tsx', join(root, 'src/cli/main.ts')];
  const [command, args] = insideNetwork(lab.name, [...cli, ...words, ...access]);
  return exec(command, args, { env: { ...process.env, PWD: root } });
}

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
  const asked = await lab.execInNetwork([process.execPath, '-e', ASK]);
  expect(asked).toMatchObject({ status: 0, stdout: 'hello' });
  expect((await buka('provision', '--check')).status).toBe(0);
});
