import { isIPv6 } from 'node:net';
import { BukaError } from '../errors';
import { AWAY_FILE } from '../load-balancer';
import { lastWords, lines, type Script, script, succeeded } from '../remote';
import { type Duration, milliseconds, seconds } from '../units';

/**
 * How long customers who want a new connection may be held. Their systems try again by themselves after 1, 3 and 7 s
 * (RFC 6298, 2.1 and 5.5), so whoever comes first is served after that time at the latest.
 */
export const HOLD = seconds(8);
/** What is held is let through by the kernel itself after this time, whatever became of whoever held it. */
const HELD_AT_MOST = seconds(20);

const STILL = 21;
const STAYS = 22;
const NO_HOLD = 23;
const NO_RELOAD = 24;

/** Both talk to HAProxy's master process (management guide, 9.4). */
const perl = String.raw`
use strict; use warnings; use IO::Socket::UNIX; use Time::HiRes qw(sleep time);
my ($socket, $verb, @words) = @ARGV;
$| = 1;
$SIG{ALRM} = sub { };
sub ask {
    my ($line) = @_;
    my $answer = eval {
        local $SIG{ALRM} = sub { die };
        alarm 3;
        my $master = IO::Socket::UNIX->new($socket) or die;
        print $master "$line\n"; $master->flush; shutdown $master, 1;
        local $/;
        my $all = <$master>;
        alarm 0;
        $all;
    };
    alarm 0;
    return $answer // "";
}
my (%old, %now);
sub look {
    %old = (); %now = ();
    my $part = "";
    for (split /\n/, ask("show proc")) {
        $part = $1 if /^# (.+)/;
        next unless /^(\d+)\s+worker\b/;
        if ($part eq "old workers") { $old{$1} = 1 } else { $now{$1} = 1 }
    }
    return %now ? 1 : 0;
}
# Requests that have a worker, or wait for one; undefined where the process doesn't tell (before HAProxy 2.5).
sub in_flight {
    my ($pid) = @_;
    my ($title, @rows) = grep { $_ ne "" } split /\n/, ask("\@!$pid show stat -1 2 -1");
    return undef unless defined $title and $title =~ s/^# // and @rows;
    my %at; my $column = 0; $at{$_} = $column++ for split /,/, $title;
    my $sum = 0;
    for (@rows) { my @cell = split /,/; $sum += ($cell[$at{scur}] || 0) + ($cell[$at{qcur}] || 0) }
    return $sum;
}
if ($verb eq "processes") {
    look() or exit 1;
    print join(" ", keys %now), "\n";
    exit 0;
}
my ($patience, @before) = @words;
my $until = time + $patience;
my ($idle, $left) = (0, "");
while (time < $until) {
    # Right after the reload there is none but those from before it.
    if (!look() or grep { $now{$_} } @before) { $left = "reload"; sleep 0.1; next }
    exit 0 unless %old;
    my $sum = 0; my $mute = 0;
    for (keys %old) { my $count = in_flight($_); if (defined $count) { $sum += $count } else { $mute++ } }
    if ($left ne "$sum $mute") { $left = "$sum $mute"; print "progress $sum\n" }
    $idle = $sum + $mute == 0 ? $idle + 1 : 0;
    # What is left are connections on which no request is under way; their customers are told that they end.
    kill "TERM", keys %old if $idle >= 2;
    sleep 0.1;
}
print "left $left\n";
exit 1;
`;

