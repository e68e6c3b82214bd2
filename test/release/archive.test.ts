import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { zstdCompressSync } from 'node:zlib';
import { type Header, pack as tarPack } from 'tar-stream';
import { openArchive, pack } from '../../src/release';
import { sumOf } from '../../src/release/sha256';
import { makeTree, temporary } from './trees';

type Part = Partial<Header> & { readonly name: string; readonly content?: string };

const sums = async (content: string) => (await sumOf([Buffer.from(content)] as never)).sha256;

/** An archive with a manifest of these lines, and any entries. */
async function forged(lines: readonly object[], parts: readonly Part[]): Promise<string> {
  const tar = tarPack();
  const manifest = `{"service":"pos","migrations":[],"entries":[\n${lines.map((line) => JSON.stringify(line)).join(',\n')}\n]}\n`;
  tar.entry({ name: 'manifest.json' }, manifest);
  for (const { content, ...header } of parts) {
    if (content === undefined) tar.entry(header);
    else tar.entry({ mode: 0o644, ...header }, content);
  }
  tar.finalize();
  const file = join(temporary(), 'forged.tar.zst');
  writeFileSync(file, zstdCompressSync(await buffer(tar)));
  return file;
}

const file = async (path: string, content = 'x', more: object = {}) => ({
  type: 'file',
  mode: 0o644,
  size: content.length,
  sha256: await sums(content),
  ...more,
  path,
});
const folder = (path: string) => ({ type: 'directory', mode: 0o755, path });
const link = (path: string, target: string) => ({ type: 'symlink', target, path });
const part = (path: string, content = 'x'): Part => ({ name: `tree/${path}`, content });

const opening = async (archive: Promise<string>) => openArchive(await archive);
const refuses = (archive: Promise<string>, code: string, why: string) =>
  expect(opening(archive)).rejects.toMatchObject({ failure: { code, message: expect.stringContaining(why) } });

describe('an archive', () => {
  it('opens when it is what its manifest says, as these forgeries would without their flaw', async () => {
    const lines = [await file('a'), folder('b'), link('b/l', '../a')];
    const archive = await forged(lines, [
      part('a'),
      { name: 'tree/b', type: 'directory', mode: 0o755 },
      { name: 'tree/b/l', type: 'symlink', linkname: '../a' },
    ]);
    expect((await openArchive(archive)).manifest.entries).toHaveLength(3);
  });

  it('names itself when it is missing', () =>
    expect(openArchive('/not/there.tar.zst')).rejects.toMatchObject({ failure: { code: 'archive-missing' } }));
});

describe('an archive that tries to leave its folder is refused', () => {
  const a = () => file('a');
  it.each(['../a', 'b/../../a', '/etc/passwd', './a', 'a//b', 'a\nb'])('by the path %j in its manifest', async (path) =>
    refuses(forged([await file(path)], [part('a')]), 'archive-unsafe', JSON.stringify(path)),
  );
  it.each(['tree/../a', '/tree/a', 'a', 'treea', 'tree/b/../../../a'])('by the path %j of an entry', async (name) =>
    refuses(forged([await a()], [{ name, content: 'x' }]), 'archive-unsafe', JSON.stringify(name)),
  );
  it.each(['character-device', 'block-device', 'fifo', 'link'] as const)('by a %s', async (type) =>
    refuses(
      forged([await a()], [{ name: 'tree/a', type, mode: 0o644, linkname: 'tree/b', devmajor: 1, devminor: 3 }]),
      'archive-unsafe',
      `is a ${type}`,
    ),
  );
  it.each(['/etc', '../..', 'x/../../..'])('by a link to %s', async (target) =>
    refuses(
      forged(
        [await a(), folder('b'), link('b/l', target)],
        [part('a'), { name: 'tree/b/l', type: 'symlink', linkname: target }],
      ),
      'archive-unsafe',
      '"b/l"',
    ),
  );
  it('by a link that leads outside through another link', async () =>
    refuses(
      forged([await a(), folder('b'), link('b/h', '.'), link('b/o', 'h/../../x')], []),
      'archive-unsafe',
      '"b/o"',
    ));
  it('by an entry behind a link', async () =>
    refuses(forged([await file('a'), link('b', '.'), await file('b/c')], []), 'archive-unsafe', 'behind a symlink'));
  it('by an entry behind a file', async () =>
    refuses(forged([await file('a'), await file('a/b')], []), 'archive-unsafe', 'behind a file'));
  it('by a path that is there twice', async () => {
    await refuses(forged([await a()], [part('a'), part('a')]), 'archive-unsafe', 'twice');
    await refuses(forged([await a(), await a()], [part('a'), part('a')]), 'archive-unsafe', 'twice');
  });
  it.each([0o4755, 0o2755, 0o1755])('by the mode %o', async (mode) =>
    refuses(forged([await file('a', 'x', { mode })], [{ ...part('a'), mode }]), 'archive-unsafe', '"a"'),
  );
});

