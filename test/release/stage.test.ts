import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { type Archive, activate, markGood, observeReleases, stage } from '../../src/release';
import type { Remote, RunOptions, Script } from '../../src/remote';
import { RecordingReporter } from '../../src/reporter';
import { type LocalRemote, localRemote } from '../remote/local-remote';
import { archiveOf, expected, readTree, type Tree, temporary } from './trees';

jest.setTimeout(60_000);

const big = (letter: string) => Buffer.from(Array.from({ length: 40_000 }, () => Math.random()).join(letter));
const first: Tree = {
  'dist/server.js': { file: 'one' },
  'dist/big': { file: big('a') },
  'dist/tool': { file: '#!/bin/sh', mode: 0o755 },
  'dist/empty': { folder: 0o755 },
  'dist/read-only/x': { file: 'x', mode: 0o444 },
  'dist/read-only': { folder: 0o555 },
  'dist/run': { link: 'tool' },
};

let local: LocalRemote;
let root: string;
let reporter: RecordingReporter;
let uploaded: number;
/** Counts what is uploaded. */
let worker: Remote;

function workerWith(...tools: string[]): void {
  local = localRemote({ path: tools, host: { name: 'worker1' } });
  worker = {
    host: local.host,
    run<Result>(script: Script<Result>, options: RunOptions = {}) {
      options.payload?.on('data', (chunk: Buffer) => {
        uploaded += chunk.length;
      });
      options.payload?.pause();
      return local.run(script, options);
    },
  };
}

beforeEach(() => {
  root = join(temporary(), 'srv');
  mkdirSync(root);
  reporter = new RecordingReporter();
  uploaded = 0;
  workerWith();
});
afterEach(() => local.close());

const put = (archive: Archive) => stage(worker, root, archive, reporter);
const treeOf = ({ id }: Archive) => readTree(join(root, 'releases', id, 'tree'));
const inside = ({ id }: Archive, path: string) => join(root, 'releases', id, 'tree', path);
const kept = () => readdirSync(join(root, 'releases')).sort();
const asMade = (tree: Tree) => archiveOf(tree).then((archive) => [archive, tree] as const);

describe('a release on a worker', () => {
  it('is what was packed: content, modes, links and empty folders', async () => {
    const [archive, tree] = await asMade(first);
    expect(await put(archive)).toMatchObject({ files: 4, reused: 0 });
    expect(treeOf(archive)).toEqual(expected(tree));
    expect(kept()).toEqual([archive.id]);
    expect(reporter.steps.map(({ name, state }) => `${name} ${state}`)).toEqual(['stage started', 'stage done']);
  });

  it('can be checked by hand with sha256sum, and is open to the user that the app runs as', async () => {
    const [archive] = await asMade(first);
    await put(archive);
    const folder = join(root, 'releases', archive.id);
    execFileSync('sha256sum', ['-c', '--quiet', '--strict', 'files.sha256'], { cwd: folder });
    expect(readdirSync(folder).sort()).toEqual(['files.sha256', 'manifest.json', 'tree']);
    for (const path of ['', 'tree', 'manifest.json']) expect(statSync(join(folder, path)).mode & 0o444).toBe(0o444);
    const sum = execFileSync('sha256sum', ['manifest.json'], { cwd: folder }).toString();
    expect(sum.slice(0, 8)).toBe(archive.id.slice(-8));
  });

  it('is sent only where it differs from a release that is there', async () => {
    const [old] = await asMade(first);
    const whole = await put(old);
    uploaded = 0;
    const [archive, tree] = await asMade({ ...first, 'dist/server.js': { file: 'two' } });
    const staged = await put(archive);
    expect(staged).toMatchObject({ files: 1, reused: 3 });
    expect(staged.sent).toBe(uploaded);
    expect(uploaded).toBeLessThan(2000);
    expect(whole.sent).toBeGreaterThan(100_000);
    expect(treeOf(archive)).toEqual(expected(tree));
    expect(treeOf(old)).toEqual(expected(first));
    expect(statSync(inside(archive, 'dist/big')).ino).toBe(statSync(inside(old, 'dist/big')).ino);
  });

  it('takes the release that has most in common, whichever is active', async () => {
    const other: Tree = { 'dist/server.js': { file: 'other' } };
    const [near] = await asMade(first);
    const [far] = await asMade(other);
    await put(near);
    await put(far);
    await local.run(activate(root, far.id));
    expect(await put((await asMade({ ...first, more: { file: 'x' } }))[0])).toMatchObject({ files: 1, reused: 4 });
  });

  it('shares no file whose mode changed, so that the older release keeps its own', async () => {
    const [old] = await asMade(first);
    await put(old);
    const [archive, tree] = await asMade({ ...first, 'dist/big': { ...first['dist/big'], mode: 0o600 } as never });
    expect(await put(archive)).toMatchObject({ files: 1 });
    expect(treeOf(archive)).toEqual(expected(tree));
    expect(treeOf(old)).toEqual(expected(first));
  });

  it('takes the place of other kinds of thing at the same path', async () => {
    const [old] = await asMade({
      ...first,
      a: { file: 'a' },
      'b/c': { file: 'c' },
      d: { link: 'a' },
      'e/f': { file: 'f' },
    });
    await put(old);
    const [archive, tree] = await asMade({
      ...first,
      'a/a': { file: 'a' },
      b: { file: 'b' },
      'd/d': { file: 'd' },
      e: { link: 'b' },
      'dist/empty': { folder: 0o700 },
      'dist/read-only': { folder: 0o755 },
      'dist/run': { link: 'server.js' },
    });
    expect(await put(archive)).toMatchObject({ files: 3 });
    expect(treeOf(archive)).toEqual(expected(tree));
  });

  it('is checked and not sent again when it is there', async () => {
    const [archive] = await asMade(first);
    await put(archive);
    await local.run(markGood(root, archive.id));
    uploaded = 0;
    expect(await put(archive)).toMatchObject({ files: 0, reused: 4 });
    expect(uploaded).toBeLessThan(1000);
    expect((await local.run(observeReleases(root))).staged).toMatchObject([{ id: archive.id, good: true }]);
  });

  it('takes no time from the machine that packed it, and the same on every worker', async () => {
    const [archive] = await asMade(first);
    await put(archive);
    const other = join(temporary(), 'srv');
    mkdirSync(other);
    await stage(worker, other, archive, reporter);
    const times = [root, other].map((at) => statSync(join(at, 'releases', archive.id, 'tree/dist/big')).mtimeMs);
    expect(times[0]).toBe(times[1]);
    expect(Date.now() - (times[0] ?? 0)).toBeLessThan(60_000);
  });
});

