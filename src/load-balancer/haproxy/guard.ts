/**
 * The guard: a small process on the load balancer that keeps one worker as its mark says while nobody waits for it. A
 * reload of HAProxy forgets every drain, and a restarting worker must not get requests from the new process. It needs
 * no connection to the runner, and ends by itself when the mark is gone, or not renewed for 15 minutes.
 */
export const guard = String.raw`
note() { printf '%s %s\n' "$(date -u +%FT%TZ)" "$*" >> "$folder/guard.log"; }

# Whether the processes are still those of the last reading: all that has to be asked ten times a second.
same_processes() {
  seen=
  answer=$(ask 'show proc') || return 1
  while read -r id kind rest; do
    if [ "$kind" = worker ]; then seen="$seen $id"; fi
  done <<ANSWER
$answer
ANSWER
  [ "$seen" = " $pids" ]
}

guard() {
  trap '' HUP
  open_state
  exec 8>>"$folder/guard.lock"
  flock -n 8 || exit 0
  printf '%s\n' "$$" > "$folder/guard.pid"
  choose_tool
  beat=0
  while :; do
    if [ "$beat" -gt 0 ] && [ -f "$folder/mark" ] && same_processes; then
      beat=$((beat - 1))
      pause 0.1
      continue
    fi
    beat=9
    lock
    if ! read_mark || [ "$state" = ready ]; then break; fi
    clock
    if [ "$now" -ge "$until" ]; then note "not renewed for 15 minutes: the guard ends, the worker stays in $state"; break; fi
    if sample; then
      enforce
      if [ "$wrong" -gt 0 ]; then note "put back to $state in $pids"; fi
    fi
    unlock
    pause 0.1
  done
  rm -f "$folder/guard.pid"
}

start_guard() {
  HOME=$HOME socket=$socket service=$service worker=$worker targets=$targets backends=$backends library=$library \
    setsid sh -c 'set -eu; eval "$library"; guard' guard </dev/null >/dev/null 2>&1 8>&- 9>&- &
}
renew() { clock; until=$((now + 90000)); }
`;
