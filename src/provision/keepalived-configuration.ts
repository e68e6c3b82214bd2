import { isIPv6 } from 'node:net';
import type { Cluster, Host } from '../cluster';
import { AWAY_FILE, SERVES_PROGRAM } from '../load-balancer';
import { ALIVE_PATH } from './names';
import { MARK } from './setup';

interface Place {
  readonly host: Host;
  /** That customers use. */
  readonly address: string;
  readonly interface: string;
}

/**
 * keepalived holds the shared address on one load balancer whose HAProxy serves; where several ask for it, on the first
 * in buka.yml. There it stays (`nopreempt`), also when that first one is back: each move of the address resets the
 * connections that are open. An advertisement each 0.3 s, which takes VRRP version 3: the address moves within a second
 * of a machine's end. Shorter ones are missed where a machine is busy. The load balancers tell each other by address, so
 * no network has to pass multicast on.
 *
 * Each second the one that has the address tells the network so again. One that was cut off comes back as sure of the
 * address as it went; its stand-in hears of it and gives the address up, and nobody need tell the customers' machines,
 * which may go on asking the stand-in. In one of eight such cuts nobody was served for more than 20 s afterwards; the
 * ARP frames were not looked at.
 *
 * One that is taken out of service (`AWAY_FILE`) lets the address go and doesn't take it, also after a reboot. A file
 * that isn't there counts as 0, and the weight must be told: without one it is 1, which adds to the priority.
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

vrrp_track_file away {
    file "${AWAY_FILE}"
}

vrrp_instance service {
    state BACKUP
    nopreempt
    interface ${name}
    virtual_router_id 51
    priority ${Math.max(150 - 10 * rank, 1)}
    advert_int 0.3
    garp_master_refresh 1
    garp_master_refresh_repeat 1
    unicast_src_ip ${host.address}
${peers.length === 0 ? '' : `    unicast_peer {\n${peers.join('\n')}\n    }\n`}    virtual_ipaddress {
        ${address}/${isIPv6(address) ? 128 : 32} dev ${name}
    }
    track_script {
        haproxy
    }
    track_file {
        away weight 0
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
