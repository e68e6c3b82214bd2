import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Accounts, groupId, type SeedEntry, userId } from './roles';

/** Writes a machine's own files below `folder`, which becomes a layer over the base. */
export function writeSeed(folder: string, entries: readonly SeedEntry[], accounts: Accounts): void {
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  for (const entry of entries) {
    const path = join(folder, entry.path);
    // A folder of an upper layer lends its owner and mode to the merged one, and all such folders are root's, 0755.
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
    if (entry.kind === 'link') {
      symlinkSync(entry.target, path);
      continue;
    }
    if (entry.kind === 'folder') mkdirSync(path, { recursive: true });
    else writeFileSync(path, entry.content);
    chownSync(path, userId(accounts, entry.owner), groupId(accounts, entry.group));
    chmodSync(path, entry.mode);
  }
}
