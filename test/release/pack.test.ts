import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  createReadStream,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createZstdDecompress } from 'node:zlib';
import { extract as tarExtract } from 'tar-stream';
import { openArchive, type PackInput, pack } from '../../src/release';
import { makeTree, type Tree, temporary } from './trees';

const app: Tree = {
  'dist/server.js': { file: 'serve()' },
  'dist/public/app.css': { file: 'a { color: red }', mode: 0o600 },
  'dist/uploads': { folder: 0o750 },
  'bin/start': { file: '#!/bin/sh', mode: 0o755 },
  'bin/run': { link: 'start' },
  'migrations/2_b.sql': { file: 'b' },
  'migrations/1_a.sql': { file: 'a' },
  'migrations/.keep': { file: '' },
};
const include = ['dist', 'bin', 'migrations'];

async function packed(folder: string, more: Partial<PackInput> = {}) {
  return pack({ folder, include, service: 'pos', ...more }, join(temporary(), 'release.tar.zst'));
}

const packedTree = (tree: Tree, more?: Partial<PackInput>) => packed(makeTree(temporary(), tree), more);

describe('packing a release', () => {
  it('gives the same bytes and id wherever, whenever and in whatever order the files were made', async () => {
    const one = await packedTree(app);
    const shuffled = makeTree(temporary(), Object.fromEntries(Object.entries(app).reverse()));
    utimesSync(join(shuffled, 'dist/server.js'), new Date(0), new Date(1_000_000));
    const before = process.umask(0o077);
    try {
      const other = await packed(shuffled, { include: ['./migrations/', 'bin', 'dist/public', 'dist'] });
      expect(other.id).toBe(one.id);
      expect(readFileSync(other.archive).equals(readFileSync(one.archive))).toBe(true);
    } finally {
      process.umask(before);
    }
  });

  it('takes neither a time nor an owner from the machine that packs', async () => {
    const { archive } = await packedTree(app);
    const extract = tarExtract();
    const unpacked = pipeline(createReadStream(archive), createZstdDecompress(), extract);
    for await (const entry of extract) {
      expect(entry.header).toMatchObject({ mtime: new Date(0), uid: 0, gid: 0, uname: '', gname: '' });
      entry.resume();
    }
    await unpacked;
  });

  it('gives the same id in every locale', async () => {
    const folder = makeTree(temporary(), {
      'dist/ä': { file: '1' },
      'dist/Z': { file: '2' },
      'dist/😀': { file: '3' },
    });
    const script = `
      import { pack } from './src/release/index.ts';
      pack({ folder: ${JSON.stringify(folder)}, include: ['dist'], service: 'pos' }, ${JSON.stringify(join(temporary(), 'r'))})
        .then(({ id }) => console.log(id));`;
    const ids = ['C', 'C.UTF-8', 'sv_SE.UTF-8'].map((locale) =>
      execFileSync('node_modules/.bin/tsx', ['--eval', script], { env: { ...process.env, LC_ALL: locale } }).toString(),
    );
    expect(ids).toEqual([ids[0], ids[0], ids[0]]);
  });

  const changes: [string, Tree][] = [
    ['a byte', { 'dist/server.js': { file: 'serve(1)' } }],
    ['a mode', { 'bin/start': { file: '#!/bin/sh', mode: 0o700 } }],
    ['where a link leads', { 'bin/run': { link: './start' } }],
    ['an empty folder more', { 'dist/cache': { folder: 0o755 } }],
    ["an empty folder's mode", { 'dist/uploads': { folder: 0o700 } }],
    ['a name', { 'dist/server.mjs': { file: 'serve()' } }],
    ['a migration', { 'migrations/3_c.sql': { file: '' } }],
  ];
  it.each(changes)('has another id after a change of %s', async (_what, change) => {
    const [one, other] = [await packedTree(app), await packedTree({ ...app, ...change })];
    expect(other.id).not.toBe(one.id);
    expect(other.id).toMatch(/^local-[0-9a-f]{8}$/);
  });

  it('begins its id with the commit, and has another id for another service', async () => {
    const commit = '0123456789abcdef0123456789abcdef01234567';
    const { id, manifest } = await packedTree(app, { commit });
    expect(id).toMatch(/^0123456-[0-9a-f]{8}$/);
    expect(manifest.commit).toBe(commit);
    expect((await packedTree(app, { commit, service: 'shop' })).id).not.toBe(id);
  });

  it('lists the migrations in order, and survives being opened', async () => {
    const { archive, manifest, id, bytes } = await packedTree(app, { migrations: 'migrations' });
    expect(manifest.migrations).toEqual(['1_a.sql', '2_b.sql']);
    expect(await openArchive(archive)).toMatchObject({ id, manifest, bytes });
  });

  it('takes all of a folder of which a deep part is named first', async () => {
    const { manifest } = await packedTree(
      { 'a/b/c/1': { file: '1' }, 'a/b/2': { file: '2' }, 'a/3': { file: '3' }, 'z/4': { file: '4' } },
      { include: ['a/b/c', 'a'] },
    );
    expect(manifest.entries.map(({ path }) => path)).toEqual(['a', 'a/3', 'a/b', 'a/b/2', 'a/b/c', 'a/b/c/1']);
  });

  it('never packs git, be it a folder or the file of a submodule', async () => {
    const { manifest } = await packedTree(
      {
        ...app,
        '.git/config': { file: 'token' },
        'dist/vendor/.git': { file: 'gitdir: x' },
        'dist/.gitignore': { file: '' },
      },
      { include: ['.'] },
    );
    const paths = manifest.entries.map(({ path }) => path);
    expect(paths).toContain('dist/.gitignore');
    expect(paths.filter((path) => path.split('/').includes('.git'))).toEqual([]);
  });
});