// The order is what keeps requests from failing. A connection that is there when the address moves is reset, so there
// must be none: new ones are held back, which to a customer is a packet that was lost and is sent again; HAProxy is
// reloaded, by which the old process has all of them and answers each with its last; and the address moves when none of
// the old process's requests is under way. A killed script leaves nothing but the hold, which the kernel ends.
const text = String.raw`
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH
cd /
is_here() { ip -o address show to "$address" | grep -q .; }
lift() { nft delete table inet buka_hold 2>/dev/null || :; }
set_away() {
  mkdir -p -- "$(dirname -- "$away_file")"
  echo 1 > "$away_file"
  sync -- "$away_file"
}
haproxy() { perl -e "$perl" "$socket" "$@"; }
if ! is_here; then set_away; echo elsewhere; exit 0; fi

before=$(haproxy processes) || { echo "nobody answers at $socket"; exit $no_reload; }
trap lift EXIT
if ! nft -f - <<RULES
table inet buka_hold
delete table inet buka_hold
table inet buka_hold {
  set held { type $family; flags timeout; elements = { $address timeout $held_at_most } }
  chain input {
    type filter hook input priority -10; policy accept;
    $protocol daddr @held tcp flags & (syn | ack) == syn drop
  }
}
RULES
then exit $no_hold; fi
began=$(date +%s%N)
# Connections that were half made get through, and are taken by the process that is to end.
sleep 0.3
systemctl reload haproxy.service || exit $no_reload
# shellcheck disable=SC2086 # a list of processes
if ! haproxy wait "$patience" $before; then exit $still; fi
set_away
tries=0
while is_here; do
  tries=$((tries + 1))
  if [ "$tries" -gt 50 ]; then rm -f -- "$away_file"; exit $stays; fi
  sleep 0.1
done
echo "moved $(( ($(date +%s%N) - began) / 1000000 ))"
`;

export type LetGo =
  /** The address was on another load balancer already. */
  | { readonly kind: 'elsewhere' }
  | {
      readonly kind: 'moved';
      /** For how long new connections were held back. */
      readonly held: Duration;
    };

/**
 * Takes a load balancer out of the shared address, as root there, without failing a request: the address leaves when no
 * request that came by it is under way. Where that isn't so within `HOLD`, nothing is changed.
 * @throws BukaError `load-balancer-busy`, `address-stays`, `hold-failed`, `reload-failed`
 */
export const letGo = (host: string, address: string, masterSocket: string): Script<LetGo> =>
  script({
    name: 'let go of the address',
    text,
    values: {
      address,
      family: isIPv6(address) ? 'ipv6_addr' : 'ipv4_addr',
      protocol: isIPv6(address) ? 'ip6' : 'ip',
      socket: masterSocket,
      away_file: AWAY_FILE,
      perl,
      patience: String(HOLD / 1000),
      held_at_most: `${HELD_AT_MOST / 1000}s`,
      still: String(STILL),
      stays: String(STAYS),
      no_hold: String(NO_HOLD),
      no_reload: String(NO_RELOAD),
    },
    deadline: seconds(40),
    parse(output) {
      const failure = failures[output.status];
      if (failure !== undefined)
        throw new BukaError({
          ...failure(host),
          host,
          step: 'drain',
          seen: lastWords(output),
          left: 'The address is where it was, and customers are served as before.',
        });
      const [word, held] = lines(succeeded(output).stdout).at(-1)?.split(' ') ?? [];
      return word === 'moved' ? { kind: 'moved', held: milliseconds(Number(held)) } : { kind: 'elsewhere' };
    },
  });

const failures: Readonly<Record<number, (host: string) => { code: string; message: string; hint: string }>> = {
  [STILL]: (host) => ({
    code: 'load-balancer-busy',
    message: `Requests were still under way after ${HOLD / 1000} s, and moving the address would cut them.`,
    hint: `Run it again in a quieter moment. To move it at once, and cut them: \`systemctl stop keepalived\` on ${host}.`,
  }),
  [STAYS]: (host) => ({
    code: 'address-stays',
    message: 'keepalived did not let the address go.',
    hint: `\`journalctl -u keepalived\` on ${host}.`,
  }),
  [NO_HOLD]: (host) => ({
    code: 'hold-failed',
    message: 'New connections could not be held back with nft.',
    hint: `\`buka provision ${host}\` installs nftables; the kernel must have it too.`,
  }),
  [NO_RELOAD]: (host) => ({
    code: 'reload-failed',
    message: 'HAProxy did not reload.',
    hint: `\`systemctl status haproxy\` on ${host}.`,
  }),
};
