import { distance } from 'fastest-levenshtein';
import type { Host } from '../../cluster';
import { BukaError, type Failure } from '../../errors';
import type { Facts } from './facts';

export interface Context {
  readonly host: Host;
  readonly masterSocket: string;
  readonly service: string;
  readonly worker?: string | undefined;
  readonly step: string;
}

const unchanged = 'Nothing was changed.';

/** Every way in which a script on a load balancer refuses or fails, by the code that it prints. */
export function failureOf(code: string, seen: string, facts: Facts, context: Context): BukaError {
  const { host, masterSocket, service, step } = context;
  const worker = context.worker ?? 'the worker';
  const give = `As root on ${host.name}: EXTRAOPTS="-S ${masterSocket},mode,660,group,haproxy" in /etc/default/haproxy, \
\`usermod -aG haproxy ${host.user}\`, \`systemctl restart haproxy\`. See docs/haproxy.md.`;
  const mark = `~/.buka/${service}/${worker}`;
  const told = failures({ give, mark, host, masterSocket, worker });
  if (code === 'unknown-name') return unknownName(facts, context);
  const failure: Partial<Failure> = told[code] ?? { message: 'The load balancer refused.' };
  return new BukaError({
    message: '',
    left: unchanged,
    ...failure,
    code,
    host: host.name,
    step,
    ...(seen !== '' && { seen }),
  });
}

interface Words {
  readonly give: string;
  readonly mark: string;
  readonly host: Host;
  readonly masterSocket: string;
  readonly worker: string;
}

function failures({ give, mark, host, masterSocket, worker }: Words): Record<string, Partial<Failure>> {
  const log = `Look at the guard's log, ${mark}/guard.log on ${host.name}, and run it again.`;
  const asItIs = `${worker} is as the last step left it.`;
  return {
    'tool-missing': {
      message: 'Nothing there can speak to a socket: no socat, nc with -N and -U, perl, or python3.',
      hint: `As root on ${host.name}: \`apt-get install socat\`.`,
    },
    'load-balancer-down': {
      message: 'HAProxy does not answer.',
      left: `${asItIs} If it was drained, its guard keeps it so.`,
      hint: `On ${host.name}: \`systemctl status haproxy\`, then \`journalctl -u haproxy -n 50\`.`,
    },
    'master-socket-missing': {
      message: `HAProxy has no master socket at ${masterSocket}; without it, requests of a process that a reload left behind can't be seen.`,
      hint: give,
    },
    'socket-denied': { message: `${host.user} may not use HAProxy's master socket.`, hint: give },
    'too-old': { message: 'This HAProxy is too old: Buka needs 2.2.', hint: 'Install a newer HAProxy.' },
    'state-folder': {
      message: `The home folder of ${host.user} can't be written.`,
      hint: `On ${host.name}: \`df ~\`, \`ls -ld ~ ~/.buka\`.`,
    },
    'tracked-elsewhere': {
      message: 'The server is checked through another one, in a backend that buka.yml does not name.',
      hint: 'Add the backend of the tracked server to `load-balancers: backend:` in buka.yml.',
    },
    'drained-by-others': {
      message: `Somebody else took ${worker} out of rotation; it is theirs to put back.`,
      hint: `When it may have traffic, \`set server … state ready\` on ${host.name}; then run it again.`,
    },
    'last-server': {
      message: `${worker} is the only server that takes traffic in this backend: draining it is an outage.`,
      hint: '`buka status` shows which workers are out of rotation and why; bring one back first.',
    },
    'not-drained': {
      message: `${worker} is not drained here.`,
      hint: `Somebody may have put it back; \`buka status\` shows it.`,
    },
    'not-checked': {
      message: `${worker} has passed no check since it was drained; it would get traffic unchecked.`,
      left: `${worker} is still out of rotation.`,
      hint: 'Make the worker healthy, then run it again.',
    },
    'not-applied': {
      message: `HAProxy did not do as it was told about ${worker}.`,
      left: `${worker} may be in rotation in one process and not in another.`,
      hint: log,
    },
    superseded: {
      message: `This run no longer holds ${worker} out of rotation: something else readmitted it, or its lease ran out.`,
      left: `${worker} is in rotation, or its guard readmits it when it is fit.`,
      hint: log,
    },
    'lease-busy': {
      message: `The lease of ${worker} could not be renewed: something has held its lock for 3 s.`,
      left: asItIs,
      hint: `On ${host.name}: \`fuser ${mark}/lock\` tells which process; when that is stopped, \`kill\` it.`,
    },
    'guard-killed': {
      message: `systemd-logind there kills what ${host.user} leaves behind, so nothing would readmit ${worker} if this run died.`,
      hint: `As root on ${host.name}: \`mkdir -p /etc/systemd/logind.conf.d; printf '[Login]\\nKillExcludeUsers=root ${host.user}\\n' > /etc/systemd/logind.conf.d/buka.conf; systemctl restart systemd-logind\`.`,
    },
    'still-down': {
      message: `${worker} was readmitted, but HAProxy does not see it up.`,
      left: `${worker} is ready: it gets traffic as soon as its check passes.`,
      hint: `On ${host.name}: \`journalctl -u haproxy -n 50\` tells what its check says.`,
    },
  };
}

function unknownName({ missing, unreadable, backendNames, serverNames }: Facts, { host, step }: Context): BukaError {
  const lost = unreadable.find(({ old }) => !old)?.backend;
  const fail = (code: string, message: string, name: string, names: readonly string[], where: string) =>
    new BukaError({
      code,
      message,
      host: host.name,
      step,
      seen: names.length > 0 ? `known there: ${names.join(', ')}` : 'none is known there',
      left: unchanged,
      hint: `Correct ${where} in buka.yml${nearest(name, names)}.`,
    });
  if (lost !== undefined && !backendNames.includes(lost)) {
    const message = `HAProxy has no backend ${lost}.`;
    return fail('unknown-backend', message, lost, backendNames, '`load-balancers: backend:`');
  }
  const unknown = missing[0];
  if (unknown !== undefined) {
    const { backend, server } = unknown;
    const names = serverNames.filter((name) => name.backend === backend).map((name) => name.server);
    const message = `HAProxy has no server ${server} in backend ${backend}.`;
    return fail('unknown-server', message, server, names, "the worker's name under `load-balancers: servers:`");
  }
  return new BukaError({
    code: 'load-balancer-down',
    message: `HAProxy does not tell about backend ${lost ?? ''}.`,
    host: host.name,
    step,
    left: unchanged,
    hint: `On ${host.name}: \`systemctl status haproxy\`, then run it again.`,
  });
}

function nearest(name: string, names: readonly string[]): string {
  const [closest] = [...names].sort((a, b) => distance(name, a) - distance(name, b));
  return closest !== undefined && distance(name, closest) <= Math.max(2, name.length / 3)
    ? `: ${closest} is the nearest`
    : '';
}