describe('a disk that altered a file', () => {
  const damage: [string, (path: string) => void][] = [
    ['another byte', (path) => writeFileSync(path, 'onE')],
    ['another mode', (path) => chmodSync(path, 0o600)],
    ['a missing file', (path) => unlinkSync(path)],
    [
      'a link in its place',
      (path) => {
        unlinkSync(path);
        symlinkSync('/etc/passwd', path);
      },
    ],
  ];
  it.each(damage)('is found out: %s in a release that is not active is named and replaced', async (_what, harm) => {
    const [archive, tree] = await asMade(first);
    await put(archive);
    await local.run(markGood(root, archive.id));
    harm(inside(archive, 'dist/server.js'));
    expect(await put(archive)).toMatchObject({ files: 1, reused: 3 });
    expect(reporter.lines.join()).toMatch(`worker1: release ${archive.id} was damaged`);
    expect(treeOf(archive)).toEqual(expected(tree));
    expect(kept()).toEqual([archive.id]);
    expect((await local.run(observeReleases(root))).staged).toMatchObject([{ good: true }]);
  });

  it.each(damage)('is found out: %s in the active release is an error, and changes nothing', async (_what, harm) => {
    const [archive] = await asMade(first);
    await put(archive);
    await local.run(activate(root, archive.id));
    harm(inside(archive, 'dist/server.js'));
    const before = treeOf(archive);
    await expect(put(archive)).rejects.toMatchObject({
      failure: { code: 'release-damaged', host: 'worker1', seen: expect.stringContaining('"dist/server.js"') },
    });
    expect(treeOf(archive)).toEqual(before);
    expect(kept()).toEqual([archive.id]);
  });

  it('does not spread: the file is sent afresh for the next release, and the worker is told of', async () => {
    const [old] = await asMade(first);
    await put(old);
    await local.run(activate(root, old.id));
    appendFileSync(inside(old, 'dist/big'), '!');
    const [archive, tree] = await asMade({ ...first, 'dist/server.js': { file: 'two' } });
    expect(await put(archive)).toMatchObject({ files: 2, reused: 2 });
    expect(reporter.lines.join()).toMatch('"dist/big" of an earlier release is not what it was');
    expect(treeOf(archive)).toEqual(expected(tree));
  });

  it('does not spread what was added: files, odd names, and a release without its manifest', async () => {
    const [old] = await asMade(first);
    await put(old);
    for (const name of ['extra', 'new\nline', 'tab\tbed', 'l\tdist/tool\tdist/run'])
      mkdirSync(join(inside(old, 'dist'), name, 'x'), { recursive: true });
    symlinkSync('a\nb', inside(old, 'dist/odd'));
    const [archive, tree] = await asMade({ ...first, 'dist/server.js': { file: 'two' } });
    expect(await put(archive)).toMatchObject({ files: 1 });
    expect(treeOf(archive)).toEqual(expected(tree));

    rmSync(join(root, 'releases', old.id, 'manifest.json'));
    await put(old);
    expect(treeOf(old)).toEqual(expected(first));
  });

  it('is no error when something was only added to the active release', async () => {
    const [archive] = await asMade(first);
    await put(archive);
    await local.run(activate(root, archive.id));
    writeFileSync(inside(archive, 'dist/log'), '');
    expect(await put(archive)).toMatchObject({ files: 0 });
    expect(reporter.lines.join()).toMatch('1 paths in it are not of the release');
  });

  it('is found out after the upload too, and nothing of it stays', async () => {
    const tools = temporary();
    // A tar that unpacks, and a disk that then loses a byte.
    writeFileSync(
      join(tools, 'tar'),
      `#!/bin/sh\n/bin/tar "$@"\nfor last; do :; done\nprintf onE > "$last/dist/server.js"\n`,
      { mode: 0o755 },
    );
    local.close();
    workerWith(tools);
    await expect(put((await asMade(first))[0])).rejects.toMatchObject({
      failure: { code: 'stage-mismatch', seen: expect.stringContaining('"dist/server.js"') },
    });
    expect(kept()).toEqual([]);
  });
});

