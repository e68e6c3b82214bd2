import { pipeline } from 'node:stream/promises';
import type { Header, Pack } from 'tar-stream';
import type { ManifestEntry } from './release';

export type TarHeader = Partial<Header> & Pick<Header, 'name'>;

/** A header without an owner, and with no other time than the one given. */
export function tarHeader(name: string, entry: ManifestEntry, mtime: Date): TarHeader {
  const common = { name, mtime, uid: 0, gid: 0, type: entry.type };
  if (entry.type === 'symlink') return { ...common, mode: 0o777, linkname: entry.target };
  if (entry.type === 'directory') return { ...common, mode: entry.mode };
  return { ...common, mode: entry.mode, size: entry.size };
}

/** Resolves when whoever reads the tar has taken the entry. */
export function writeEntry(tar: Pack, header: TarHeader, content?: string | AsyncIterable<Buffer>): Promise<void> {
  return new Promise((done, failed) => {
    const callback = (error?: Error | null) => (error ? failed(error) : done());
    if (typeof content === 'string') {
      tar.entry(header, content, callback);
      return;
    }
    const sink = tar.entry(header, callback);
    if (content) pipeline(content, sink).catch(failed);
  });
}
