import type { Cluster, Host } from '../cluster';
import type { OwnFacts } from './facts';
import { haproxyConfiguration } from './haproxy-configuration';
import { haproxyStateProgram } from './haproxy-state';
import { keepalivedConfiguration, servesProgram } from './keepalived-configuration';
import { HAPROXY_STATE_PROGRAM, SERVES_PROGRAM } from './names';
import { file, folder, MARK, type Setup, setup, type Telling } from './setup';

const HAPROXY = 'haproxy.service';
const KEEPALIVED = 'keepalived.service';

/**
 * A machine that takes all requests: HAProxy, which the deploy user drives through its sockets, and where customers have
 * one address for several load balancers, keepalived, which holds that on one whose HAProxy serves.
 *
 * The order of the files is that in which they are told of: what is started once before what is read again and again.
 */
export function loadBalancer(cluster: Cluster, host: Host, own: OwnFacts): Setup {
  const { address, masterSocket } = cluster.loadBalancers;
  const shared = address !== undefined && own.interface !== undefined;
  const shownBy = { kind: 'haproxy', socket: masterSocket } as const;
  const restart: Telling = { unit: HAPROXY, how: 'restart', shownBy, cutsOffWhile: address ? KEEPALIVED : HAPROXY };
  return setup('load-balancer', {
    claims: [
      { path: '/etc/haproxy/haproxy.cfg', package: 'haproxy' },
      ...(address === undefined ? [] : [{ path: '/etc/keepalived/keepalived.conf' }]),
    ],
    packages: ['haproxy', ...(address === undefined ? [] : ['keepalived', 'iproute2'])].map((name) => ({ name })),
    members: [{ user: host.user, group: 'haproxy' }],
    users: [host.user],
    folders: [folder('/usr/local/lib/buka')],
    files: [
      file(HAPROXY_STATE_PROGRAM, haproxyStateProgram(cluster, own.deploy?.home ?? `/home/${host.user}`), {
        mode: 0o755,
      }),
      file(`/etc/systemd/system/${HAPROXY}.d/buka.conf`, haproxyUnit),
      file('/etc/default/haproxy', masterSocketOption(masterSocket), { tell: restart }),
      file('/etc/haproxy/haproxy.cfg', haproxyConfiguration(cluster), {
        checkedBy: 'haproxy',
        tell: { unit: HAPROXY, how: 'reload', shownBy },
      }),
      ...(address === undefined ? [] : [file(SERVES_PROGRAM, servesProgram, { mode: 0o755 })]),
      ...(shared
        ? [
            file(`/etc/systemd/system/${KEEPALIVED}.d/buka.conf`, keepalivedUnit),
            file(
              '/etc/keepalived/keepalived.conf',
              keepalivedConfiguration(cluster, { host, address, interface: own.interface ?? '' }),
              { checkedBy: 'keepalived', tell: { unit: KEEPALIVED, how: 'reload' } },
            ),
          ]
        : []),
    ],
    units: [HAPROXY, ...(shared ? [KEEPALIVED] : [])],
    byHand: address !== undefined && own.interface === undefined ? [addressMissing(host)] : [],
  });
}

const addressMissing = ({ name, address }: Host) => ({
  what: 'the shared address',
  seen: `no network interface has ${address}`,
  code: 'interface-unknown',
  hint: `keepalived needs to know where to put the address. On ${name}, \`ip address\`: buka.yml must have the address that the machine itself has, the one that the other load balancers reach.`,
});

/** The master process opens this socket when it starts, and never again: a reload is not enough. */
const masterSocketOption = (socket: string) => `${MARK}
EXTRAOPTS="-S ${socket},mode,660,group,haproxy"
`;

// A line a request is more than journald takes of one service by default, and the ones that it drops would be of the
// busiest moment. What is kept over a reload is never read at a start: a server that was drained then may be another now.
const haproxyUnit = `${MARK}
[Service]
LogRateLimitIntervalSec=0
ExecStartPre=${HAPROXY_STATE_PROGRAM} forget
ExecReload=
ExecReload=/usr/sbin/haproxy -Ws -f $CONFIG -c -q $EXTRAOPTS
ExecReload=${HAPROXY_STATE_PROGRAM} keep
ExecReload=/bin/kill -USR2 $MAINPID
`;

// Started before HAProxy, it would find it dead at its first look. Killed, it would leave the address on two machines.
const keepalivedUnit = `${MARK}
[Unit]
After=${HAPROXY}

[Service]
Restart=on-failure
RestartSec=1
`;
