import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdCompress } from 'node:zlib';
import { type Pack, pack as tarPack } from 'tar-stream';
import { BukaError, ConfigurationError } from '../errors';
import { type Bytes, bytes } from '../units';
import { collect, listMigrations, refused } from './collect';
import { findProblem, manifestText, releaseIdOf } from './manifest';
import { contractAmong } from './mark';
import type { Manifest, ReleaseId } from './release';
import { sha256Of } from './sha256';
import { tarHeader, writeEntry } from './tar';

export interface PackInput {
  /** The app's folder. */
  readonly folder: string;
  /** Paths in it that go into the release. */
  readonly include: readonly string[];
  readonly service: string;
  /** Full commit id. */
  readonly commit?: string | undefined;
  /** Folder in it whose files are the migrations. */
  readonly migrations?: string | undefined;
}

export interface Packed {
  readonly id: ReleaseId;
  readonly manifest: Manifest;
  /** Size of the archive. */
  readonly bytes: Bytes;
  /** Absolute path of the archive. */
  readonly archive: string;
}

/**
 * Packs a built app into one file, a tar compressed with zstd: `manifest.json`, then `tree/…`. The same files give the
 * same bytes and the same id, wherever, whenever and by whom it is packed. zstd, not gzip: smaller, several times
 * faster to read (every worker's upload reads it again), and no header that names the machine it was made on.
 * @throws ConfigurationError for an `include` that is wrong; BukaError `release-refused` for a file that can't be in
 *   a release, `release-changed` for one that changed while it was packed
 */
export async function pack(input: PackInput, output: string): Promise<Packed> {
  const archive = resolve(output);
  refuseOutputInside(input, archive);
  if (input.commit !== undefined && !/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(input.commit))
    throw new ConfigurationError({ code: 'commit-id', message: `${input.commit} is not a full commit id` });
  const entries = await collect(input.folder, input.include);
  const problem = findProblem(entries);
  if (problem) throw refused(problem.path, problem.why);
  const migrations = input.migrations === undefined ? [] : await listMigrations(input.folder, input.migrations);
  const contractMigrations =
    input.migrations === undefined ? [] : await contractAmong(join(input.folder, input.migrations), migrations);
  const manifest: Manifest = {
    service: input.service,
    ...(input.commit !== undefined && { commit: input.commit }),
    entries,
    migrations,
    ...(contractMigrations.length > 0 && { contractMigrations }),
  };

  const partial = `${archive}.partial`;
  try {
    await writeArchive(input.folder, manifest, partial);
    await rename(partial, archive);
  } finally {
    await rm(partial, { force: true });
  }
  return { id: releaseIdOf(manifest), manifest, bytes: bytes((await stat(archive)).size), archive };
}

/** When a file was made says nothing of what it is. */
const noTime = new Date(0);

/** It would become a part of the next release. */
function refuseOutputInside({ folder, include }: PackInput, archive: string): void {
  const around = include.find((path) => `${archive}${sep}`.startsWith(`${resolve(folder, path)}${sep}`));
  if (around === undefined) return;
  throw new ConfigurationError({
    code: 'release-output',
    message: `the archive ${archive} would lie in ${around}, which is packed`,
    hint: 'Write it somewhere else.',
  });
}

async function writeArchive(folder: string, manifest: Manifest, path: string): Promise<void> {
  const tar = tarPack();
  // Named, so that another Node.js with another default makes the same bytes; no worker threads, for the same reason.
  const zstd = createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 3 } });
  const written = pipeline(tar, zstd, createWriteStream(path));
  await Promise.all([
    written,
    writeEntries(folder, manifest, tar).catch((error) => {
      tar.destroy(error);
      throw error;
    }),
  ]).catch(async (error) => {
    await written.catch(() => {});
    throw error;
  });
  const file = await open(path, 'r+');
  await file.sync().finally(() => file.close());
}

async function writeEntries(folder: string, manifest: Manifest, tar: Pack): Promise<void> {
  await writeEntry(tar, { name: 'manifest.json', mode: 0o644, mtime: noTime }, manifestText(manifest));
  for (const entry of manifest.entries) {
    const header = tarHeader(`tree/${entry.path}`, entry, noTime);
    if (entry.type !== 'file') {
      await writeEntry(tar, header);
      continue;
    }
    const sum = sha256Of();
    const content = createReadStream(resolve(folder, entry.path));
    await writeEntry(tar, header, sum.passing(content)).catch((error) => {
      throw error.message === 'Size mismatch' ? changed(entry.path) : error;
    });
    if (sum.digest() !== entry.sha256) throw changed(entry.path);
  }
  tar.finalize();
}

function changed(path: string): BukaError {
  return new BukaError({
    code: 'release-changed',
    message: `${JSON.stringify(path)} changed while it was packed`,
    left: 'Nothing was packed.',
    hint: 'Pack when the build has ended.',
  });
}