describe('a worker that can not take a release', () => {
  it('without room is left as it was, and told how much is needed and free', async () => {
    const [old] = await asMade(first);
    await put(old);
    const tools = temporary();
    writeFileSync(join(tools, 'df'), '#!/bin/sh\necho Avail\necho 64000000\n', { mode: 0o755 });
    local.close();
    workerWith(tools);
    const [archive] = await asMade({ ...first, 'dist/server.js': { file: 'two' } });
    await expect(put(archive)).rejects.toMatchObject({
      failure: {
        code: 'not-enough-disk',
        host: 'worker1',
        step: 'stage',
        seen: expect.stringMatching(/^needed 67\d{6} bytes, free 64000000 bytes$/),
        left: 'Nothing was changed.',
      },
    });
    expect(kept()).toEqual([old.id]);
  });

  it('without a service folder says how to make one', () =>
    expect(archiveOf(first).then((archive) => stage(worker, '/not/there', archive, reporter))).rejects.toMatchObject({
      failure: { code: 'service-folder-missing', hint: expect.stringContaining('install -d') },
    }));
});

it('a run that dies at any command leaves no half release, and the next run finishes', async () => {
  const [old] = await asMade(first);
  const [archive, tree] = await asMade({ ...first, 'dist/server.js': { file: 'two' }, 'dist/new': { file: 'new' } });
  await put(old);
  await local.run(activate(root, old.id));
  const intact = expected(first);

  let died = 0;
  for (;;) {
    rmSync(join(root, 'releases', archive.id), { recursive: true, force: true });
    local.close();
    workerWith(deadlyTools(died + 1));
    const survived = await put(archive).then(
      () => true,
      () => false,
    );
    if (existsSync(join(root, 'releases', archive.id))) expect(treeOf(archive)).toEqual(expected(tree));
    expect(treeOf(old)).toEqual(intact);
    if (survived) break;
    died += 1;
    local.close();
    workerWith();
    await put(archive);
    expect(treeOf(archive)).toEqual(expected(tree));
    expect(kept()).toEqual([old.id, archive.id].sort());
  }
  // Every command of both halves had its turn.
  expect(died).toBeGreaterThan(30);
});

/** Stand-ins for the host's tools: the whole script is killed in place of the nth call. */
function deadlyTools(nth: number): string {
  const tools = temporary();
  const names = ['awk', 'basename', 'chmod', 'cmp', 'cp', 'df', 'dirname', 'find', 'gzip', 'mkdir', 'mktemp', 'mv'];
  const more = ['nice', 'readlink', 'rm', 'sed', 'sha256sum', 'sync', 'tar', 'touch', 'tr', 'wc', 'xargs'];
  for (const name of [...names, ...more]) {
    const real = execFileSync('which', [name]).toString().trim();
    writeFileSync(
      join(tools, name),
      // Tools of one pipeline start at once: the line with its own process id is the number of the call.
      `#!/bin/sh
echo $$ >> ${tools}/calls
[ "$(/bin/grep -n "^$$$" ${tools}/calls | /usr/bin/tail -n 1)" != "${nth}:$$" ] || kill -9 0
exec ${real} "$@"
`,
      { mode: 0o755 },
    );
  }
  return tools;
}

it('a release whose tree somebody deleted is only more to send', async () => {
  const [old] = await asMade(first);
  await put(old);
  rmSync(join(root, 'releases', old.id, 'tree'), { recursive: true });
  const [archive, tree] = await asMade({ ...first, 'dist/server.js': { file: 'two' } });
  expect(await put(archive)).toMatchObject({ files: 4, reused: 0 });
  expect(treeOf(archive)).toEqual(expected(tree));
});
