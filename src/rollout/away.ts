import type { Host } from '../cluster';
import { BukaError } from '../errors';
import { type Script, succeeded } from '../remote';
import { seconds } from '../units';
import type { Context } from './context';
import { everyOne } from './failures';
import { openWorkers } from './hosts';

/** Ports by which a machine that is on shows itself: sshd's own, and those of a load balancer's frontends. */
const WEB = [80, 443];

/**
 * Whether the worker can tell that the machine is there: it answers on one of the ports, were it by a refusal, or a
 * connection from it to the app begins within 3 s. One that stood before proves nothing: the kernel keeps those of a
 * machine that lost power. Both address families, as the kernel writes them into /proc/net/tcp (proc(5)).
 */
const text = String.raw`
command -v perl >/dev/null || { echo "no perl on the worker, to look with"; exit 0; }
perl -MSocket=:all -MIO::Socket::INET -MErrno=:POSIX -e '
  my ($address, $port, @doors) = @ARGV;
  my $packed = inet_aton($address) or do { print "no such address"; exit };
  my $there = uc unpack "H8", pack "V", unpack "N", $packed;
  sub connections {
    my %seen;
    for my $table ("/proc/net/tcp", "/proc/net/tcp6") {
      open my $in, "<", $table or next;
      while (<$in>) {
        my (undef, $local, $remote) = split;
        next unless defined $remote and $local =~ /:([0-9A-F]{4})$/ and hex $1 == $port;
        $seen{$1} = 1 if $remote =~ /$there:([0-9A-F]{4})$/;
      }
    }
    return %seen;
  }
  for my $door (@doors) {
    my $s = IO::Socket::INET->new(PeerAddr => $address, PeerPort => $door, Timeout => 2);
    if ($s) { print "it answers on port $door"; exit }
    if ($!{ECONNREFUSED} or $!{ECONNRESET}) { print "it answers on port $door, by a refusal"; exit }
  }
  my %before = connections();
  for (1 .. 30) {
    select undef, undef, undef, 0.1;
    my %now = connections();
    if (grep { !$before{$_} } keys %now) { print "it opens connections to the app"; exit }
  }
  print "nothing"' "$address" "$port" $doors
`;

/** Asks a worker what it sees of a machine: `nothing`, or what shows that it is there. */
export const seesOf = (host: Host, port: number): Script<string> => ({
  name: `look for ${host.name}`,
  text,
  values: { address: host.address, port: String(port), doors: [host.port, ...WEB].join(' ') },
  deadline: seconds(20),
  parse: (output) => succeeded(output).stdout.trim(),
});

/**
 * Shows that a load balancer takes no traffic: no worker reaches it on any port, or has a connection from it, so it can
 * bring no customer to one.
 * @throws BukaError `load-balancer-there` where a worker sees it
 */
export async function showAway(context: Context, host: Host): Promise<void> {
  const { workers } = context.cluster;
  await everyOne(
    await openWorkers(context),
    async ({ name, remote }) => {
      const seen = await remote.run(seesOf(host, workers.port));
      if (seen !== 'nothing') throw there(host, name, seen);
    },
    {
      code: 'load-balancer-there',
      host: host.name,
      step: 'preflight',
      message: "It can't be left out: several workers see it.",
      left: 'Nothing was changed.',
    },
  );
}

const there = (host: Host, worker: string, seen: string) =>
  new BukaError({
    code: 'load-balancer-there',
    host: host.name,
    step: 'preflight',
    message: `It can't be left out: it is not reachable for this run, but ${worker} sees it, so it may send customers there.`,
    seen,
    left: 'Nothing was changed.',
    hint: `Let this run reach ${host.name}, or switch it off; then run this again.`,
  });
