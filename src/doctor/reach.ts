import type { Host } from '../cluster';
import { BukaError } from '../errors';
import { scanOf } from '../init';
import { knownKeys, type Remote } from '../remote';
import { isUnreachable } from '../rollout';
import { type Finding, failed, ok, unchecked, wrong } from './finding';
import { type HostFacts, readHostFacts } from './host-facts';

/** A host that let us in and ran something, or why it didn't. */
export interface Reach {
  readonly findings: readonly Finding[];
  readonly answer: { readonly remote: Remote; readonly facts: HostFacts } | BukaError;
}

interface About {
  readonly remote: (host: Host) => Promise<Remote>;
  readonly knownHosts: string;
  /** Milliseconds since 1970, of this machine. */
  readonly now: () => number;
}

/** Connects, which tells by where it fails: the way there, the host's key, the login. */
export async function reach(host: Host, { remote, knownHosts, now }: About): Promise<Reach> {
  try {
    const connected = await remote(host);
    const facts = await connected.run(readHostFacts(now));
    const known = knownKeys(knownHosts, host);
    return {
      answer: { remote: connected, facts },
      findings: [
        ok(host.name, 'reachable', whereTo(host)),
        ok(host.name, 'host key', `as known_hosts has it${known.length > 0 ? ` (${known.join(', ')})` : ''}`),
        ok(host.name, 'login', `as ${host.user}`),
      ],
    };
  } catch (error) {
    if (!(error instanceof BukaError)) throw error;
    return { answer: error, findings: notReached(host, error, knownHosts) };
  }
}

const whereTo = ({ address, port, jump }: Host) =>
  `${address}, port ${port}${jump === undefined ? '' : `, through ${jump.name}`}`;

function notReached(host: Host, error: BukaError, knownHosts: string): Finding[] {
  const { name } = host;
  const { code } = error;
  const at = (what: string) => unchecked(name, what, 'it was not reached');
  // What is wrong with the jump host is told where that is checked.
  if (error.failure.host !== undefined && error.failure.host !== name)
    return [
      unchecked(name, 'reachable', `the way there goes through ${error.failure.host}, which is not reached itself`),
      keyUnseen(host, knownHosts),
      at('login'),
    ];
  if (code.startsWith('host-key-') || code === 'handshake-failed')
    return [
      ok(name, 'reachable', whereTo(host)),
      failed(name, 'host key', error),
      unchecked(name, 'login', 'nobody logs in to a host that is not known'),
    ];
  if (isUnreachable(error) && code !== 'script-timeout' && code !== 'connection-lost')
    return [failed(name, 'reachable', error), keyUnseen(host, knownHosts), at('login')];
  return [
    ok(name, 'reachable', whereTo(host)),
    ok(name, 'host key', 'as known_hosts has it'),
    code === 'authentication-failed' ? orBare(failed(name, 'login', error)) : failed(name, 'login', error),
  ];
}

/** Nobody but root can log in to a machine as its provider hands it out. */
const orBare = (finding: Finding): Finding => ({
  ...finding,
  next: `A bare machine? \`buka provision\`, as root, makes that account. Else: ${finding.next}`,
});

/** Whether known_hosts has one can be told without the host; whether it is that one can't. */
function keyUnseen(host: Host, knownHosts: string): Finding {
  const known = knownKeys(knownHosts, host);
  if (known.length > 0)
    return unchecked(host.name, 'host key', `known_hosts has one (${known.join(', ')}); the host was not reached`);
  return wrong(host.name, 'host key', 'known_hosts has none for it', scan(host), 'host-key-unknown');
}

/** ssh-keyscan believes whoever answers, so what it found has to be compared. */
const scan = (host: Host): string =>
  `${scanOf([host])}; then compare \`ssh-keygen -lf known_hosts\` with \`ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub\` on ${host.name} itself`;
