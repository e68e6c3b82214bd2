import { type ArchiveEntry, archiveFailure, readEntries } from './archive-entries';
import { findProblem, parseManifest } from './manifest';
import { pathProblem } from './paths';
import type { Manifest, ManifestEntry } from './release';
import { sumOf } from './sha256';

/** 300,000 entries; more is no application. */
const largestManifest = 64 * 1024 * 1024;

/**
 * Reads an archive from end to end.
 * @throws BukaError `archive-unsafe`, `archive-damaged`
 */
export async function verifyArchive(file: string): Promise<Manifest> {
  let manifest: Manifest | undefined;
  const seen = new Set<string>();
  for await (const entry of readEntries(file)) {
    if (!manifest) {
      manifest = await readManifest(entry);
      continue;
    }
    const path = safePath(entry, seen);
    await compare(entry, path, manifest.entries[seen.size]);
    seen.add(path);
  }
  if (!manifest) throw archiveFailure('damaged', 'is empty');
  const missing = manifest.entries[seen.size];
  if (missing) throw archiveFailure('damaged', `lacks ${JSON.stringify(missing.path)}, which its manifest lists`);
  return manifest;
}

async function readManifest({ name, type, size, content }: ArchiveEntry): Promise<Manifest> {
  if (name !== 'manifest.json' || type !== 'file' || size > largestManifest)
    throw archiveFailure('damaged', 'does not begin with a manifest', `${type} ${JSON.stringify(name)}`);
  const chunks: Buffer[] = [];
  for await (const chunk of content) chunks.push(chunk);
  const manifest = parseManifest(Buffer.concat(chunks).toString());
  if (!manifest) throw archiveFailure('damaged', 'has a manifest that Buka did not write');
  const problem = findProblem(manifest.entries);
  if (problem) throw archiveFailure('unsafe', `lists ${JSON.stringify(problem.path)}, which ${problem.why}`);
  return manifest;
}

/** The path in the release. What can't be packed is told apart from a mere mismatch: somebody made it by hand. */
function safePath({ name, type }: ArchiveEntry, seen: ReadonlySet<string>): string {
  const shown = JSON.stringify(name);
  if (!['file', 'directory', 'symlink'].includes(type))
    throw archiveFailure('unsafe', `has ${shown}, which is a ${type}`);
  const problem = pathProblem(name);
  if (problem) throw archiveFailure('unsafe', `has ${shown}, which ${problem}`);
  const path = name.replace(/^tree\//, '');
  if (path === name) throw archiveFailure('unsafe', `has ${shown}, which is not below tree/`);
  if (seen.has(path)) throw archiveFailure('unsafe', `has ${shown} twice`);
  return path;
}

async function compare(entry: ArchiveEntry, path: string, listed: ManifestEntry | undefined): Promise<void> {
  const differs = (what: string) => archiveFailure('damaged', `does not match its manifest: ${what}`);
  const shown = JSON.stringify(path);
  if (listed?.path !== path) throw differs(`${shown} is where ${JSON.stringify(listed?.path ?? 'its end')} should be`);
  if (listed.type !== entry.type) throw differs(`${shown} is a ${entry.type}`);
  if (listed.type === 'symlink') {
    if (listed.target !== entry.target) throw differs(`${shown} leads to ${JSON.stringify(entry.target)}`);
  } else if (listed.mode !== entry.mode) throw differs(`${shown} has the mode ${entry.mode.toString(8)}`);
  if (listed.type !== 'file') {
    entry.content.resume();
    return;
  }
  if (listed.size !== entry.size) throw differs(`${shown} has ${entry.size} bytes`);
  const { sha256 } = await sumOf(entry.content);
  if (sha256 !== listed.sha256) throw differs(`the checksum of ${shown} is ${sha256}`);
}