describe('a damaged archive is refused', () => {
  const whole = async () =>
    (
      await pack(
        {
          folder: makeTree(temporary(), { 'dist/a': { file: 'a'.repeat(10_000) }, 'dist/b': { file: 'b' } }),
          include: ['dist'],
          service: 'pos',
        },
        join(temporary(), 'r.tar.zst'),
      )
    ).archive;

  it('when it was cut anywhere, unless every file in it is still there', async () => {
    const archive = await whole();
    const { id } = await openArchive(archive);
    const { length } = readFileSync(archive);
    for (let size = length - 1; size >= 0; size -= 7) {
      truncateSync(archive, size);
      const seen = await openArchive(archive).then(
        (opened) => opened.id,
        ({ failure }) => failure?.code,
      );
      // What ends the tar and the compression may be lost without harm.
      expect(length - size < 20 ? ['archive-damaged', id] : ['archive-damaged']).toContain(seen);
    }
  });

  it('when any byte of it was flipped, unless every file in it is still the same', async () => {
    const archive = await whole();
    const { id } = await openArchive(archive);
    const content = readFileSync(archive);
    for (let at = 0; at < content.length; at += 5) {
      const flipped = Buffer.from(content);
      flipped[at] = (flipped[at] ?? 0) ^ 0x10;
      writeFileSync(archive, flipped);
      const code = await openArchive(archive).then(
        ({ id }) => id,
        ({ failure }) => failure?.code,
      );
      expect(['archive-damaged', 'archive-unsafe', id]).toContain(code);
    }
  });

  it('when it ends between two entries', async () =>
    refuses(forged([await file('a'), await file('b')], [part('a')]), 'archive-damaged', 'lacks "b"'));
  it('when it has more than its manifest', async () =>
    refuses(forged([await file('a')], [part('a'), part('b')]), 'archive-damaged', '"b"'));
  it('when a checksum differs', async () =>
    refuses(forged([await file('a')], [part('a', 'y')]), 'archive-damaged', 'checksum of "a"'));
  it('when a size differs', async () =>
    refuses(forged([await file('a')], [part('a', 'xy')]), 'archive-damaged', '2 bytes'));
  it('when a mode differs', async () =>
    refuses(forged([await file('a')], [{ ...part('a'), mode: 0o755 }]), 'archive-damaged', 'mode 755'));
  it('when a type differs', async () =>
    refuses(
      forged([await file('a')], [{ name: 'tree/a', type: 'symlink', linkname: 'b' }]),
      'archive-damaged',
      'is a symlink',
    ));
  it('when a link leads elsewhere', async () =>
    refuses(
      forged([await file('a'), link('b', 'a')], [part('a'), { name: 'tree/b', type: 'symlink', linkname: '/etc' }]),
      'archive-damaged',
      '"/etc"',
    ));
  it('when it has no manifest, or one that Buka did not write', async () => {
    const tar = tarPack();
    tar.entry({ name: 'tree/a' }, 'x');
    tar.finalize();
    const bare = join(temporary(), 'bare.tar.zst');
    writeFileSync(bare, zstdCompressSync(await buffer(tar)));
    await refuses(Promise.resolve(bare), 'archive-damaged', 'begin with a manifest');
    await refuses(forged([{ ...(await file('a')), extra: 1 }], [part('a')]), 'archive-damaged', 'did not write');
    const { path, ...rest } = await file('a');
    await refuses(forged([{ path, ...rest }], [part('a')]), 'archive-damaged', 'did not write');
  });
  it('when it is something else', async () => {
    const other = join(temporary(), 'other');
    writeFileSync(other, 'PK not a tar');
    await refuses(Promise.resolve(other), 'archive-damaged', 'read to its end');
  });
});
