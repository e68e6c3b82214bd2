import { execFileSync } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Job, type StepResult } from '../../demo/runner';
import { makeAppOn } from './app';
import { SilentHost } from './silent-host';

let folder: string;
let key: string;
let host: SilentHost;

beforeEach(async () => {
  host = await SilentHost.listen();
  folder = await makeAppOn(host);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'test', '-f', join(folder, 'key')]);
  key = await readFile(join(folder, 'key'), 'utf8');
});

afterEach(async () => {
  host.close();
  await rm(folder, { recursive: true, force: true });
});

interface Ended extends StepResult {
  readonly log: string;
  readonly post: string;
}

/** Runs the whole pipeline, its post step too. `meanwhile` begins once a host was asked for. */
async function pipeline(inputs: Record<string, string>, meanwhile?: (job: Job) => unknown): Promise<Ended> {
  const lines: string[] = [];
  const job = await Job.start({ workspace: folder });
  const known = { 'ssh-key': key, 'known-hosts': '127.0.0.1 ssh-ed25519 AAAA', ...inputs };
  const main = job.run(resolve('.'), known, { onLine: (line) => lines.push(line) });
  if (meanwhile) await Promise.race([host.asked().then(() => meanwhile(job)), main]);
  const result = await main;
  const log = lines.splice(0).join('\n');
  // From here on the hosts refuse, where they hung before.
  host.close();
  await job.finish();
  return { ...result, log, post: lines.join('\n') };
}

test('a job that is cancelled tells at once what happens, ends with its report, and its post step looks', async () => {
  const { status, outputs, log, post, summary } = await pipeline({}, (job) => job.cancel());
  expect(status).toBe(1);
  expect(log).toContain('Cancelled: no new batch starts');
  expect(outputs).toMatchObject({ outcome: 'failed', report: expect.any(String) });
  expect(summary).toContain('<code>cancelled</code>');
  expect(post).toMatch(/^Run github-1-1-deploy-[0-9a-f]{8} did not come to its end/);
});

test('a job that is told to end at once does, and its outputs are true', async () => {
  const { status, outputs, log } = await pipeline({}, (job) => job.signal('SIGTERM'));
  expect(status).toBe(1);
  expect(log).toContain('Stopped at once');
  expect(outputs).toMatchObject({ outcome: 'failed' });
});

test('where the hosts can’t be reached the post step warns, and names them', async () => {
  const { post } = await pipeline({}, (job) => job.signal('SIGKILL'));
  expect(post).toContain('warning: ');
  expect(post).toContain('worker1');
  expect(post).not.toContain('error: ');
});

test.each([
  ['that only planned', { 'dry-run': 'true' }],
  ['whose build failed', { config: 'nowhere.yml' }],
])('a job %s touched no host, and its post step says so', async (_, inputs) => {
  const { post } = await pipeline(inputs, () => host.close());
  expect(post).toBe('No host was touched, so there is nothing to do.');
});

test('a rollout that failed by itself is no business of the post step', async () => {
  const { outputs, post } = await pipeline({}, () => host.close());
  expect(outputs.outcome).toBe('failed');
  expect(post).toBe('The rollout came to its end, so there is nothing to do.');
});
