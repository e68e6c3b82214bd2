import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { must } from './exec';

export interface KeyPair {
  readonly private: string;
  /** One line, as in a `.pub` file. */
  readonly public: string;
}

/**
 * A new ed25519 key pair in OpenSSH's format, without a passphrase.
 * @param place The lab's folder, which `down` removes: also after a kill, no key stays.
 */
export async function keyPair(place: string, comment: string): Promise<KeyPair> {
  const folder = mkdtempSync(join(place, 'key-'));
  try {
    const path = join(folder, 'key');
    await must('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', path]);
    return { private: readFileSync(path, 'utf8'), public: readFileSync(`${path}.pub`, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A public key without its comment: `ssh-ed25519 AAAA…`. */
export const keyOf = (publicKey: string): string => publicKey.split(' ').slice(0, 2).join(' ').trim();

/** A line of a `known_hosts` file (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"). */
export function knownHost({ address, port }: { address: string; port: number }, publicKey: string): string {
  return `${port === 22 ? address : `[${address}]:${port}`} ${keyOf(publicKey)}\n`;
}
