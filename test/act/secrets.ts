import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, copyFile, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Secrets that work, and what may be seen of them nowhere. */
export interface MarkedSecrets {
  readonly secrets: Readonly<Record<string, string>>;
  /** Each text with the secret that it is of. */
  readonly markers: ReadonlyMap<string, string>;
}

/**
 * Secrets of a lab in which every part that is free to choose is a marker: the key's passphrase and comment, a comment in
 * each line of the known hosts, the token. The key's own lines are markers too, encrypted and not.
 * @param folder For the key, while its passphrase is set; nothing stays there.
 */
export async function markedSecrets(
  lab: { readonly privateKeyFile: string; readonly knownHostsFile: string },
  folder: string,
): Promise<MarkedSecrets> {
  const marker = (of: string) => `marker-of-${of}-${randomBytes(9).toString('hex')}`;
  const [passphrase, comment, hosts, token] = ['passphrase', 'key', 'hosts', 'token'].map(marker) as [
    string,
    string,
    string,
    string,
  ];
  const path = join(folder, 'key');
  await copyFile(lab.privateKeyFile, path);
  await chmod(path, 0o600);
  const change = (...words: string[]) => promisify(execFile)('ssh-keygen', [...words, '-f', path]);
  let encrypted: string;
  try {
    // On a command line, since ssh-keygen takes it from nowhere else without a terminal: before anybody watches processes.
    await change('-q', '-c', '-C', comment, '-P', '');
    await change('-q', '-p', '-P', '', '-N', passphrase);
    encrypted = await readFile(path, 'utf8');
  } finally {
    await rm(path, { force: true });
    await rm(`${path}.pub`, { force: true });
  }
  const known = (await readFile(lab.knownHostsFile, 'utf8')).replace(/^(\S.*?) *$/gm, `$1 ${hosts}`);
  const plain = await readFile(lab.privateKeyFile, 'utf8');
  const markers = new Map<string, string>();
  for (const [text, of] of [
    ...formsOf(passphrase).map((form) => [form, 'BUKA_SSH_PASSPHRASE'] as const),
    ...formsOf(comment).map((form) => [form, 'BUKA_SSH_KEY'] as const),
    ...formsOf(hosts).map((form) => [form, 'BUKA_KNOWN_HOSTS'] as const),
    ...formsOf(token).map((form) => [form, 'GITHUB_TOKEN'] as const),
    ...[...secretLines(encrypted), ...secretLines(plain)].map((line) => [line, 'BUKA_SSH_KEY'] as const),
  ])
    markers.set(text, of);
  return {
    secrets: {
      BUKA_SSH_KEY: encrypted,
      BUKA_SSH_PASSPHRASE: passphrase,
      BUKA_KNOWN_HOSTS: known,
      GITHUB_TOKEN: token,
    },
    markers,
  };
}

/** The marker as it is, in hex, and in base64 wherever it may begin in what was encoded. */
export function formsOf(marker: string): string[] {
  const bytes = Buffer.from(marker);
  const shifted = [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    // The first and the last letters depend on what stands beside.
    return encoded.slice(shift === 0 ? 0 : shift + 1, -1);
  });
  return [marker, bytes.toString('hex'), ...shifted];
}

/** Of a key's base64 those lines that are of this key alone: the first two have its kind, and its public half. */
export const secretLines = (key: string): string[] =>
  key
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('-----'))
    .slice(2)
    .filter((line) => line.length >= 16);
