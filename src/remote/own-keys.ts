import ssh2 from 'ssh2';
import type { Host } from '../cluster';
import { ConfigurationError } from '../errors';
import { type Credentials, Login } from './credentials';
import { fingerprint, KnownHosts } from './known-hosts';

/**
 * The keys that hosts would be shown, as `ssh-keygen -l` tells them. An agent is asked for what it has.
 * @throws ConfigurationError `credentials-missing`, `passphrase-needed`, `passphrase-wrong`, `private-key-unreadable`,
 *   `agent-unusable`
 */
export async function loginKeys(credentials: Credentials): Promise<string> {
  const login = new Login(credentials);
  const { agent } = credentials;
  if (agent === undefined || agent === '') return login.tried;
  const keys = await agentKeys(agent);
  if (keys.length === 0) throw unusable(`The agent at ${agent} has no key.`, undefined);
  return `${login.tried}: ${keys.join(', ')}`;
}

function agentKeys(path: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    ssh2.createAgent(path).getIdentities((error, keys) => {
      if (error) reject(unusable(`The agent at ${path} can't be asked.`, error));
      else resolve((keys ?? []).map(nameOfKey));
    });
  });
}

/** ssh2 gives an agent's keys as parsed ones, or as they are on the wire. */
function nameOfKey(key: unknown): string {
  const parsed = ssh2.utils.parseKey(key as Buffer);
  const one = Array.isArray(parsed) ? parsed[0] : parsed;
  if (one === undefined || one instanceof Error) return 'a key of an unknown type';
  return `${one.type} ${fingerprint(one.getPublicSSH())}`;
}

function unusable(message: string, cause: Error | undefined): ConfigurationError {
  return new ConfigurationError({
    code: 'agent-unusable',
    message,
    ...(cause && { seen: cause.message, cause }),
    hint: 'Load the key: `eval "$(ssh-agent)" && ssh-add ~/.ssh/buka`, or name it: --key ~/.ssh/buka.',
  });
}

/** The types of the keys that a known_hosts file has for a host; none where it has none that counts. */
export const knownKeys = (knownHosts: string, { address, port }: Host): string[] =>
  new KnownHosts(knownHosts).typesFor(address, port);
