import type { Host } from '../cluster';
import { BukaError } from '../errors';
import { fingerprint, type KnownHosts, nameOf, typeOf } from './known-hosts';

/** What a server signs with, by type of key, in the order of preference; no SHA-1 (RFC 8332). */
const ALGORITHMS = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'],
} as const;

export type HostKeyAlgorithm = (typeof ALGORITHMS)[keyof typeof ALGORITHMS][number];

/** The types that are known for the host first, as OpenSSH does, so that the server presents a key that can be checked. */
export function hostKeyAlgorithms(knownHosts: KnownHosts, host: Host): HostKeyAlgorithm[] {
  const known = knownHosts.typesFor(host.address, host.port);
  const ordered = Object.entries(ALGORITHMS).sort(([a], [b]) => Number(known.includes(b)) - Number(known.includes(a)));
  return ordered.flatMap(([, algorithms]) => [...algorithms]);
}

/**
 * Checks the key that a server presented. Undefined: it is the host's.
 * @returns BukaError `host-key-unknown`, `host-key-mismatch`, `host-key-revoked`
 */
export function checkHostKey(knownHosts: KnownHosts, host: Host, key: Buffer): BukaError | undefined {
  const verdict = knownHosts.judge(host.address, host.port, key);
  const name = nameOf(host.address, host.port);
  const line = `${name} ${typeOf(key)} ${key.toString('base64')}`;
  const presented = `${typeOf(key)} ${fingerprint(key)}`;
  const left = 'The connection was refused before anything was sent; nothing was changed.';
  const compare = `\`ssh-keygen -lf /etc/ssh/ssh_host_${shortType(key)}_key.pub\` on ${host.name} itself`;
  switch (verdict.kind) {
    case 'known':
      return undefined;
    case 'revoked':
      return new BukaError({
        code: 'host-key-revoked',
        host: host.name,
        message: `${name} presented a key that known_hosts line ${verdict.line} revokes.`,
        seen: presented,
        left,
        hint: 'Give the host a new key (`ssh-keygen -A` after removing the old ones) and add it to known_hosts.',
      });
    case 'mismatch':
      return new BukaError({
        code: 'host-key-mismatch',
        host: host.name,
        message: `${name} presented another key than known_hosts has: the host is a new one, or someone is in between.`,
        seen: `${presented}; known: ${verdict.known
          .map(({ line: at, type, fingerprint: print }) => `${type} ${print} (line ${at})`)
          .join(', ')}`,
        left,
        hint: `Compare with ${compare}. Only if it is the same: \`ssh-keygen -R '${name}' -f known_hosts\`, then add the line: ${line}`,
      });
    case 'unknown':
      return new BukaError({
        code: 'host-key-unknown',
        host: host.name,
        message: `known_hosts has no key for ${name}.${notes(verdict)}`,
        seen: presented,
        left,
        hint: `Compare the fingerprint with ${compare}. Only if it is the same, add the line: ${line}`,
      });
  }
}

function notes({ authorities, unreadable }: { authorities: readonly number[]; unreadable: readonly number[] }): string {
  const ca =
    authorities.length > 0 ? ` Line ${authorities.join(', ')} names an authority; Buka takes plain keys only.` : '';
  return unreadable.length > 0 ? `${ca} Not readable: line ${unreadable.join(', ')}.` : ca;
}

function shortType(key: Buffer): string {
  const type = typeOf(key);
  if (type === 'ssh-rsa') return 'rsa';
  return type === 'ssh-ed25519' ? 'ed25519' : 'ecdsa';
}
