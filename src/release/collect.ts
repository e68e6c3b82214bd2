import { createReadStream, type Stats } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { closest } from 'fastest-levenshtein';
import { BukaError, ConfigurationError } from '../errors';
import { bytes } from '../units';
import { byBytes } from './paths';
import type { ManifestEntry } from './release';
import { sumOf } from './sha256';

/**
 * Every file, folder and symlink of the included paths, with the folders that lead to them, in order.
 * @throws ConfigurationError `include-missing`, `include-invalid`; BukaError `release-refused`
 */
export async function collect(folder: string, include: readonly string[]): Promise<ManifestEntry[]> {
  const found = new Map<string, Stats>();
  for (const path of include) {
    const plain = plainPath(path);
    await findAbove(folder, path, plain, found);
    await findBelow(folder, plain, found);
  }
  const entries: ManifestEntry[] = [];
  for (const path of [...found.keys()].sort(byBytes)) {
    const stats = found.get(path);
    if (stats) entries.push(await entryOf(folder, path, stats));
  }
  return entries;
}

/**
 * The names of the migrations in a folder, in bytewise order; a name that starts with a dot is none.
 * @throws ConfigurationError `migrations-missing`
 */
export async function listMigrations(folder: string, path: string): Promise<string[]> {
  const children = await readdir(join(folder, path), { withFileTypes: true }).catch(async (cause) => {
    throw new ConfigurationError({
      code: 'migrations-missing',
      message: `\`release: migrations:\` names ${JSON.stringify(path)}, which is no folder${await nearest(folder, path)}`,
      cause,
    });
  });
  const names = children.filter((child) => child.isFile() && !child.name.startsWith('.')).map(({ name }) => name);
  return names.sort(byBytes);
}

export function refused(path: string, why: string): BukaError {
  return new BukaError({
    code: 'release-refused',
    message: `${JSON.stringify(path)} ${why}, and can't be in a release`,
    left: 'Nothing was packed.',
    hint: 'Mend it in the build, or leave it out of `release: include:`.',
  });
}

/** `./dist/` is `dist`; the whole folder is ''. */
function plainPath(path: string): string {
  const plain = posix.normalize(path).replace(/\/$/, '').replace(/^\.$/, '');
  const why = path.startsWith('/') || plain.split('/').includes('..') ? 'leads out of the app’s folder' : undefined;
  const git = plain.split('/').includes('.git') ? 'is of git, and is never packed' : undefined;
  if (why === undefined && git === undefined) return plain;
  throw new ConfigurationError({
    code: 'include-invalid',
    message: `\`release: include:\` names ${JSON.stringify(path)}, which ${why ?? git}`,
  });
}

async function findAbove(folder: string, named: string, path: string, found: Map<string, Stats>): Promise<void> {
  const parts = path === '' ? [] : path.split('/');
  for (let depth = 1; depth <= parts.length; depth += 1) {
    const at = parts.slice(0, depth).join('/');
    const stats = await lstat(join(folder, at)).catch(() => undefined);
    if (!stats || (depth < parts.length && !stats.isDirectory())) {
      throw new ConfigurationError({
        code: 'include-missing',
        message: `\`release: include:\` names ${JSON.stringify(named)}, which ${
          stats ? `lies behind ${JSON.stringify(at)}, no real folder` : 'does not exist'
        }${stats ? '' : await nearest(folder, path)}`,
        hint: 'Is it made by the build? Then run the build first.',
      });
    }
    found.set(at, stats);
  }
}

async function findBelow(folder: string, path: string, found: Map<string, Stats>): Promise<void> {
  if (path !== '' && !found.get(path)?.isDirectory()) return;
  const names = await readdir(join(folder, path), { encoding: 'buffer' });
  for (const bytesOfName of names) {
    const name = bytesOfName.toString();
    const child = path === '' ? name : `${path}/${name}`;
    if (!Buffer.from(name).equals(bytesOfName)) throw refused(child, 'has a name that is not UTF-8');
    // A folder of git, or the file that stands for it in a submodule: history and credentials.
    if (name === '.git') continue;
    found.set(child, await lstat(join(folder, child)));
    await findBelow(folder, child, found);
  }
}

async function entryOf(folder: string, path: string, stats: Stats): Promise<ManifestEntry> {
  const mode = stats.mode & 0o7777;
  if (stats.isDirectory()) return { type: 'directory', path, mode };
  if (stats.isSymbolicLink()) return { type: 'symlink', path, target: await linkTarget(folder, path) };
  if (!stats.isFile()) throw refused(path, `is a ${kindOf(stats)}`);
  const { size, sha256 } = await sumOf(createReadStream(join(folder, path))).catch((cause) => {
    throw refused(path, `can't be read (${cause.code})`);
  });
  return { type: 'file', path, mode, size: bytes(size), sha256 };
}

async function linkTarget(folder: string, path: string): Promise<string> {
  const raw = await readlink(join(folder, path), { encoding: 'buffer' });
  const target = raw.toString();
  if (!Buffer.from(target).equals(raw)) throw refused(path, 'is a link to a name that is not UTF-8');
  return target;
}

function kindOf(stats: Stats): string {
  if (stats.isFIFO()) return 'fifo';
  if (stats.isSocket()) return 'socket';
  return 'device';
}

/** `; did you mean "dist"?`, by the names that are where the path stops to exist. */
async function nearest(folder: string, path: string): Promise<string> {
  const parts = path.split('/');
  for (let depth = parts.length - 1; depth >= 0; depth -= 1) {
    const parent = parts.slice(0, depth).join('/');
    const names = await readdir(join(folder, parent)).catch(() => undefined);
    if (!names) continue;
    if (names.length === 0) return '';
    return `; did you mean ${JSON.stringify(posix.join(parent, closest(parts[depth] ?? '', names)))}?`;
  }
  return '';
}
