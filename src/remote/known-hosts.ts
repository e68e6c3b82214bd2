import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** A line of a known_hosts file, as sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT", has it. */
interface Entry {
  readonly line: number;
  readonly marker: '' | '@cert-authority' | '@revoked';
  readonly patterns: string;
  readonly type: string;
  readonly key: Buffer;
}

export interface KnownKey {
  readonly line: number;
  readonly type: string;
  readonly fingerprint: string;
}

export type Verdict =
  | { readonly kind: 'known' }
  | { readonly kind: 'revoked'; readonly line: number }
  /** The host has other keys in the file. */
  | { readonly kind: 'mismatch'; readonly known: readonly KnownKey[] }
  | {
      readonly kind: 'unknown';
      /** Lines with a certificate authority for the host, which Buka doesn't take. */
      readonly authorities: readonly number[];
      /** Lines that can't be read: the host may have been meant there. */
      readonly unreadable: readonly number[];
    };

/** The host keys that somebody has verified. No package for Node reads hashed names, patterns and markers alike. */
export class KnownHosts {
  readonly #entries: Entry[] = [];
  readonly #unreadable: number[] = [];

  /** @param text the file's content */
  constructor(text: string) {
    for (const [index, raw] of text.split(/\r?\n/).entries()) {
      const line = raw.trim();
      if (line === '' || line.startsWith('#')) continue;
      const entry = parseLine(line, index + 1);
      if (entry === undefined) this.#unreadable.push(index + 1);
      else this.#entries.push(entry);
    }
  }

  /** The types of the keys that the file has for a host, so that the server is asked for one of these. */
  typesFor(address: string, port: number): string[] {
    const entries = this.#of(address, port).filter(({ marker }) => marker === '');
    return [...new Set(entries.map(({ type }) => type))];
  }

  /** @param key what the server presented, as on the wire (RFC 4253, 6.6) */
  judge(address: string, port: number, key: Buffer): Verdict {
    const entries = this.#of(address, port);
    const revoked = entries.find((entry) => entry.marker === '@revoked' && entry.key.equals(key));
    if (revoked !== undefined) return { kind: 'revoked', line: revoked.line };
    const plain = entries.filter(({ marker }) => marker === '');
    if (plain.some((entry) => entry.key.equals(key))) return { kind: 'known' };
    const own = plain.filter(({ patterns }) => matches(patterns, nameOf(address, port)));
    if (own.length > 0)
      return {
        kind: 'mismatch',
        known: own.map(({ line, type, key: known }) => ({ line, type, fingerprint: fingerprint(known) })),
      };
    return {
      kind: 'unknown',
      authorities: entries.filter(({ marker }) => marker === '@cert-authority').map(({ line }) => line),
      unreadable: this.#unreadable,
    };
  }

  /** A port other than 22 has names of its own; without any, the host's key on port 22 counts, as in OpenSSH. */
  #of(address: string, port: number): Entry[] {
    const own = this.#entries.filter(({ patterns }) => matches(patterns, nameOf(address, port)));
    if (port === 22 || own.some(({ marker }) => marker === '')) return own;
    return this.#entries.filter((entry) => own.includes(entry) || matches(entry.patterns, address.toLowerCase()));
  }
}

/** How known_hosts names an address: `10.0.0.11`, `[10.0.0.11]:2222`. */
export function nameOf(address: string, port: number): string {
  return port === 22 ? address.toLowerCase() : `[${address.toLowerCase()}]:${port}`;
}

/** As OpenSSH prints it: `SHA256:…`. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** The type that a key on the wire says it is: `ssh-ed25519`. */
export function typeOf(key: Buffer): string {
  const length = key.length < 4 ? Number.NaN : key.readUInt32BE(0);
  return length <= key.length - 4 ? key.toString('latin1', 4, 4 + length) : '';
}

function parseLine(text: string, line: number): Entry | undefined {
  const words = text.split(/[ \t]+/);
  const marker = words[0]?.startsWith('@') ? words.shift() : '';
  const [patterns, type, encoded] = words;
  if (marker !== '' && marker !== '@cert-authority' && marker !== '@revoked') return undefined;
  if (patterns === undefined || type === undefined || encoded === undefined) return undefined;
  const key = Buffer.from(encoded, 'base64');
  return typeOf(key) === type ? { line, marker, patterns, type, key } : undefined;
}

/** A hashed name, or patterns with commas between: one must match, and none with an exclamation mark may. */
function matches(patterns: string, name: string): boolean {
  if (patterns.startsWith('|')) return matchesHash(patterns, name);
  let found = false;
  for (const pattern of patterns.toLowerCase().split(',')) {
    const negated = pattern.startsWith('!');
    if (!matchesPattern(negated ? pattern.slice(1) : pattern, name)) continue;
    if (negated) return false;
    found = true;
  }
  return found;
}

/** `|1|salt|hash`, HMAC-SHA1 of the name with the salt as its key. */
function matchesHash(hashed: string, name: string): boolean {
  const [, version, salt, hash] = hashed.split('|');
  if (version !== '1' || salt === undefined || hash === undefined) return false;
  const wanted = Buffer.from(hash, 'base64');
  const actual = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest();
  return wanted.length === actual.length && timingSafeEqual(wanted, actual);
}

/** `*` and `?`, without a regular expression, so that no pattern takes exponential time. */
function matchesPattern(pattern: string, name: string): boolean {
  let reach = new Set([0]);
  for (const sign of pattern) {
    const next = new Set<number>();
    for (const at of reach) {
      if (sign === '*') for (let to = at; to <= name.length; to += 1) next.add(to);
      else if (at < name.length && (sign === '?' || sign === name[at])) next.add(at + 1);
    }
    reach = next;
  }
  return reach.has(name.length);
}
