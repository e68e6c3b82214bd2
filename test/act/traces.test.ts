import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh from 'ssh2';
import { KnownHosts } from '../../src/remote/known-hosts';
import { formsOf, markedSecrets } from './secrets';
import { ProcessWatch, secretsBeneath, secretsIn } from './traces';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'buka-traces-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const markers = new Map(formsOf('marker-of-token-0123').map((form) => [form, 'TOKEN']));

test.each([
  ['as it is', 'a marker-of-token-0123 b'],
  ['in hex', Buffer.from('marker-of-token-0123').toString('hex')],
  ...[0, 1, 2, 3].map((before) => [
    `in base64 after ${before} bytes`,
    Buffer.from(`${'x'.repeat(before)}marker-of-token-0123 and more`).toString('base64'),
  ]),
])('a secret is found %s', (_, text) => {
  expect(secretsIn(text as string, markers)).toEqual(['TOKEN']);
});

test('a secret is found in a file, wherever it is and whatever else is in it', async () => {
  writeFileSync(join(folder, 'none'), 'marker-of-token-012');
  expect(await secretsBeneath(folder, markers)).toEqual([]);
  writeFileSync(join(folder, 'binary'), Buffer.concat([Buffer.from([0, 255]), Buffer.from('marker-of-token-0123')]));
  expect(await secretsBeneath(folder, markers)).toEqual([`${join(folder, 'binary')}: TOKEN`]);
});

test('a secret on the command line of a process is seen', async () => {
  const watch = new ProcessWatch(markers, 5);
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 10_000)', 'marker-of-token-0123']);
  while (watch.found.size === 0 && watch.looks < 2000) await new Promise((resolve) => setTimeout(resolve, 5));
  child.kill();
  await watch.stop();
  expect([...watch.found].join()).toContain('marker-of-token-0123');
});

test('secrets with markers work: the key opens with its passphrase alone, and the hosts are known', async () => {
  const privateKeyFile = join(folder, 'id');
  const knownHostsFile = join(folder, 'known');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'lab', '-f', privateKeyFile]);
  const [type = '', base64 = ''] = execFileSync('cat', [`${privateKeyFile}.pub`], { encoding: 'utf8' }).split(' ');
  writeFileSync(knownHostsFile, `10.0.0.1 ${type} ${base64}\n[10.0.0.2]:2222 ${type} ${base64}\n`);
  const { secrets, markers: found } = await markedSecrets({ privateKeyFile, knownHostsFile }, folder);
  const { BUKA_SSH_KEY: key = '', BUKA_SSH_PASSPHRASE: passphrase = '', BUKA_KNOWN_HOSTS: hosts = '' } = secrets;
  expect(ssh.utils.parseKey(key)).toBeInstanceOf(Error);
  const opened = ssh.utils.parseKey(key, passphrase);
  if (opened instanceof Error) throw opened;
  expect(opened.comment).toMatch(/^marker-of-key-/);
  const known = new KnownHosts(hosts);
  const public_ = Buffer.from(base64, 'base64');
  expect(known.judge('10.0.0.1', 22, public_).kind).toBe('known');
  expect(known.judge('10.0.0.2', 2222, public_).kind).toBe('known');
  for (const [name, secret] of Object.entries(secrets)) expect(secretsIn(secret, found)).toContain(name);
  expect(secretsIn(opened.comment, found)).toEqual(['BUKA_SSH_KEY']);
  // A public key is no secret, and each host has a key of its own.
  const other = join(folder, 'other');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'host', '-f', other]);
  expect(secretsIn(readFileSync(other, 'utf8'), found)).toEqual([]);
  expect(secretsIn(readFileSync(privateKeyFile, 'utf8'), found)).toEqual(['BUKA_SSH_KEY']);
  expect(secretsIn(`${type} ${base64}`, found)).toEqual([]);
  expect(readdirSync(folder).sort()).toEqual(['id', 'id.pub', 'known', 'other', 'other.pub']);
  expect(statSync(privateKeyFile).size).toBeGreaterThan(0);
});
