import type { Host } from '../cluster';
import { BukaError } from '../errors';
import { type Duration, formatDuration } from '../units';
import { nameOf } from './known-hosts';

const UNTOUCHED = 'Nothing was changed on it.';

interface Attempt {
  readonly host: Host;
  readonly cause: unknown;
  /** What the user was logged in with. */
  readonly tried: string;
  /** What the server would have taken: `publickey`. */
  readonly accepted: readonly string[];
  readonly timeout: Duration;
}

/** ssh2's errors tell by `level` in which part of the connection they arose, and by `code` what the system said. */
export function connectFailure({ host, cause, tried, accepted, timeout }: Attempt): BukaError {
  const { level, code } = cause as { level?: string; code?: string | number };
  const seen = messageOf(cause);
  const common = { host: host.name, seen, left: UNTOUCHED, cause };
  if (level === 'client-authentication' || level === 'agent' || /authentication failures/i.test(seen))
    return new BukaError({
      ...common,
      code: 'authentication-failed',
      message: `${host.user} can’t log in; tried ${tried}.`,
      seen: accepted.length > 0 ? `${seen}; the host takes ${accepted.join(', ')}` : seen,
      hint: `\`ssh-keygen -lf ~${host.user}/.ssh/authorized_keys\` on ${host.name} has to list that key; the host’s \`journalctl -u ssh\` tells why it refused.`,
    });
  if (level === 'handshake')
    return new BukaError({
      ...common,
      code: 'handshake-failed',
      message: 'The two sides share no way to encrypt or to prove the host’s key.',
      hint: `\`ssh -v -p ${host.port} ${host.user}@${host.address}\` shows what the host offers; SHA-1 signatures are not taken.`,
    });
  return new BukaError({
    ...common,
    code: 'unreachable',
    message:
      level === 'client-timeout'
        ? `${nameOf(host.address, host.port)} did not let us in within ${formatDuration(timeout)}.`
        : `${nameOf(host.address, host.port)} can’t be reached by SSH${host.jump ? ` through ${host.jump.name}` : ''}.`,
    hint: unreachableHint(host, code),
  });
}

function unreachableHint(host: Host, code: string | number | undefined): string {
  if (code === 'ENOTFOUND') return `Check the address of ${host.name} in buka.yml.`;
  if (code === 'ECONNREFUSED')
    return `Is sshd running, and on port ${host.port}? \`systemctl status ssh\` on ${host.name}.`;
  const via = host.jump === undefined ? '' : `-J ${host.jump.user}@${host.jump.address}:${host.jump.port} `;
  return `Try \`ssh ${via}-p ${host.port} ${host.user}@${host.address}\`; is the machine up, and does a firewall let you in?`;
}

/** SSH_OPEN_ADMINISTRATIVELY_PROHIBITED (RFC 4254, 5.1). */
const PROHIBITED = 1;

export function forwardFailure(jump: Host, target: Host, cause: unknown): BukaError {
  return new BukaError({
    code: 'jump-failed',
    host: target.name,
    message: `${jump.name} opened no connection to ${nameOf(target.address, target.port)}.`,
    seen: (cause as { reason?: number }).reason === PROHIBITED ? 'administratively prohibited' : messageOf(cause),
    left: UNTOUCHED,
    hint: `On ${jump.name}: does \`nc -z ${target.address} ${target.port}\` succeed, and does sshd_config have AllowTcpForwarding yes?`,
    cause,
  });
}

export function dialFailure(host: Host, port: number, cause: unknown): BukaError {
  const prohibited = (cause as { reason?: number }).reason === PROHIBITED;
  return new BukaError({
    code: 'port-closed',
    host: host.name,
    message: `It opened no connection to its own port ${port}.`,
    seen: prohibited ? 'administratively prohibited' : messageOf(cause),
    left: UNTOUCHED,
    hint: prohibited
      ? `On ${host.name}: sshd_config needs AllowTcpForwarding local, or yes, for ${host.user}; PermitOpen 127.0.0.1:${port} is enough.`
      : `On ${host.name}: does \`ss -ltn\` list 127.0.0.1:${port}? If not, what should listen there is down.`,
    cause,
  });
}

export function sessionRefused(host: Host, cause: unknown): BukaError {
  return new BukaError({
    code: 'session-refused',
    host: host.name,
    message: 'The host opens no session on the connection.',
    seen: messageOf(cause),
    left: 'Nothing was started.',
    hint: 'Check MaxSessions and ForceCommand in sshd_config, and the options before the key in authorized_keys.',
    cause,
  });
}

/** @param step the script that was running, or was to be; @param deadline of that script */
export function connectionLost(host: Host, cause: unknown, step: string, deadline: Duration): BukaError {
  return new BukaError({
    code: 'connection-lost',
    host: host.name,
    step,
    message: `The connection to ${host.name} was lost.`,
    seen: messageOf(cause),
    left: `"${step}" may still run on ${host.name}; it ends by itself within ${formatDuration(deadline)} of its start.`,
    hint: `When ${host.name} answers again, run the same command again.`,
    cause,
  });
}

export function connectionsClosed(host: Host): BukaError {
  return new BukaError({
    code: 'connections-closed',
    host: host.name,
    message: 'The run is over, and has closed its connections.',
  });
}

/** Node tries every address of a name; the error about all of them has a code, but no message. */
function messageOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.message || String((cause as { code?: string }).code ?? cause.name);
}
