import { fields, type Script, script, succeeded } from '../remote';
import { seconds } from '../units';

/** What `buka provision` puts beside keepalived: answers by its exit status whether HAProxy takes requests there. */
export const SERVES_PROGRAM = '/etc/keepalived/haproxy-serves';
/**
 * While it holds 1, keepalived leaves the shared address to the others (keepalived.conf(5), `track_file`, weight 0). It
 * is kept over a reboot.
 */
export const AWAY_FILE = '/var/lib/buka-load-balancer/away';
/**
 * How long customers are told that they may keep an idle connection: each one that is open when the address moves costs its
 * customer a request.
 */
export const CUSTOMERS_KEEP = seconds(5);

/** How one load balancer stands to the address that several share. */
export interface AddressView {
  /** The address is on this machine. */
  readonly here: boolean;
  /** It was taken out of service: keepalived runs, and doesn't take the address. */
  readonly away: boolean;
  readonly keepalived: boolean;
  /** HAProxy answers a request. */
  readonly serves: boolean;
  /** keepalived's configuration is one that heeds `AWAY_FILE`. */
  readonly heeds: boolean;
}

const text = String.raw`
PATH=$PATH:/usr/sbin:/sbin
tell() { if "$@" >/dev/null 2>&1; then echo "$name=yes"; else echo "$name=no"; fi; }
is_here() { ip -o address show to "$address" | grep -q .; }
is_away() { [ "$(cat "$away_file")" = 1 ]; }
name=here tell is_here
name=away tell is_away
name=keepalived tell systemctl -q is-active keepalived.service
name=serves tell "$serves_program"
name=heeds tell grep -qF "$away_file" /etc/keepalived/keepalived.conf
`;

/** Looks at a load balancer's part in the shared address; any user may. */
export const lookAtAddress = (address: string): Script<AddressView> =>
  script({
    name: 'look at the address',
    text,
    values: { address, away_file: AWAY_FILE, serves_program: SERVES_PROGRAM },
    deadline: seconds(15),
    parse(output) {
      const told = fields(succeeded(output).stdout, ['here', 'away', 'keepalived', 'serves', 'heeds']);
      const is = (key: keyof typeof told) => told[key] === 'yes';
      return {
        here: is('here'),
        away: is('away'),
        keepalived: is('keepalived'),
        serves: is('serves'),
        heeds: is('heeds'),
      };
    },
  });
