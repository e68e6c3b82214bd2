import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Job, type StepResult } from '../../demo/runner';
import { openArchive } from '../../src/release';
import { BUILDS, makeApp } from './app';

const PASSPHRASE = 'correct "horse" battery';
const KNOWN_HOSTS = '127.0.0.1 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIi';

let folder: string;
let key: string;

beforeAll(async () => {
  const scratch = await mkdtemp(join(tmpdir(), 'buka-key-'));
  const path = join(scratch, 'key');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', PASSPHRASE, '-C', 'test', '-f', path]);
  key = await readFile(path, 'utf8');
  await rm(scratch, { recursive: true });
});

afterEach(() => rm(folder, { recursive: true, force: true }));

interface Run extends StepResult {
  /** What a person reads in the log. */
  readonly log: string;
}

/** Runs an action from dist/ as the runner does. */
async function run(
  action: string,
  inputs: Record<string, string> = {},
  look?: (job: Run) => Promise<void>,
): Promise<Run> {
  const lines: string[] = [];
  const job = await Job.start({ workspace: folder });
  try {
    const result = await job.run(resolve(action), inputs, { onLine: (line) => lines.push(line) });
    const seen = { ...result, log: lines.join('\n') };
    await look?.(seen);
    return seen;
  } finally {
    await job.finish();
  }
}

/** A process that ended counts as gone, whether or not its new parent has asked for its status yet. */
async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return stat !== undefined && !/^\d+ \(.*\) Z/s.test(stat);
}

const access = () => ({ 'ssh-key': key, 'ssh-passphrase': PASSPHRASE, 'known-hosts': KNOWN_HOSTS });

describe('actions/build', () => {
  test('builds, tests and packs, and its outputs are true', async () => {
    folder = await makeApp(BUILDS);
    const { status, log, summary } = await run('actions/build', {}, async ({ outputs }) => {
      expect(outputs.release).toMatch(/^local-[0-9a-f]{8}$/);
      expect(outputs).toMatchObject({ files: '1', bytes: '18' });
      const archive = await openArchive(outputs.archive ?? '');
      expect(archive.id).toBe(outputs.release);
      expect(archive.manifest.entries.map(({ path }) => path)).toEqual(['dist', 'dist/server.js']);
    });
    expect(status).toBe(0);
    expect(log).toContain('building');
    expect(summary).toMatch(/📦 Release <code>local-[0-9a-f]{8}<\/code>/);
  });

  test('of the same files in another folder makes the same release', async () => {
    folder = await makeApp(BUILDS);
    const first = await run('actions/build');
    const other = await mkdtemp(join(tmpdir(), 'buka-app-'));
    await cp(folder, other, { recursive: true });
    await rm(folder, { recursive: true });
    folder = other;
    expect((await run('actions/build')).outputs.release).toBe(first.outputs.release);
  });

  test('packs nothing when a test of the app fails, and says which command to try', async () => {
    folder = await makeApp('  build: mkdir -p dist\n  test: echo "1 of 3 sales is wrong"; exit 7\n  include: [dist]');
    const { status, log, outputs, summary } = await run('actions/build');
    expect(status).toBe(1);
    expect(log).toContain('1 of 3 sales is wrong');
    expect(log).toContain('exit status 7');
    expect(log).toContain('next: ');
    expect(outputs).toEqual({});
    expect(summary).toContain('<code>test-failed</code>');
  });

  test('fails when any command of a pipe fails', async () => {
    folder = await makeApp('  build: mkdir -p dist; false | cat\n  include: [dist]');
    expect((await run('actions/build')).status).toBe(1);
  });

  test('that is cancelled ends all that the build had started', async () => {
    folder = await makeApp('  build: sleep 600 & echo "child $!"; wait\n  include: [dist]');
    const job = await Job.start({ workspace: folder });
    let child = 0;
    const onLine = (line: string) => {
      const pid = /^child (\d+)$/.exec(line)?.[1];
      if (pid === undefined) return;
      child = Number(pid);
      job.cancel();
    };
    const { status, outputs } = await job.run(resolve('actions/build'), {}, { onLine }).finally(() => job.finish());
    expect({ status, outputs }).toEqual({ status: 1, outputs: {} });
    expect(child).toBeGreaterThan(0);
    while (await isRunning(child)) await setTimeout(20);
  });

  test('marks each mistake of buka.yml', async () => {
    folder = await makeApp('  includ: [dist]');
    const { status, log } = await run('actions/build');
    expect(status).toBe(1);
    expect(log).toContain('buka.yml:9:3: unknown key "includ" in release; did you mean "include"?');
    expect(log).toContain('error: unknown key "includ" in release');
  });

  test('finds the app in a folder of the repository', async () => {
    const app = await makeApp(BUILDS);
    folder = await mkdtemp(join(tmpdir(), 'buka-repository-'));
    await cp(app, join(folder, 'shop'), { recursive: true });
    await rm(app, { recursive: true });
    expect((await run('actions/build', { 'working-directory': 'shop' })).status).toBe(0);
    await expect(stat(join(folder, 'shop', 'dist', 'server.js'))).resolves.toBeDefined();
  });
});

