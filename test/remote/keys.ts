import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface KeyFile {
  readonly path: string;
  /** The private key's text. */
  readonly secret: string;
  /** `ssh-ed25519 AAAA…`, without the comment. */
  readonly shared: string;
  /** On the wire. */
  readonly blob: Buffer;
}

/** A key made by the real ssh-keygen; `args` are its own. */
export function makeKey(folder: string, name: string, ...args: string[]): KeyFile {
  const path = join(folder, name);
  execFileSync('ssh-keygen', ['-q', '-C', 'test', '-f', path, ...(args.includes('-N') ? [] : ['-N', '']), ...args]);
  const shared = readFileSync(`${path}.pub`, 'utf8').split(' ').slice(0, 2).join(' ');
  return { path, secret: readFileSync(path, 'utf8'), shared, blob: Buffer.from(shared.split(' ')[1] ?? '', 'base64') };
}
