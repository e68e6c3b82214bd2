import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Archive, openArchive, pack } from '../../src/release';

/** A folder's content: what each path is. */
export type Tree = Readonly<Record<string, Node>>;
export type Node =
  | { readonly file: string | Buffer; readonly mode?: number }
  | { readonly link: string }
  | { readonly folder: number };

const made: string[] = [];

/** A folder that is gone when the test file has ended. */
export function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'buka-release-'));
  made.push(folder);
  return folder;
}

// Some of them hold folders that even their owner may not write to.
afterAll(() => {
  if (made.length > 0) execFileSync('sh', ['-c', 'chmod -R u+rwX "$@"; rm -rf "$@"', 'sh', ...made.splice(0)]);
});

/** Makes it in the order given; the modes hold whatever the umask is. */
export function makeTree(at: string, tree: Tree): string {
  mkdirSync(at, { recursive: true });
  const folders: [string, number][] = [];
  for (const [path, node] of Object.entries(tree)) {
    const full = join(at, path);
    makeFolders(at, dirname(path));
    if ('link' in node) symlinkSync(node.link, full);
    else if ('folder' in node) {
      mkdirSync(full, { recursive: true });
      folders.push([full, node.folder]);
    } else {
      writeFileSync(full, node.file);
      chmodSync(full, node.mode ?? 0o644);
    }
  }
  for (const [path, mode] of folders) chmodSync(path, mode);
  return at;
}

function makeFolders(at: string, path: string): void {
  const parts = path === '.' ? [] : path.split('/');
  for (let depth = 1; depth <= parts.length; depth += 1) {
    const folder = join(at, ...parts.slice(0, depth));
    try {
      mkdirSync(folder);
      chmodSync(folder, 0o755);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** Everything below a folder as `type mode content`, so that trees can be compared. */
export function readTree(at: string, path = ''): Record<string, string> {
  return Object.assign(
    {},
    ...readdirSync(join(at, path)).map((name) => {
      const child = path === '' ? name : `${path}/${name}`;
      const stats = lstatSync(join(at, child));
      const mode = (stats.mode & 0o7777).toString(8);
      if (stats.isSymbolicLink()) return { [child]: `link ${readlinkSync(join(at, child))}` };
      if (stats.isDirectory()) return { [child]: `folder ${mode}`, ...readTree(at, child) };
      return { [child]: `file ${mode} ${readFileSync(join(at, child)).toString('base64')}` };
    }),
  );
}

/** What `readTree` finds where a tree was made; folders that it doesn't name are 0755. */
export function expected(tree: Tree): Record<string, string> {
  const folders = Object.keys(tree).flatMap((path) =>
    path.split('/').flatMap((_part, depth, parts) => (depth === 0 ? [] : [parts.slice(0, depth).join('/')])),
  );
  return {
    ...Object.fromEntries(folders.map((path) => [path, 'folder 755'])),
    ...Object.fromEntries(
      Object.entries(tree).map(([path, node]) => {
        if ('link' in node) return [path, `link ${node.link}`];
        if ('folder' in node) return [path, `folder ${node.folder.toString(8)}`];
        return [path, `file ${(node.mode ?? 0o644).toString(8)} ${Buffer.from(node.file).toString('base64')}`];
      }),
    ),
  };
}

/** Packs a tree, made in `app` of the folder, and opens the archive. */
export async function archiveOf(tree: Tree, at = temporary()): Promise<Archive> {
  const packed = await pack({ folder: makeTree(join(at, 'app'), tree), include: ['.'], service: 'pos' }, join(at, 'r'));
  return openArchive(packed.archive);
}
