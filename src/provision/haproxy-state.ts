import { ADMIN_SOCKET, HAPROXY_STATE } from './names';

/**
 * What a reload of HAProxy would forget: which servers are drained or in maintenance. Written down before each reload and
 * read by the new process (configuration manual, `load-server-state-from-file`); at a start there is nothing to be read.
 * Servers that nobody took out have no line, and are what the configuration says: a state file would override their
 * addresses and ports otherwise. Perl, since Debian and Ubuntu have perl-base everywhere, and it speaks to sockets.
 *
 * A reload goes on whatever becomes of it: Buka's own drains are put back by their guards as well.
 */
export const haproxyStateProgram = `#!/usr/bin/perl
# Buka's program on a load balancer; installed by "buka provision", run by systemd as root.
use strict;
use warnings;
use IO::Socket::UNIX;

my ($socket, $path) = ('${ADMIN_SOCKET}', '${HAPROXY_STATE}');
my $kept = '';
${String.raw`
if (($ARGV[0] // '') eq 'keep' and my $haproxy = IO::Socket::UNIX->new($socket)) {
    local $SIG{ALRM} = sub { exit 0 };
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
        # Forced maintenance and forced drain (management guide, 9.3, "show servers state").
        $kept .= $line if @cell > 1 and $cell[$column{srv_admin_state}] & 9;
    }
}
my ($folder) = $path =~ m{^(.*)/};
mkdir $folder, 0755;
open my $out, '>', "$path.new" or exit 0;
print $out "1\n$kept";
close $out or exit 0;
rename "$path.new", $path;
`}`;
