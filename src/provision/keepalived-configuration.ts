import { isIPv6 } from 'node:net';
import type { Cluster, Host } from '../cluster';
import { ALIVE_PATH, SERVES_PROGRAM } from './names';
import { MARK } from './setup';

interface Place {
  readonly host: Host;
  /** That customers use. */
  readonly address: string;
  readonly interface: string;
}

/**
 * keepalived holds the shared address on the first load balancer in buka.yml whose HAProxy serves. An advertisement each
 * 0.3 s, which takes VRRP version 3: the address moves within a second of a machine's end. Shorter ones are missed where
 * a machine is busy. The load balancers tell each other by address, so no network has to pass multicast on.
 *
 * The check is run by root: where it is another user, keepalived 2.2 kills itself when it is to test a configuration, and
 * a good one can't be told from a bad one.
 */
export function keepalivedConfiguration({ loadBalancers }: Cluster, { host, address, interface: name }: Place): string {
  const { hosts } = loadBalancers;
  const rank = hosts.findIndex((one) => one.name === host.name);
  const peers = hosts.filter((one) => one.name !== host.name).map((one) => `        ${one.address}`);
  return `${MARK}
global_defs {
    vrrp_version 3
    enable_script_security
    script_user root
}

vrrp_script haproxy {
    script "${SERVES_PROGRAM}"
    interval 1
    timeout 4
    fall 2
    rise 2
}

vrrp_instance service {
    state BACKUP
    interface ${name}
    virtual_router_id 51
    priority ${Math.max(150 - 10 * rank, 1)}
    advert_int 0.3
    unicast_src_ip ${host.address}
${peers.length === 0 ? '' : `    unicast_peer {\n${peers.join('\n')}\n    }\n`}    virtual_ipaddress {
        ${address}/${isIPv6(address) ? 128 : 32} dev ${name}
    }
    track_script {
        haproxy
    }
}
`;
}

/**
 * Whether HAProxy takes requests on this machine; a process that only lives is not enough. One that is gone is refused at
 * once. One that is slow has 3 s, twice: a machine that is busy must not give the address away, which cuts every customer off.
 */
export const servesProgram = `#!/bin/sh
${MARK}
exec perl -e '
  $SIG{ALRM} = sub { exit 1 };
  alarm 3;
  socket(my $s, 2, 1, 0) or exit 1; # AF_INET and SOCK_STREAM; loading their names takes longer than all the rest
  connect($s, pack("S n C4 x8", 2, 80, 127, 0, 0, 1)) or exit 1;
  syswrite $s, "GET ${ALIVE_PATH} HTTP/1.0\\r\\n\\r\\n";
  exit((<$s> // "") =~ m{^HTTP/[0-9.]+ 200} ? 0 : 1)'
`;
