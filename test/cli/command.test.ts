import { execFile } from 'node:child_process';
import { copyFile, cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { BUILDS, makeApp } from '../actions/app';

const CLI = resolve('dist/cli.js');
/** A private key that opens nothing anywhere. */
const KNOWN_HOSTS = '127.0.0.1 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIi\n';

let folder: string;

beforeEach(async () => {
  folder = await makeApp(BUILDS);
  await writeFile(join(folder, 'known_hosts'), KNOWN_HOSTS);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Result {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

function buka(words: string[], { env = {}, program = CLI }: { env?: NodeJS.ProcessEnv; program?: string } = {}) {
  // Whoever runs the tests may have an agent.
  const clean = { PATH: process.env.PATH, HOME: folder, ...env };
  return new Promise<Result>((done) => {
    execFile(process.execPath, [program, ...words], { cwd: folder, env: clean }, (error, out, err) => {
      done({ status: error ? Number(error.code) : 0, out, err });
    });
  });
}

describe('the buka command', () => {
  test('explains itself', async () => {
    const { status, out } = await buka(['--help']);
    expect(status).toBe(0);
    for (const name of [
      ...['build', 'plan', 'deploy', 'rollback', 'repair', 'releases', 'status', 'lock', 'lab'],
      ...['backup', 'backups', 'prove'],
    ]) {
      expect(out).toMatch(new RegExp(`^ {2}${name}\\b`, 'm'));
    }
    expect((await buka(['deploy', '--help'])).out).toContain('--known-hosts <path>');
  });

  test.each([
    [['deploi'], 'Did you mean deploy?'],
    [['status', '--konfig', 'x'], 'Did you mean --config?'],
    [['rollback', 'a', 'b'], 'too many arguments'],
    [['lock'], 'Usage: buka lock'],
    [['lock', 'relase'], 'Did you mean release?'],
    [['rollback', 'v2', '--known-hosts', 'known_hosts'], 'buka releases'],
    [['prove', 'newest'], 'is not the id of a backup'],
    [['deploy', '--without-backup'], 'argument missing'],
    [['status', '-c', 'nowhere.yml'], "nowhere.yml can't be read"],
    [['status'], ".ssh/known_hosts can't be read"],
    [['status', '--known-hosts', 'known_hosts', '--key', 'nokey'], "nokey can't be read"],
    [['status', '--known-hosts', 'known_hosts'], 'credentials-missing'],
  ])('%j ends with 2 and says what to type', async (words, message) => {
    const { status, out, err } = await buka(words);
    expect(err).toContain(message);
    expect({ status, out }).toEqual({ status: 2, out: '' });
  });

  test('without any word shows its help, and that is no success', async () => {
    expect((await buka([])).status).toBe(2);
  });

  test('a mistake in buka.yml ends with 2 and is told with its place', async () => {
    await writeFile(join(folder, 'buka.yml'), 'servce: pos\n');
    const { status, err } = await buka(['build']);
    expect(status).toBe(2);
    expect(err).toContain('buka.yml:1:1: unknown key "servce" at the top level; did you mean "service"?');
  });

  test('hosts that do not answer end with 1, each of them named', async () => {
    const env = { SSH_AUTH_SOCK: join(folder, 'no-agent') };
    const { status, out, err } = await buka(['status', '--known-hosts', 'known_hosts'], { env });
    expect(status).toBe(1);
    for (const host of ['lb1', 'worker1', 'worker2']) expect(err).toContain(`error: ${host}`);
    expect(out).toMatch(/^worker1 .* unknown/m);
  });

  test('with --json standard output is the result alone', async () => {
    const { status, out, err } = await buka(['build', '--json']);
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ release: expect.stringMatching(/^local-/), files: 1, bytes: 18 });
    expect(err).toContain('building');
  });

  test('a release that is packed is not built again', async () => {
    await buka(['build', '-o', 'out/pos.tar.zst']);
    const env = { SSH_AUTH_SOCK: join(folder, 'no-agent') };
    const words = ['plan', '--archive', 'out/pos.tar.zst', '--known-hosts', 'known_hosts', '--json'];
    const { status, out, err } = await buka(words, { env });
    expect(err).not.toContain('building');
    expect(JSON.parse(out)).toMatchObject({ outcome: 'failed', kind: 'deploy', to: expect.stringMatching(/^local-/) });
    expect(status).toBe(1);
  });

  test('runs through a link, from any folder', async () => {
    await symlink(CLI, join(folder, 'buka'));
    const { status, out } = await buka(['--version'], { program: join(folder, 'buka') });
    expect({ status, out: out.trim() }).toEqual({ status: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
  });

  test('away from a clone says where the lab is', async () => {
    const away = await mkdtemp(join(tmpdir(), 'buka-installed-'));
    try {
      await cp(resolve('dist/bundle'), join(away, 'bundle'), { recursive: true });
      await copyFile(CLI, join(away, 'cli.js'));
      const { status, err } = await buka(['lab', 'up'], { program: join(away, 'cli.js') });
      expect(status).toBe(2);
      expect(err).toContain('git clone');
    } finally {
      await rm(away, { recursive: true });
    }
  });

  test('in a clone hands its words to the lab', async () => {
    const { status, out } = await buka(['lab', '--help']);
    expect(status).toBe(0);
    expect(out).toContain('Usage: lab');
  });
});
