import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { loginKeys } from '../../src/remote';
import { makeKey } from './keys';

let folder: string;
let agent: ChildProcess;
let socket: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'buka-agent-'));
  socket = join(folder, 'agent');
  agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
  while (!existsSync(socket)) await setTimeout(20);
});
afterEach(() => {
  agent.kill();
  rmSync(folder, { recursive: true });
});

const add = (path: string) =>
  execFileSync('ssh-add', ['-q', path], { env: { ...process.env, SSH_AUTH_SOCK: socket }, stdio: 'ignore' });
const fingerprintOf = (path: string) => execFileSync('ssh-keygen', ['-lf', path], { encoding: 'utf8' }).split(' ')[1];

test("an agent's keys are told as ssh-keygen tells them", async () => {
  const keys = [makeKey(folder, 'one', '-t', 'ed25519'), makeKey(folder, 'two', '-t', 'rsa')];
  for (const { path } of keys) add(path);
  const told = await loginKeys({ agent: socket, knownHosts: '' });
  for (const { path } of keys) expect(told).toContain(fingerprintOf(path));
});

test('an agent without a key, or that is gone, is no way to log in', async () => {
  await expect(loginKeys({ agent: socket, knownHosts: '' })).rejects.toMatchObject({ code: 'agent-unusable' });
  const nowhere = loginKeys({ agent: join(folder, 'none'), knownHosts: '' });
  await expect(nowhere).rejects.toMatchObject({ code: 'agent-unusable' });
});

test('a private key is told by its fingerprint, and never itself', async () => {
  const { path, secret } = makeKey(folder, 'one', '-t', 'ed25519');
  const told = await loginKeys({ privateKey: secret, knownHosts: '' });
  expect(told).toContain(fingerprintOf(path));
  expect(told).not.toContain(secret.split('\n')[1]);
});
