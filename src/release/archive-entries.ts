import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createZstdDecompress } from 'node:zlib';
import { extract as tarExtract } from 'tar-stream';
import { BukaError } from '../errors';

export interface ArchiveEntry {
  /** As it stands in the archive, but without the slash that ends a folder's name. */
  readonly name: string;
  readonly type: string;
  readonly mode: number;
  readonly size: number;
  readonly target: string;
  /** To be read to its end, or resumed, before the next entry comes. */
  readonly content: AsyncIterable<Buffer> & { resume(): void };
}

export const archiveFailure = (kind: 'unsafe' | 'damaged', message: string, seen?: string) =>
  new BukaError({
    code: `archive-${kind}`,
    message: `the archive ${message}`,
    seen,
    left: 'Nothing was changed.',
    hint: kind === 'damaged' ? 'Run the build again.' : 'No build of Buka makes this: find out where it came from.',
  });

/** @throws BukaError `archive-damaged` where the file ends too early, or isn't a tar compressed with zstd */
export async function* readEntries(file: string): AsyncGenerator<ArchiveEntry> {
  const extract = tarExtract();
  const read = pipeline(createReadStream(file), createZstdDecompress(), extract);
  // Told by the iteration below, or of no interest when that was left early.
  read.catch(() => {});
  try {
    for await (const content of extract) {
      const { name, type, mode, size, linkname } = content.header;
      yield {
        name: type === 'directory' ? name.replace(/\/$/, '') : name,
        type: type ?? 'unknown',
        mode: mode ?? 0,
        size: size ?? 0,
        target: linkname ?? '',
        content: content as AsyncIterable<unknown> as ArchiveEntry['content'],
      };
    }
    await read;
  } catch (error) {
    if (error instanceof BukaError) throw error;
    throw archiveFailure('damaged', "can't be read to its end", (error as Error).message);
  }
}
