import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { homedir, hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import type { Cluster } from '../cluster';
import { ConfigurationError } from '../errors';
import type { Credentials, Dial } from '../remote';
import type { Reporter } from '../reporter';
import type { Context } from '../rollout';

/** The options of every command that reaches hosts. */
export interface HostOptions {
  /** Path of a private key. */
  readonly key?: string | undefined;
  /** Path of a known_hosts file. */
  readonly knownHosts?: string | undefined;
}

/**
 * Gives a use case what it works with, and ends the connections after it.
 * @param signal what cancels the use case; one that only reads needs none
 */
export async function withContext<T>(
  cluster: Cluster,
  reporter: Reporter,
  options: HostOptions,
  use: (context: Context, dial: Dial) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const credentials = await readCredentials(options);
  const { Connections } = await import('../remote');
  const connections = new Connections(credentials);
  try {
    const remote = connections.to.bind(connections);
    return await use({ cluster, remote, reporter, run: terminalRun(), signal }, connections.dial.bind(connections));
  } finally {
    await connections.leave();
  }
}

/**
 * @throws ConfigurationError `key-missing`, `known-hosts-missing`
 */
export async function readCredentials(
  options: HostOptions,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Credentials> {
  const [login, knownHosts] = await Promise.all([readLogin(options, env), readKnownHosts(options)]);
  return { ...login, knownHosts };
}

/**
 * A key that was named, else the key in BUKA_SSH_KEY, else the agent: never two of them, so that it is plain which
 * one was refused.
 * @throws ConfigurationError `key-missing`
 */
export async function readLogin({ key }: HostOptions, env = process.env): Promise<Omit<Credentials, 'knownHosts'>> {
  const privateKey =
    key === undefined
      ? env.BUKA_SSH_KEY
      : await read(key, 'key-missing', 'Name the private key: --key PATH, or leave --key out to use the agent.');
  return {
    privateKey,
    passphrase: env.BUKA_SSH_PASSPHRASE,
    agent: privateKey ? undefined : env.SSH_AUTH_SOCK,
  };
}

/** @throws ConfigurationError `known-hosts-missing` */
export function readKnownHosts({ knownHosts = join(homedir(), '.ssh', 'known_hosts') }: HostOptions): Promise<string> {
  return read(
    knownHosts,
    'known-hosts-missing',
    'Name the file with the public keys of your hosts: --known-hosts PATH; docs/ssh.md shows how to collect and verify them.',
  );
}

async function read(path: string, code: string, hint: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause) => {
    const seen = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigurationError({
      code,
      message: `${path} can't be read.`,
      seen,
      left: 'Nothing was changed.',
      hint,
      cause,
    });
  });
}

export const terminalRun = () => ({ id: randomUUID(), by: `${userInfo().username}@${hostname()}` });
