import { createHash } from 'node:crypto';
import { z } from 'zod';
import { byBytes, linkProblem, parentOf, pathProblem } from './paths';
import type { Manifest, ManifestEntry, ReleaseId } from './release';

const count = z.number().int().nonnegative();
const text = z.string();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const entrySchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('file'), mode: count, size: count, sha256, path: text }),
  z.strictObject({ type: z.literal('directory'), mode: count, path: text }),
  z.strictObject({ type: z.literal('symlink'), target: text, path: text }),
]);

const headerSchema = z.strictObject({
  service: z.string().regex(/^[a-z][a-z0-9-]*$/),
  commit: z
    .string()
    .regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/)
    .optional(),
  migrations: z.array(text),
  contractMigrations: z.array(text).optional(),
});

const manifestSchema = headerSchema.extend({ entries: z.array(entrySchema) });

/**
 * The canonical form: a line with all that is known of the release as a whole, then a line per entry. Workers read it
 * line by line without a JSON parser (see host-text.ts), and it is what the id is made of.
 */
export function manifestText({ service, commit, migrations, contractMigrations, entries }: Manifest): string {
  // Left out where there are none: so it is in the releases that were made before migrations could be marked.
  const contract = contractMigrations?.length ? { contractMigrations } : {};
  const head = JSON.stringify({ service, commit, migrations, ...contract }).slice(0, -1);
  return `${head},"entries":[\n${entries.map(entryText).join(',\n')}\n]}\n`;
}

function entryText(entry: ManifestEntry): string {
  switch (entry.type) {
    case 'file': {
      const { type, mode, size, sha256, path } = entry;
      return JSON.stringify({ type, mode, size, sha256, path });
    }
    case 'directory':
      return JSON.stringify({ type: entry.type, mode: entry.mode, path: entry.path });
    case 'symlink':
      return JSON.stringify({ type: entry.type, target: entry.target, path: entry.path });
  }
}

export const manifestSha256 = (canonical: string): string => createHash('sha256').update(canonical).digest('hex');

export function releaseIdOf(manifest: Manifest): ReleaseId {
  const commit = manifest.commit?.slice(0, 7) ?? 'local';
  return `${commit}-${manifestSha256(manifestText(manifest)).slice(0, 8)}` as ReleaseId;
}

/** The manifest of a canonical text; undefined for anything else, were it the same JSON in another form. */
export function parseManifest(canonical: string): Manifest | undefined {
  const parsed = manifestSchema.safeParse(parseJson(canonical));
  if (!parsed.success) return undefined;
  const manifest = parsed.data as Manifest;
  return manifestText(manifest) === canonical ? manifest : undefined;
}

/** The first line of a canonical text, which workers send instead of the whole. */
export function parseHeader(line: string): Omit<Manifest, 'entries'> | undefined {
  const parsed = headerSchema.safeParse(parseJson(line.replace(/,"entries":\[$/, '}')));
  return parsed.success ? parsed.data : undefined;
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

export interface EntryProblem {
  readonly path: string;
  /** Reads on after the path: `is a device`. */
  readonly why: string;
}

/** The first thing that makes a list of entries no release; the same rules for one's own and for somebody's archive. */
export function findProblem(entries: readonly ManifestEntry[]): EntryProblem | undefined {
  const types = new Map(entries.map(({ path, type }) => [path, type]));
  const links = new Map(entries.flatMap((entry) => (entry.type === 'symlink' ? [[entry.path, entry.target]] : [])));
  let before: string | undefined;
  for (const entry of entries) {
    const { path } = entry;
    const why =
      pathProblem(path) ??
      (entry.type === 'symlink' ? linkProblem(path, links) : modeProblem(entry.type, entry.mode)) ??
      parentProblem(parentOf(path), types) ??
      orderProblem(before, path);
    if (why) return { path, why };
    before = path;
  }
  return entries.some(({ type }) => type === 'file') ? undefined : { path: '.', why: 'has no file' };
}

function modeProblem(type: 'file' | 'directory', mode: number): string | undefined {
  if (mode & 0o4000) return 'is setuid';
  if (mode & 0o2000) return 'is setgid';
  if (mode & 0o1000) return 'has the sticky bit';
  if (mode > 0o777) return 'has a mode that is none';
  const needed = type === 'directory' ? 0o500 : 0o400;
  return (mode & needed) === needed ? undefined : 'is closed to its own owner';
}

function parentProblem(parent: string, types: ReadonlyMap<string, ManifestEntry['type']>): string | undefined {
  if (parent === '') return undefined;
  const type = types.get(parent);
  if (type === 'directory') return undefined;
  return type === undefined ? 'is in a folder that is not listed' : `lies behind a ${type}, ${parent}`;
}

function orderProblem(before: string | undefined, path: string): string | undefined {
  if (before === undefined || byBytes(before, path) < 0) return undefined;
  return before === path ? 'is there twice' : 'is out of order';
}