describe('the whole pipeline as one step', () => {
  test('builds, and where no host answers it fails truthfully', async () => {
    folder = await makeApp(BUILDS);
    const { status, outputs, summary, log } = await run('.', access(), async ({ outputs }) => {
      const report = JSON.parse(await readFile(outputs.report ?? '', 'utf8'));
      expect(report).toMatchObject({ outcome: 'failed', kind: 'deploy', to: outputs.release });
      expect(report.error.code).toEqual(expect.any(String));
    });
    expect(status).toBe(1);
    expect(outputs.outcome).toBe('failed');
    expect(summary).toContain('❌');
    expect(summary).toContain('worker1');
    expect(log).toMatch(/^error: /m);
  });

  test('keeps the key from the commands of the build, and out of the log', async () => {
    folder = await makeApp('  build: mkdir -p dist && env > dist/env\n  include: [dist]');
    await run('.', access());
    const seen = await readFile(join(folder, 'dist', 'env'), 'utf8');
    expect(seen).toContain('GITHUB_ACTIONS=true');
    expect(seen).not.toContain('INPUT_');
    expect(seen).not.toContain(PASSPHRASE);
  });

  test('hides the key in the log, also when the app prints it', async () => {
    folder = await makeApp('  build: mkdir -p dist && cat leak && base64 leak && base64 -w0 leak\n  include: [dist]');
    await writeFile(join(folder, 'leak'), key);
    const { log } = await run('.', access());
    const body = key.split('\n').filter((line) => line.length > 4 && !line.startsWith('-----'));
    const encoded =
      Buffer.from(key)
        .toString('base64')
        .match(/.{1,76}/g) ?? [];
    expect([...body, ...encoded].filter((line) => line.length > 4 && log.includes(line))).toEqual([]);
  });
});

describe('actions/backup', () => {
  test('without a backup server in buka.yml fails, says what to add, and has no output', async () => {
    folder = await makeApp(BUILDS);
    const { status, outputs, summary } = await run('actions/backup', access());
    expect({ status, outputs }).toEqual({ status: 1, outputs: {} });
    expect(summary).toContain('<code>backup-not-configured</code>');
  });
});

describe('actions/deploy and actions/rollback', () => {
  test.each([
    ['actions/deploy', {}, 'input-missing', 'The input known-hosts is empty.'],
    ['actions/deploy', { 'known-hosts': 'x' }, 'input-missing', 'The input archive is empty.'],
    [
      'actions/deploy',
      { 'known-hosts': 'x', archive: 'a', 'dry-run': 'yes' },
      'input-invalid',
      'must be true or false',
    ],
    ['actions/rollback', { 'known-hosts': 'x' }, 'input-missing', 'The input reason is empty.'],
    [
      'actions/rollback',
      { 'known-hosts': 'x', reason: 'r', release: 'v2' },
      'release-id',
      'is not the id of a release',
    ],
  ])('%s with %j is refused before anything is done', async (action, inputs, code, message) => {
    folder = await makeApp(BUILDS);
    const { status, outputs, log, summary } = await run(action, inputs);
    expect(status).toBe(1);
    expect(outputs).toEqual({ outcome: 'failed' });
    expect(log).toContain(message);
    expect(summary).toContain(`<code>${code}</code>`);
  });
});
