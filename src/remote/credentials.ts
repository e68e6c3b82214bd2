import ssh2, { type AnyAuthMethod, type ParsedKey } from 'ssh2';
import { ConfigurationError } from '../errors';
import { fingerprint } from './known-hosts';

export interface Credentials {
  /** Path of an agent's socket, as in SSH_AUTH_SOCK. */
  readonly agent?: string | undefined;
  /** The text of a private key: OpenSSH's format, or PEM of RSA and ECDSA. */
  readonly privateKey?: string | undefined;
  readonly passphrase?: string | undefined;
  /** The content of a known_hosts file. */
  readonly knownHosts: string;
}

/** How a user is logged in: the key first, then what the agent has. */
export class Login {
  readonly #key: ParsedKey | undefined;
  readonly #agent: string | undefined;

  /**
   * Decrypts the key, once for all hosts.
   * @throws ConfigurationError `credentials-missing`, `passphrase-needed`, `passphrase-wrong`, `private-key-unreadable`
   */
  constructor({ agent, privateKey, passphrase }: Credentials) {
    this.#agent = agent === '' ? undefined : agent;
    this.#key = privateKey?.trim() ? parseKey(privateKey, passphrase) : undefined;
    if (this.#key === undefined && this.#agent === undefined)
      throw new ConfigurationError({
        code: 'credentials-missing',
        message: 'There is neither a private key nor an agent to log in with.',
        hint: 'Set the input `ssh-key`, or start an agent: `eval "$(ssh-agent)" && ssh-add`.',
      });
  }

  /** What is tried, for messages. */
  get tried(): string {
    const key = this.#key && `the private key (${this.#key.type} ${fingerprint(this.#key.getPublicSSH())})`;
    return [key, this.#agent && `the agent at ${this.#agent}`].filter(Boolean).join(', ');
  }

  methods(username: string): AnyAuthMethod[] {
    const methods: AnyAuthMethod[] = [];
    if (this.#key !== undefined) methods.push({ type: 'publickey', username, key: this.#key });
    if (this.#agent !== undefined) methods.push({ type: 'agent', username, agent: this.#agent });
    return methods;
  }
}

function parseKey(text: string, passphrase: string | undefined): ParsedKey {
  const parsed = ssh2.utils.parseKey(text, passphrase === '' ? undefined : passphrase);
  if (parsed instanceof Error) throw unreadable(parsed.message);
  const key = Array.isArray(parsed) ? parsed[0] : parsed;
  if (key === undefined || !key.isPrivateKey()) throw unreadable('It is a public key.');
  return key;
}

function unreadable(seen: string): ConfigurationError {
  if (/no passphrase given/i.test(seen))
    return new ConfigurationError({
      code: 'passphrase-needed',
      message: 'The private key is encrypted, and no passphrase was given.',
      hint: 'Set the input `ssh-passphrase`, or load the key into an agent with `ssh-add`.',
    });
  if (/bad passphrase/i.test(seen))
    return new ConfigurationError({
      code: 'passphrase-wrong',
      message: 'The passphrase does not open the private key.',
      hint: 'Check it with `ssh-keygen -y -f KEY`, which asks for it.',
    });
  return new ConfigurationError({
    code: 'private-key-unreadable',
    message: 'The private key can’t be read.',
    seen,
    hint: 'Give the whole file, from -----BEGIN to -----END; `ssh-keygen -p -f KEY` rewrites it in OpenSSH’s format.',
  });
}
