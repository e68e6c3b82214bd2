import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { makeAppOn } from '../actions/app';
import { SilentHost } from '../actions/silent-host';

const CLI = resolve('dist/cli.js');

let folder: string;
let host: SilentHost;

beforeEach(async () => {
  host = await SilentHost.listen();
  folder = await makeAppOn(host);
  await writeFile(join(folder, 'known_hosts'), '');
});

afterEach(async () => {
  host.close();
  await rm(folder, { recursive: true, force: true });
});

interface Running {
  readonly child: ChildProcess;
  readonly said: () => string;
  readonly ended: Promise<number | null>;
}

function buka(...words: string[]): Running {
  const env = { PATH: process.env.PATH, HOME: folder, TMPDIR: folder, SSH_AUTH_SOCK: join(folder, 'no-agent') };
  const child = spawn(process.execPath, [CLI, ...words], { cwd: folder, env });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk));
  return { child, said: () => text, ended: once(child, 'close').then(([status]) => status) };
}

const deploying = async (): Promise<Running> => {
  const running = buka('deploy', '--known-hosts', 'known_hosts');
  await host.asked();
  return running;
};

describe('a deploy while a host hangs', () => {
  test('ends after one Ctrl-C with its report, though npm passes the same one on', async () => {
    const { child, said, ended } = await deploying();
    const heard = () => said().includes('cancelled') && child.kill('SIGINT');
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', heard);
    child.kill('SIGINT');
    expect(await ended).toBe(1);
    expect(said().match(/cancelled: no new batch starts/g)).toHaveLength(1);
    expect(said()).toContain('FAILED: deploy');
    expect(said()).toContain('code: cancelled');
    expect(said()).not.toContain('stopped at once');
  });

  test('ends at once with SIGTERM, says what is left to do, and leaves no file behind', async () => {
    const { child, said, ended } = await deploying();
    child.kill('SIGTERM');
    expect(await ended).toBe(1);
    expect(said()).toContain('buka repair');
    expect(said()).not.toContain('FAILED');
    expect((await readdir(folder)).filter((name) => name.startsWith('buka-'))).toEqual([]);
  });
});

test('a status that hangs ends with Ctrl-C as any program', async () => {
  const { child, ended } = buka('status', '--known-hosts', 'known_hosts');
  await host.asked();
  child.kill('SIGINT');
  expect(await ended).toBeNull();
});

test('a reader that goes away ends no work in the middle', async () => {
  const file = join(folder, 'buka.yml');
  await writeFile(file, (await readFile(file, 'utf8')).replace(' && echo building', ''));
  const { child, ended } = buka('build', '-o', 'out/release.tar.zst');
  child.stdout?.destroy();
  child.stderr?.destroy();
  expect(await ended).toBe(0);
  await access(join(folder, 'out/release.tar.zst'));
});
