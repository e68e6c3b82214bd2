import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import fc from 'fast-check';
import { stage } from '../../src/release';
import { RecordingReporter } from '../../src/reporter';
import { hostile } from '../remote/hostile';
import { type LocalRemote, localRemote } from '../remote/local-remote';
import { archiveOf, type Node, readTree, type Tree, temporary } from './trees';

jest.setTimeout(120_000);

/** Names that shells, awk, xargs, tar and sha256sum have been known to trip over, and any others. */
const tricky = [
  ...hostile,
  ...['1', '01', '1e0', '0x1', '+1', 'nan', '-', '--', '-rf', '--help', '\\', '\\\\', '\\"', '"', '",', '},', '"},'],
  ...['","path":"', '{"type":"', 'a b', ' ', '  x', '*', '?', '[a]', '%s', '&', '\\&', '\\n', '#', '~', '.hidden'],
  ...['...', '..x', 'ä', 'a\u0308', '日本', '😀', '\u2028', '\ufeff', 'tree', 'manifest.json', 'good', 'x'.repeat(150)],
];
const isName = (name: string) =>
  !['', '.', '..', '.git'].includes(name) && !/\p{Cc}|\//u.test(name) && Buffer.byteLength(name) <= 250;
const name = fc
  .oneof(
    fc.constantFrom(...tricky),
    fc.string({ unit: 'grapheme', maxLength: 60 }),
    fc.string({ unit: 'binary', maxLength: 12 }),
  )
  .filter(isName)
  .filter((text) => text.isWellFormed());

const node: fc.Arbitrary<Node> = fc.oneof(
  fc.record({
    file: fc.oneof(fc.string({ maxLength: 20 }), fc.constant('x'.repeat(70_000))),
    mode: fc.constantFrom(0o644, 0o755, 0o400, 0o444, 0o777, 0o600),
  }),
  fc.record({ folder: fc.constantFrom(0o755, 0o555, 0o700) }),
  // A link inside: to a sibling that may or may not be there.
  name.map((link) => ({ link })),
);

/** Paths that don't get in each other's way: what is a file or a link in one isn't a folder in another. */
const tree: fc.Arbitrary<Tree> = fc
  .array(fc.tuple(fc.array(name, { minLength: 1, maxLength: 4 }), node), { minLength: 1, maxLength: 12 })
  .map((parts) => {
    const made: Record<string, Node> = { always: { file: 'here' } };
    for (const [path, what] of parts) {
      const full = path.join('/');
      const all = Object.keys(made);
      const taken = all.some((other) => `${other}/`.startsWith(`${full}/`) || `${full}/`.startsWith(`${other}/`));
      if (!taken) made[full] = what;
    }
    return made;
  });

let local: LocalRemote;
beforeEach(() => {
  local = localRemote();
});
afterEach(() => local.close());

it('any names, contents, modes and links arrive as they were, also on top of any other release', async () => {
  await fc.assert(
    fc.asyncProperty(tree, tree, async (one, other) => {
      const root = temporary();
      for (const made of [one, { ...other, ...keepApart(one, other) }]) {
        const folder = temporary();
        const archive = await archiveOf(made, folder);
        await stage(local, root, archive, new RecordingReporter());
        expect(readTree(join(root, 'releases', archive.id, 'tree'))).toEqual(readTree(join(folder, 'app')));
      }
      rmSync(root, { recursive: true });
    }),
    { numRuns: 20 },
  );
});

/** What two releases can have in common. */
function keepApart(one: Tree, other: Tree): Tree {
  const free = (path: string) =>
    Object.keys(other).every((taken) => !`${taken}/`.startsWith(`${path}/`) && !`${path}/`.startsWith(`${taken}/`));
  return Object.fromEntries(Object.entries(one).filter(([path]) => free(path)));
}

it('each of the names that tools trip over arrives as a file, a folder and where a link leads', async () => {
  const folder = temporary();
  const names = [...new Set(tricky.filter(isName))];
  const archive = await archiveOf(
    Object.fromEntries(
      names.flatMap((odd, index): [string, Node][] => [
        [`files/${odd}`, { file: odd }],
        [`folders/${odd}/${odd}`, { file: '' }],
        [`links/${index}`, { link: odd }],
      ]),
    ),
    folder,
  );
  const root = temporary();
  const reporter = new RecordingReporter();
  expect(await stage(local, root, archive, reporter)).toMatchObject({ files: 2 * names.length });
  expect(readTree(join(root, 'releases', archive.id, 'tree'))).toEqual(readTree(join(folder, 'app')));
  expect(await stage(local, root, archive, reporter)).toMatchObject({ files: 0, reused: 2 * names.length });
  expect(reporter.lines).toEqual([]);
});
