import { probeText } from '../rollout';

/**
 * `tell HOW UNIT PROOF PORT PLACE`: has a running unit take what was just written; fails where it doesn't.
 *
 * A reload of HAProxy is a success for systemd as soon as the signal is sent, whatever becomes of it: where the new
 * process can't start, the old one goes on. Only the master process knows, so it is asked for a process that is new
 * (management guide, 9.4, `show proc`).
 */
export const tellText = `${probeText}${String.raw`
tell() {
  before=
  if [ "$3" = haproxy ]; then before=$(processes "$5" 2>/dev/null) || before=; fi
  case $1 in
    reload) systemctl reload -- "$2" || return 1 ;;
    restart) systemctl restart -- "$2" || return 1 ;;
  esac
  case $3 in
    haproxy)
      waits=0
      until has_new "$(processes "$5" 2>/dev/null)" "$before"; do
        waits=$((waits + 1))
        if [ "$waits" -gt 100 ]; then echo 'HAProxy has started no new process with it'; return 1; fi
        sleep 0.1
      done ;;
    http)
      port=$4; health=$5
      answers ;;
    *)
      sleep 1
      systemctl -q is-active -- "$2" || { systemctl --no-pager -n 10 status -- "$2"; return 1; } ;;
  esac
}

# HAProxy's processes that take new connections, by the master process at a socket.
processes() {
  perl -MIO::Socket::UNIX -e '
    my $s = IO::Socket::UNIX->new($ARGV[0]) or exit 1;
    print $s "show proc\n"; $s->flush; shutdown $s, 1;
    while (<$s>) { last if /^# old workers/; print "$1 " if /^(\d+) +worker / }' "$1"
}
has_new() {
  for pid in $1; do
    case " $2" in *" $pid "*) ;; *) return 0 ;; esac
  done
  return 1
}

# Three times in a row, within a minute.
answers() {
  passed=0; until=$(($(date +%s) + 60))
  while [ "$passed" -lt 3 ]; do
    answer=$(probe)
    case $answer in 2??) passed=$((passed + 1)) ;; *) passed=0 ;; esac
    if [ "$(date +%s)" -ge "$until" ]; then echo "http://127.0.0.1:$port$health answers $answer"; return 1; fi
    sleep 0.3
  done
}
`}`;
