/**
 * Shell text that several scripts of the rollout share. It works on the variables `$root` (the service's folder),
 * `$unit`, `$port` and `$health`. The texts hold no `${}`: that would be TypeScript's.
 */

/**
 * `probe`: the status that the app answers its health URL with, `000` for no answer within 2 s. Debian's minimal
 * install has no curl but always has perl-base. It is asked often while an app starts, and perl's IO::Socket takes ten
 * times as long to load as perl itself: the numbers are AF_INET and SOCK_STREAM of Linux (socket(2), ip(7)).
 */
export const probeText = String.raw`
probe() {
  if command -v curl >/dev/null 2>&1; then
    curl -q -g -s -o /dev/null -m 2 --noproxy '*' -w '%{http_code}' -- "http://127.0.0.1:$port$health" || :
  else
    perl -e '
      alarm 2;
      my ($port, $path) = @ARGV;
      socket S, 2, 1, 0 and connect S, pack "S n C4 x8", 2, $port, 127, 0, 0, 1 or do { print "000"; exit };
      syswrite S, "GET $path HTTP/1.0\r\nHost: 127.0.0.1:$port\r\nConnection: close\r\n\r\n";
      my $line = <S>;
      print defined $line && $line =~ m{^HTTP/[0-9.]+ ([0-9]{3})} ? $1 : "000"' "$port" "$health" || printf 000
  fi
}
`;

/**
 * `look`: the unit's state into `$load`, `$active`, `$sub`, `$pid`, `$user`. `running`: the folder that the
 * running process works in, on one line; empty when there is no process or it can't be told. systemd follows the
 * symlink of `WorkingDirectory` at the start, so this is the release that truly runs, whatever `current` says.
 */
export const unitText = String.raw`
look() {
  load=; active=; sub=; pid=0; user=
  shown=$(systemctl show -p LoadState -p ActiveState -p SubState -p MainPID -p User -- "$unit")
  while IFS='=' read -r key value; do
    case $key in
      LoadState) load=$value ;;
      ActiveState) active=$value ;;
      SubState) sub=$value ;;
      MainPID) pid=$value ;;
      User) user=$value ;;
    esac
  done <<SHOWN
$shown
SHOWN
}

running() {
  [ "$pid" != 0 ] || return 0
  one_line "$({ readlink "/proc/$pid/cwd" || sudo -n /usr/bin/readlink "/proc/$pid/cwd" || :; } 2>/dev/null)"
}

one_line() { printf '%s' "$1" | tr '\n\r' '??'; }
`;
