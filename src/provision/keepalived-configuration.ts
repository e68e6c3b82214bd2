import { isIPv6 } from 'node:net';
import type { Cluster, Host } from '../cluster';
import { AWAY_FILE, SERVES_PROGRAM } from '../load-balancer';
import { ALIVE_PATH, HAS_WORKERS_PATH } from './names';
import { MARK } from './setup';

interface Place {
  readonly host: Host;
  /** That customers use. */
  readonly address: string;
  readonly interface: string;
}

/**
 * keepalived holds the shared address on one load balancer whose HAProxy serves. There it stays, since each move of the
 * address resets the connections that are open: all have the same priority, and none takes it from its equal, also not one
 * that is back. An advertisement each 0.3 s, which takes VRRP version 3: the address moves within a second of a machine's
 * end. Shorter ones are missed where a machine is busy. The load balancers tell each other by address, so no network has to
 * pass multicast on.
 *
 * One whose HAProxy sees no worker is below all that see some (`weight`). They take the address from it after 10 s
 * (`preempt_delay`): where all miss their workers, as when the database is gone, they do so within a few seconds of each
 * other, and nothing moves. One that was cut off is as sure of the address as before, has missed its workers meanwhile, and
 * gives way at once when it hears its stand-in; it stays low until then (`rise`).
 *
 * Where it was cut off for less time than it takes to miss them, or sees them another way, the two are equal, and the one
 * of the higher address keeps the shared one (RFC 9568, 6.4.3). The other one gave way without a word, and customers' machines
 * went on asking it (25 s, until their ARP entries aged): now it advertises a last time (`higher_prio_send_advert`), on which
 * the one that stays tells the network whose the address is. Nobody tells so unasked (`garp_master_refresh`): one that is
 * back would, too, before the two hear each other, which takes up to a second when their own ARP entries have aged.
 *
 * One that is taken out of service (`AWAY_FILE`) lets the address go and doesn't take it, also after a reboot. A file
 * that isn't there counts as 0, and the weight must be told: without one it is 1, which adds to the priority.
 *
 * The check is run by root: where it is another user, keepalived 2.2 kills itself when it is to test a configuration, and
 * a good one can't be told from a bad one.
 */
export function keepalivedConfiguration({ loadBalancers }: Cluster, { host, address, interface: name }: Place): string {
  const { hosts } = loadBalancers;
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

vrrp_script workers {
    script "${SERVES_PROGRAM} ${HAS_WORKERS_PATH}"
    interval 1
    timeout 4
    fall 1
    rise 5
    weight -100
}

vrrp_track_file away {
    file "${AWAY_FILE}"
}

vrrp_instance service {
    state BACKUP
    preempt_delay 10
    interface ${name}
    virtual_router_id 51
    priority 150
    advert_int 0.3
    higher_prio_send_advert true
    unicast_src_ip ${host.address}
${peers.length === 0 ? '' : `    unicast_peer {\n${peers.join('\n')}\n    }\n`}    virtual_ipaddress {
        ${address}/${isIPv6(address) ? 128 : 32} dev ${name}
    }
    track_script {
        haproxy
        workers
    }
    track_file {
        away weight 0
    }
}
`;
}

/**
 * Whether HAProxy takes requests on this machine, or answers 200 for the path that is given; a process that only lives is
 * not enough. One that is gone is refused at once. One that is slow has 3 s, twice: a machine that is busy must not give the
 * address away, which cuts every customer off.
 */
export const servesProgram = `#!/bin/sh
${MARK}
exec perl -e '
  $SIG{ALRM} = sub { exit 1 };
  alarm 3;
  socket(my $s, 2, 1, 0) or exit 1; # AF_INET and SOCK_STREAM; loading their names takes longer than all the rest
  connect($s, pack("S n C4 x8", 2, 80, 127, 0, 0, 1)) or exit 1;
  syswrite $s, "GET @ARGV HTTP/1.0\\r\\n\\r\\n";
  exit((<$s> // "") =~ m{^HTTP/[0-9.]+ 200} ? 0 : 1)' "\${1:-${ALIVE_PATH}}"
`;
