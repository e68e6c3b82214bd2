import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folders = new Set<string>();

/** A folder that goes when this process ends, whichever way that is short of being killed. */
export async function temporaryFolder(prefix: string): Promise<string> {
  if (folders.size === 0) process.once('exit', () => folders.forEach(removeTemporary));
  const folder = await mkdtemp(join(tmpdir(), prefix));
  folders.add(folder);
  return folder;
}

/** Removes one that is no longer needed. */
export function removeTemporary(folder: string): void {
  folders.delete(folder);
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
