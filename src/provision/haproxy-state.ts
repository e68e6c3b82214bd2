import type { Cluster } from '../cluster';
import { ADMIN_SOCKET, HAPROXY_STATE } from './names';

/**
 * What a reload of HAProxy would forget: which servers people have drained or put in maintenance. Written down before each
 * reload and read by the new process (configuration manual, `load-server-state-from-file`); at a start there is nothing to
 * be read. Servers that nobody took out have no line, and are what the configuration says: a state file would override
 * their addresses and ports otherwise. Perl, since Debian and Ubuntu have perl-base everywhere, and it speaks to sockets.
 *
 * Buka's own drains have their guards, which put them back. They are not kept here: one that ends while HAProxy reloads
 * would be read by the new process after its guard is gone, and the worker would stay out.
 * @param home of the deploy user, where the marks of Buka's drains are
 */
export const haproxyStateProgram = ({ service, loadBalancers }: Cluster, home: string): string => `#!/usr/bin/perl
# Buka's program on a load balancer; installed by "buka provision", run by systemd as root.
use strict;
use warnings;
use IO::Socket::UNIX;

my ($socket, $path) = ('${ADMIN_SOCKET}', '${HAPROXY_STATE}');
my $kept = '';
my %mark = (
${loadBalancers.backends
  .flatMap((backend) =>
    [...loadBalancers.servers].map(
      ([worker, server]) => `    '${backend}/${server}' => '${escaped(home)}/.buka/${service}/${worker}/mark',\n`,
    ),
  )
  .join('')});
${String.raw`
unlink $path;
if (($ARGV[0] // '') eq 'keep' and my $haproxy = IO::Socket::UNIX->new($socket)) {
    eval {
        local $SIG{ALRM} = sub { die };
        alarm 5;
        print $haproxy "show servers state\n";
        $haproxy->flush;
        my %column;
        while (my $line = <$haproxy>) {
            if ($line =~ /^# (.+)/) {
                my @title = split ' ', $1;
                @column{@title} = (0 .. $#title);
                $kept .= $line;
            }
            next if $line =~ /^#/ or !%column;
            my @cell = split ' ', $line;
            next if @cell < 2;
            my $mark = $mark{"$cell[$column{be_name}]/$cell[$column{srv_name}]"};
            next if defined $mark and -e $mark;
            # Forced maintenance and forced drain (management guide, 9.3, "show servers state").
            $kept .= $line if $cell[$column{srv_admin_state}] & 9;
        }
        alarm 0;
        1;
    } or $kept = '';
}
my ($folder) = $path =~ m{^(.*)/};
mkdir $folder, 0755;
open my $out, '>', "$path.new" or exit 0;
print $out "1\n$kept";
close $out or exit 0;
rename "$path.new", $path;
`}`;

/** Between single quotes of perl's. */
const escaped = (text: string) => text.replace(/[\\']/g, '\\$&');
