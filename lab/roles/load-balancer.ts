import type { Cluster } from '../../src/cluster';
import { enable, file, type SeedContext, type SeedEntry } from './seed';

/** HAProxy before the workers; keepalived holds the virtual address on one load balancer that has a living HAProxy. */
export function loadBalancer({ cluster, machine }: SeedContext): SeedEntry[] {
  const { address, hosts, masterSocket } = cluster.loadBalancers;
  const rank = hosts.findIndex(({ name }) => name === machine.host);
  const peers = hosts.filter(({ name }) => name !== machine.host).map((host) => host.address);
  return [
    file('/etc/haproxy/haproxy.cfg', haproxy(cluster)),
    file('/etc/default/haproxy', `EXTRAOPTS="-S ${masterSocket},mode,660,group,haproxy"\n`),
    enable('haproxy.service'),
    ...(address
      ? [
          file('/etc/keepalived/keepalived.conf', keepalived({ address, own: machine.address, peers, rank })),
          file('/etc/keepalived/haproxy-lives', '#!/bin/sh\nread -r pid </run/haproxy.pid && kill -0 "$pid"\n', {
            mode: 0o755,
          }),
          // It would find HAProxy dead at its first look, and wait for two good ones.
          file('/etc/systemd/system/keepalived.service.d/lab.conf', '[Unit]\nAfter=haproxy.service\n'),
          enable('keepalived.service'),
        ]
      : []),
  ];
}

/**
 * Retries and redispatch are Debian's stock settings: what the lab proves must not rest on hardened ones. A check may
 * take 3 s, since without a timeout of its own it gets no more than its interval (HAProxy's configuration manual,
 * `timeout check`), and one busy second of this machine would take every worker out at once.
 */
function haproxy({ loadBalancers, workers }: Cluster): string {
  const servers = workers.hosts.map(
    ({ name, address }) =>
      `    server ${loadBalancers.servers.get(name) ?? name} ${address.includes(':') ? `[${address}]` : address}:${workers.port} check`,
  );
  const backends = loadBalancers.backends.map((backend) =>
    [
      `backend ${backend}`,
      '    balance roundrobin',
      `    option httpchk GET ${workers.health}`,
      '    http-check expect status 200',
      '    default-server inter 500ms fall 2 rise 2',
      ...servers,
      '',
    ].join('\n'),
  );
  return `global
    log /dev/log local0 notice
    stats socket /run/haproxy/admin.sock mode 660 group haproxy level admin
    stats timeout 30s
    user haproxy
    group haproxy

defaults
    log global
    mode http
    retries 3
    option redispatch
    timeout connect 5s
    timeout client 50s
    timeout server 50s
    timeout check 3s

frontend http
    bind ${loadBalancers.address?.includes(':') ? ':::80 v4v6' : ':80'}
    default_backend ${loadBalancers.backends[0]}

${backends.join('\n')}`;
}

interface Vrrp {
  readonly address: string;
  readonly own: string;
  readonly peers: readonly string[];
  /** 0 for the one that holds the address when all is well. */
  readonly rank: number;
}

/** An advertisement each 0.3 s, which takes VRRP version 3: shorter ones are missed where many machines share two cores. */
const keepalived = ({ address, own, peers, rank }: Vrrp) => `global_defs {
    vrrp_version 3
    enable_script_security
    script_user root
}

vrrp_script haproxy {
    script "/etc/keepalived/haproxy-lives"
    interval 1
    fall 2
    rise 2
}

vrrp_instance service {
    state BACKUP
    interface host0
    virtual_router_id 51
    priority ${Math.max(150 - 10 * rank, 1)}
    advert_int 0.3
    unicast_src_ip ${own}
${peers.length > 0 ? ['    unicast_peer {', ...peers.map((peer) => `        ${peer}`), '    }\n'].join('\n') : ''}    virtual_ipaddress {
        ${address}/${address.includes(':') ? 128 : 32} dev host0
    }
    track_script {
        haproxy
    }
}
`;