describe('a build that can be no release', () => {
  const refuses = (tree: Tree, failure: object, more?: Partial<PackInput>) =>
    expect(packedTree(tree, more)).rejects.toMatchObject({ failure });

  it('names the nearest path when an included one is missing', () =>
    refuses(
      { 'dist/server/main.js': { file: '' } },
      { code: 'include-missing', message: expect.stringContaining('did you mean "dist/server"?') },
      { include: ['dist/sever'] },
    ));

  it('names the nearest folder when the migrations are missing', () =>
    refuses(
      app,
      { code: 'migrations-missing', message: expect.stringContaining('did you mean "migrations"?') },
      { migrations: 'migration' },
    ));

  it.each(['../other', '/etc', 'dist/../../x', '.git', 'dist/.git/hooks'])('does not include %s', (path) =>
    refuses(
      app,
      { code: 'include-invalid', message: expect.stringContaining(JSON.stringify(path)) },
      { include: [path] },
    ),
  );

  it('does not reach through a link to what it includes', () =>
    refuses(
      { 'real/x': { file: '' }, link: { link: 'real' } },
      { code: 'include-missing', message: expect.stringContaining('"link"') },
      { include: ['link/x'] },
    ));

  const links: [string, string, string][] = [
    ['absolute', 'dist/passwd', '/etc/passwd'],
    ['that leads outside', 'dist/up', '../../secret'],
    ['that leads outside from the top', 'up', '..'],
    ['that leads outside and in again', 'dist/up', '../../app/dist'],
  ];
  it.each(links)('refuses a link %s', (_what, path, link) =>
    refuses(
      { ...app, [path]: { link } },
      { code: 'release-refused', message: expect.stringContaining(JSON.stringify(path)) },
      { include: ['.'] },
    ),
  );

  it('refuses a link that leads outside only through another link', () =>
    refuses(
      { ...app, 'dist/here': { link: '.' }, 'dist/out': { link: 'here/../../etc' } },
      { code: 'release-refused', message: expect.stringContaining('"dist/out"') },
    ));

  it('keeps links that stay inside, dangle or go in circles', async () => {
    const { manifest } = await packedTree({
      ...app,
      'dist/a': { link: '../bin/start' },
      'dist/b': { link: 'not-there' },
      'dist/c': { link: 'c' },
    });
    expect(manifest.entries).toContainEqual({ type: 'symlink', path: 'dist/a', target: '../bin/start' });
  });

  const modes: [string, number, string][] = [
    ['setuid', 0o4755, 'is setuid'],
    ['setgid', 0o2755, 'is setgid'],
    ['sticky', 0o1755, 'has the sticky bit'],
    ['write-only', 0o200, 'is closed to its own owner'],
  ];
  it.each(modes)('refuses a %s file', (_what, mode, why) =>
    refuses(
      { ...app, 'dist/tool': { file: 'x', mode } },
      { code: 'release-refused', message: expect.stringContaining(`"dist/tool" ${why}`) },
    ),
  );

  it.each(['new\nline', 'tab\t', 'escape\u001b[31m', 'delete\u007f', 'next\u0085line'])('refuses the name %j', (name) =>
    refuses(
      { ...app, [`dist/${name}`]: { file: '' } },
      { code: 'release-refused', message: expect.stringContaining('control character') },
    ),
  );

  it('refuses a name that is not UTF-8', async () => {
    const folder = makeTree(temporary(), app);
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/dist/`), Buffer.from([0x66, 0xe9])]), '');
    await expect(packed(folder)).rejects.toMatchObject({ failure: { message: expect.stringContaining('not UTF-8') } });
  });

  it('refuses a fifo, a socket and a device', async () => {
    const folder = makeTree(temporary(), app);
    execFileSync('mkfifo', [join(folder, 'dist/pipe')]);
    await expect(packed(folder)).rejects.toMatchObject({ failure: { message: expect.stringContaining('is a fifo') } });

    const other = makeTree(temporary(), app);
    const server = createServer().listen(join(other, 'dist/sock'));
    await new Promise((done) => server.once('listening', done));
    await expect(packed(other)).rejects.toMatchObject({ failure: { message: expect.stringContaining('is a socket') } });
    server.close();

    await expect(packed('/dev', { include: ['null'] })).rejects.toMatchObject({
      failure: { message: expect.stringContaining('is a device') },
    });
  });

  it('refuses a release without a file', () =>
    refuses({ dist: { folder: 0o755 } }, { code: 'release-refused' }, { include: ['dist'] }));

  it('refuses to write the archive into what it packs', async () => {
    const folder = makeTree(temporary(), app);
    const into = (path: string, paths: string[]) =>
      pack({ folder, include: paths, service: 'pos' }, join(folder, path));
    await expect(into('dist/r.tar.zst', ['dist'])).rejects.toMatchObject({ failure: { code: 'release-output' } });
    await expect(into('r.tar.zst', ['.'])).rejects.toMatchObject({ failure: { code: 'release-output' } });
    await expect(into('r.tar.zst', ['dist'])).resolves.toMatchObject({ archive: join(folder, 'r.tar.zst') });
  });

  it('leaves no archive, and the old one untouched, when a file can not be packed', async () => {
    const folder = makeTree(temporary(), app);
    const output = join(temporary(), 'release.tar.zst');
    const { bytes } = await pack({ folder, include, service: 'pos' }, output);
    mkdirSync(join(folder, 'dist/sub'));
    symlinkSync('/etc', join(folder, 'dist/sub/etc'));
    await expect(pack({ folder, include, service: 'pos' }, output)).rejects.toThrow('dist/sub/etc');
    expect(readFileSync(output)).toHaveLength(bytes);
  });

  it('notices a file that changes while it is packed', async () => {
    const folder = makeTree(temporary(), { 'dist/a': { file: randomBytes(8_000_000) }, 'dist/b': { file: 'old' } });
    const output = temporary();
    // The archive is begun when all sums are known; `b` is written into it last.
    const watcher = watch(output, () => writeFileSync(join(folder, 'dist/b'), 'new'));
    await expect(pack({ folder, include: ['dist'], service: 'pos' }, join(output, 'r'))).rejects.toMatchObject({
      failure: { code: 'release-changed' },
    });
    watcher.close();
    expect(readdirSync(output)).toEqual([]);
  });
});
