import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Config, NodeSSH } from 'node-ssh';
import type { AnyAuthMethod, Client, ClientChannel } from 'ssh2';
import type { Host } from '../cluster';
import type { BukaError } from '../errors';
import type { Duration } from '../units';
import type { Login } from './credentials';
import { connectFailure, connectionsClosed, dialFailure, forwardFailure, sessionRefused } from './failures';
import { checkHostKey, hostKeyAlgorithms } from './host-key';
import type { KnownHosts } from './known-hosts';

export interface SessionOptions {
  readonly login: Login;
  readonly knownHosts: KnownHosts;
  /** From the first packet until logged in. */
  readonly connectTimeout: Duration;
  /** Between two questions to the host whether it is still there; after three without an answer it isn't. */
  readonly keepalive: Duration;
  /** The jump host's session, that the connection goes through. */
  readonly through?: Session | undefined;
  /** Gives up connecting. */
  readonly signal: AbortSignal;
}

/** One SSH connection to a host whose key was verified. */
export class Session {
  readonly host: Host;
  readonly #client: Client;
  readonly #onLost = new Set<() => void>();
  #lost: Error | undefined;

  private constructor(host: Host, client: Client) {
    this.host = host;
    this.#client = client;
    client.on('error', (error) => this.#lose(error));
    client.on('close', () => this.#lose(new Error('The connection was closed.')));
  }

  /**
   * @throws BukaError `unreachable`, `host-key-unknown`, `host-key-mismatch`, `host-key-revoked`,
   *   `authentication-failed`, `handshake-failed`, `jump-failed`, `connections-closed`
   */
  static async open(host: Host, options: SessionOptions): Promise<Session> {
    const { login, knownHosts, through, signal } = options;
    const sock = through === undefined ? dial(host) : await through.forward(host);
    const giveUp = () => void sock.destroy();
    signal.addEventListener('abort', giveUp);
    if (signal.aborted) giveUp();
    let refused: BukaError | undefined;
    const attempts = { left: login.methods(host.user), accepted: [] as string[] };
    const config: Config = {
      sock,
      username: host.user,
      algorithms: { serverHostKey: hostKeyAlgorithms(knownHosts, host) },
      hostVerifier: (key: Buffer) => {
        refused = checkHostKey(knownHosts, host, key);
        return refused === undefined;
      },
      authHandler: (accepted, _partial, next) => {
        if (accepted !== null) attempts.accepted = accepted;
        // ssh2 takes `false` for "no more"; its types lack that.
        next((attempts.left.shift() ?? false) as AnyAuthMethod);
      },
      readyTimeout: options.connectTimeout,
      keepaliveInterval: options.keepalive,
      keepaliveCountMax: 3,
    };
    const ssh = new NodeSSH();
    const connected = ssh.connect(config);
    const client = ssh.connection;
    if (client === null) throw await connected.then(() => new Error('node-ssh made no client'));
    const session = new Session(host, client);
    try {
      await connected;
      return session;
    } catch (cause) {
      client.destroy();
      if (signal.aborted) throw connectionsClosed(host);
      const { accepted } = attempts;
      throw refused ?? connectFailure({ host, cause, tried: login.tried, accepted, timeout: options.connectTimeout });
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  /** Why the connection went away; undefined while nothing has told of that. */
  get lost(): Error | undefined {
    return this.#lost;
  }

  /** `lost`, after the host was asked: one that goes down may end the shells on it a moment before the connection. */
  async askWhetherLost(): Promise<Error | undefined> {
    if (this.lost === undefined) {
      await this.exec(':').then(
        (channel) => channel.destroy(),
        () => {},
      );
    }
    return this.lost;
  }

  /** Calls the listener when the connection goes away, at once if it has. Returns how to take it back. */
  whenLost(listener: () => void): () => void {
    if (this.#lost !== undefined) queueMicrotask(listener);
    else this.#onLost.add(listener);
    return () => this.#onLost.delete(listener);
  }

  /** @throws BukaError `session-refused` when sshd opens no more sessions on this connection */
  exec(command: string): Promise<ClientChannel> {
    return this.#ask(
      (done) => this.#client.exec(command, done),
      (cause) => sessionRefused(this.host, cause),
    );
  }

  /** @throws BukaError `jump-failed` */
  forward(target: Host): Promise<Duplex> {
    return this.#ask<Duplex>(
      (done) => this.#client.forwardOut('127.0.0.1', 0, target.address, target.port, done),
      (cause) => forwardFailure(this.host, target, cause),
    );
  }

  /**
   * A connection to a port of the host itself, of those that it listens on for itself alone.
   * @throws BukaError `port-closed`
   */
  dial(port: number): Promise<Duplex> {
    return this.#ask<Duplex>(
      (done) => this.#client.forwardOut('127.0.0.1', 0, '127.0.0.1', port, done),
      (cause) => dialFailure(this.host, port, cause),
    );
  }

  /** Says goodbye, and lets go of the connection after a second if the host doesn't answer. */
  async close(): Promise<void> {
    if (this.#lost !== undefined) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, 1000);
      this.whenLost(() => {
        clearTimeout(timer);
        resolve();
      });
      this.#client.end();
    });
    this.#client.destroy();
  }

  /** A question that is refused, answered, or never answered because the connection went. */
  #ask<Answer>(
    question: (done: (error: Error | undefined, answer: Answer) => void) => void,
    refusal: (cause: unknown) => BukaError,
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const forget = this.whenLost(() => reject(refusal(this.lost)));
      try {
        question((error, answer) => {
          forget();
          if (error === undefined || error === null) resolve(answer);
          else reject(refusal(this.lost ?? error));
        });
      } catch (error) {
        forget();
        this.#lose(error as Error);
        reject(refusal(error));
      }
    });
  }

  #lose(error: Error): void {
    if (this.#lost !== undefined) return;
    this.#lost = error;
    this.#client.destroy();
    for (const listener of this.#onLost) listener();
    this.#onLost.clear();
  }
}

/** Small packets leave at once: ssh2 doesn't ask for that, and a script would wait for the receipt of what went before. */
function dial(host: Host): Duplex {
  return connect({ host: host.address, port: host.port, noDelay: true });
}
