import type { Duplex } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import type { Host } from '../cluster';
import { type Duration, seconds } from '../units';
import { type Credentials, Login } from './credentials';
import { connectionsClosed } from './failures';
import { KnownHosts } from './known-hosts';
import type { Remote } from './remote';
import { Session } from './session';
import { SshRemote } from './ssh-remote';

export interface ConnectionOptions {
  /** For each connection, until logged in. */
  readonly connectTimeout?: Duration;
  /** Between two questions whether a host is still there; three without an answer, and it is lost. */
  readonly keepalive?: Duration;
}

/** A host that hangs says no goodbye. */
const GOODBYE = seconds(3);

/** How a port of a host's own loopback interface is reached. */
export type Dial = (host: Host, port: number) => Promise<Duplex>;

/** Every connection of a run: one a host, made when it is first needed, kept until `close`. */
export class Connections {
  readonly #login: Login;
  readonly #knownHosts: KnownHosts;
  readonly #connectTimeout: Duration;
  readonly #keepalive: Duration;
  readonly #sessions = new Map<string, Promise<Session>>();
  readonly #remotes = new WeakMap<Session, Remote>();
  readonly #closing = new AbortController();

  /** @throws ConfigurationError `credentials-missing`, `passphrase-needed`, `passphrase-wrong`, `private-key-unreadable` */
  constructor(
    credentials: Credentials,
    { connectTimeout = seconds(15), keepalive = seconds(5) }: ConnectionOptions = {},
  ) {
    this.#login = new Login(credentials);
    this.#knownHosts = new KnownHosts(credentials.knownHosts);
    this.#connectTimeout = connectTimeout;
    this.#keepalive = keepalive;
  }

  /**
   * The host, connected. Callers at the same time share a connection; after a loss the next call makes a new one.
   * @throws BukaError `unreachable`, `host-key-unknown`, `host-key-mismatch`, `host-key-revoked`,
   *   `authentication-failed`, `handshake-failed`, `jump-failed`, `connections-closed`
   */
  async to(host: Host): Promise<Remote> {
    const session = await this.#session(host);
    const known = this.#remotes.get(session);
    if (known !== undefined) return known;
    const remote = new SshRemote(session, this.#connectTimeout);
    this.#remotes.set(session, remote);
    return remote;
  }

  /**
   * A stream to a port of the host's own loopback interface, through its connection. Nothing listens on this machine for
   * it, so no other program here can use it.
   * @throws BukaError `port-closed`, and what `to` throws
   */
  async dial(host: Host, port: number): Promise<Duplex> {
    return (await this.#session(host)).dial(port);
  }

  /** Ends every connection, also those that are being made; what still runs on a host ends within its deadline. */
  async close(): Promise<void> {
    this.#closing.abort();
    const opened = await Promise.allSettled(this.#sessions.values());
    const sessions = opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    // A jump host last: the others go through it.
    const behind = sessions.filter(({ host }) => host.jump !== undefined);
    await Promise.all(behind.map((session) => session.close()));
    await Promise.all(sessions.map((session) => session.close()));
  }

  /** The same at the end of a run, which waits for it no longer than a moment. */
  async leave(): Promise<void> {
    await Promise.race([this.close(), setTimeout(GOODBYE, undefined, { ref: false })]);
  }

  async #session(host: Host): Promise<Session> {
    if (this.#closing.signal.aborted) throw connectionsClosed(host);
    const key = routeTo(host);
    const present = this.#sessions.get(key);
    if (present !== undefined) {
      const session = await present;
      if (session.lost === undefined) return session;
      if (this.#sessions.get(key) === present) this.#sessions.delete(key);
      return this.#session(host);
    }
    const opening = this.#open(host);
    this.#sessions.set(key, opening);
    opening.catch(() => {
      if (this.#sessions.get(key) === opening) this.#sessions.delete(key);
    });
    return opening;
  }

  async #open(host: Host): Promise<Session> {
    const through = host.jump === undefined ? undefined : await this.#session(host.jump);
    return Session.open(host, {
      login: this.#login,
      knownHosts: this.#knownHosts,
      connectTimeout: this.#connectTimeout,
      keepalive: this.#keepalive,
      through,
      signal: this.#closing.signal,
    });
  }
}

/** Hosts that differ in any part of the way are different connections, whatever their names. */
function routeTo({ name, user, address, port, jump }: Host): string {
  return JSON.stringify([name, user, address, port, jump === undefined ? null : routeTo(jump)]);
}
