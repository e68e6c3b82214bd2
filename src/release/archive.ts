import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { type Pack, pack as tarPack } from 'tar-stream';
import { ConfigurationError } from '../errors';
import { type Bytes, bytes } from '../units';
import { readEntries } from './archive-entries';
import { verifyArchive } from './archive-verify';
import { releaseIdOf } from './manifest';
import type { Manifest, ReleaseId } from './release';
import { tarHeader, writeEntry } from './tar';

/** A packed release that was read from end to end and found whole and harmless. */
export interface Archive {
  readonly id: ReleaseId;
  readonly manifest: Manifest;
  /** Size of the file. */
  readonly bytes: Bytes;
  /** A tar of the files whose paths are `needed`, and of every folder and symlink. */
  payload(needed: ReadonlySet<string>): Readable;
}

/**
 * Opens what `pack` made. Everything in it is checked before it is trusted, since it may have come through an
 * artifact store.
 * @throws ConfigurationError `archive-missing`; BukaError `archive-unsafe` for what tries to leave its folder,
 *   `archive-damaged` for what isn't whole or doesn't match its own manifest
 */
export async function openArchive(file: string): Promise<Archive> {
  const { size, mtime } = await stat(file).catch((cause) => {
    throw new ConfigurationError({
      code: 'archive-missing',
      message: `the archive ${file} can't be read (${cause.code})`,
      hint: 'The build makes it: was its artifact downloaded to where the deploy looks?',
      cause,
    });
  });
  const manifest = await verifyArchive(file);
  return {
    id: releaseIdOf(manifest),
    manifest,
    bytes: bytes(size),
    payload(needed) {
      const tar = tarPack();
      select(file, manifest, needed, mtime, tar).catch((error) => tar.destroy(error));
      return Readable.from(tar, { objectMode: false });
    },
  };
}

/**
 * Files get the time of the archive, the same on every worker: a file whose content changed has another time than
 * before, as web servers expect that make an ETag of time and size.
 */
async function select(file: string, manifest: Manifest, needed: ReadonlySet<string>, mtime: Date, tar: Pack) {
  const wanted = new Map(
    manifest.entries
      .filter(({ type, path }) => type !== 'file' || needed.has(path))
      .map((entry) => [`tree/${entry.path}`, entry]),
  );
  for await (const { name, content } of readEntries(file)) {
    const entry = wanted.get(name);
    if (entry) await writeEntry(tar, tarHeader(entry.path, entry, mtime), entry.type === 'file' ? content : undefined);
    if (entry?.type !== 'file') content.resume();
  }
  tar.finalize();
}
