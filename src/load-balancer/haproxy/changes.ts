/**
 * What the scripts that change a worker share, on top of `library.ts`: what they refuse, the mark, putting every process
 * right, and waiting.
 */
export const changes = String.raw`
# A server that tracks another is checked through it: only where both are drained and declared down is a check fresh.
refuse_tracked_elsewhere() {
  while read -r kind id age backend server admin checking agent inflight tracked rest; do
    if [ "$kind" != server ] || [ "$tracked" = - ]; then continue; fi
    case "$newline$targets$newline" in
      *"$newline$(printf '%s\n' "$tracked" | tr / ' ')$newline"*) ;;
      *) die tracked-elsewhere "$backend/$server tracks $tracked" ;;
    esac
  done <<FACTS
$facts
FACTS
}

# Somebody else's drain or maintenance (forced 1, from the configuration 4, forced drain 8) is left as it was found.
refuse_foreign() {
  while read -r kind id age backend server admin rest; do
    if [ "$kind" != server ] || [ "$age" != current ]; then continue; fi
    case " $processes " in *" $id "*) continue ;; esac
    if [ $((admin & 13)) -ne 0 ]; then die drained-by-others "$backend/$server, admin state $admin"; fi
  done <<FACTS
$facts
FACTS
}

# Draining the last server of a backend is an outage.
refuse_last() {
  while read -r kind id backend active backup; do
    if [ "$kind" != backend ] || [ $((active + backup)) -gt 1 ]; then continue; fi
    if printf '%s\n' "$facts" | serves "$id" "$backend"; then die last-server "$backend"; fi
  done <<FACTS
$facts
FACTS
}
serves() {
  while read -r kind id age backend server admin checking agent inflight tracked check status; do
    if [ "$kind" != server ] || [ "$age" != current ] || [ "$id" != "$1" ] || [ "$backend" != "$2" ]; then continue; fi
    case $status in UP | UP\ * | 'no check') return 0 ;; esac
  done
  return 1
}

require_mark() {
  if read_mark; then return 0; fi
  refuse_foreign
  die not-drained
}

# Where the mark and the locks of this worker are.
open_state() {
  folder=$HOME/.buka/$service/$worker
  (umask 077; mkdir -p "$folder" && touch "$folder/lock") 2>/dev/null || die state-folder "$folder"
  this_boot
}
# One reader and writer at a time. Closing the descriptor gives the lock back, also when the script dies.
lock() { exec 9>>"$folder/lock"; flock 9; }
unlock() { exec 9>&-; }
write_mark() {
  printf 'state %s\nuntil %s\nboot %s\nprocesses %s\nagents %s\n' \
    "$state" "$until" "$boot" "$processes" "$agents" > "$folder/mark.new"
  mv -f "$folder/mark.new" "$folder/mark"
}

# Puts every process as $state says. $wrong counts what had to be put right or could not be read: such a reading proves
# nothing.
# A process that a reload left behind may refuse ("Proxy is disabled."); it takes no new connection, and is told once.
enforce() {
  fixes=; wrong=0; claimed=$processes; agents_before=$agents
  while read -r kind id age backend server admin checking agent inflight tracked check status; do
    case "$kind $age" in missing\ * | 'unreadable current') wrong=$((wrong + 1)) ;; esac
    if [ "$kind" != server ]; then continue; fi
    case " $processes " in *" $id "*) ;; *) processes="$processes $id" ;; esac
    if [ "$age" = old ]; then case " $told " in *" $id:$backend/$server:$state "*) continue ;; esac; fi
    fix=
    case $state in
      drain) if [ $((admin & 9)) -eq 0 ]; then fix='state drain'; fi ;;
      check | checked) if [ $((admin & 9)) -ne 8 ]; then fix='state drain'; fi ;;
      maintenance) if [ $((admin & 1)) -eq 0 ]; then fix='state maint'; fi ;;
      ready) if [ $((admin & 9)) -ne 0 ]; then fix='state ready'; fi ;;
    esac
    if [ -n "$fix" ]; then fixes="$fixes;@!$id set server $backend/$server $fix"; fi
    if [ "$state" != ready ] && [ $((agent & 4)) -ne 0 ]; then
      fixes="$fixes;@!$id disable agent $backend/$server"
      case " $agents " in *" $backend/$server "*) ;; *) agents="$agents $backend/$server" ;; esac
      fix=agent
    fi
    if [ "$age" = old ]; then told="$told $id:$backend/$server:$state"; continue; fi
    if [ -n "$fix" ]; then wrong=$((wrong + 1)); fi
  done <<FACTS
$facts
FACTS
  if [ "$processes" != "$claimed" ] || [ "$agents" != "$agents_before" ]; then write_mark; fi
  if [ -n "$fixes" ]; then said=$(ask "show version$fixes") || said='no answer'; fi
}

# Requests in flight and queued over every process into $inflight_sum; processes that do not tell into $unreadable.
count_requests() {
  inflight_sum=0; unreadable=0
  while read -r kind id age backend server admin checking agent inflight rest; do
    case $kind in
      server) inflight_sum=$((inflight_sum + inflight)) ;;
      unreadable) unreadable=$((unreadable + 1)) ;;
    esac
  done <<FACTS
$facts
FACTS
}

# Waits until nothing is in flight in two readings in a row that needed no correction, or $deadline (hundredths) passes.
wait_for_silence() {
  clock; began=$now; zeros=0; last=; applied=no
  while :; do
    lock
    read_mark || die superseded "the mark is gone"
    sample || die load-balancer-down "$socket stopped answering"
    enforce
    unlock
    count_requests
    if [ "$wrong" -eq 0 ]; then applied=yes; fi
    if [ "$wrong" -eq 0 ] && [ "$inflight_sum" -eq 0 ] && [ "$unreadable" -eq 0 ]; then zeros=$((zeros + 1)); else zeros=0; fi
    clock; waited=$(((now - began) * 10))
    if [ "$zeros" -ge 2 ]; then return 0; fi
    if [ "$inflight_sum" != "$last" ]; then printf 'progress %s\n' "$inflight_sum"; last=$inflight_sum; fi
    if [ $((now - began)) -ge "$deadline" ]; then
      if [ "$applied" = no ]; then die not-applied "$said"; fi
      return 1
    fi
    pause 0.05
  done
}
`;
