/**
 * The guard: a small process on the load balancer that keeps one worker as its mark says while nobody waits for it. A
 * reload of HAProxy forgets every drain, and a restarting worker must not get requests from the new process. It is the
 * lease, too: when no run has renewed the mark in time, it readmits the worker as carefully as a run does, and tries
 * until the worker is fit. All it decides, it decides under the lock, by the mark: late or twice it does no harm.
 */
export const guard = String.raw`
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
  flock -w 1 8 || exit 0
  printf '%s\n' "$$" > "$folder/guard.pid"
  choose_tool
  haste=100; beat=0; downed=; fired=
  while :; do
    if [ "$beat" -gt 0 ] && [ -f "$folder/mark" ] && same_processes; then
      beat=$((beat - 1))
      pause 0.1
      continue
    fi
    beat=9; idle=0.1
    lock
    if ! read_mark; then break; fi
    if [ "$state" != ready ] && lapsed; then come_back_from "$state"; fi
    fired=$state
    if sample; then
      respect_others || :
      if [ "$dropped" = yes ]; then break; fi
      keep_to_mark || :
    fi
    unlock
    pause "$idle"
  done
  rm -f "$folder/guard.pid"
}

# A disk that is full keeps the mark as it was; the worker comes back all the same.
come_back_from() {
  if [ "$fired" = returning ]; then state=returning; settled=; return 0; fi
  note "the lease was not renewed: the worker, in $1, is readmitted when it is fit" || :
  enter returning || :
  downed=
}

keep_to_mark() {
  case $state in
    returning)
      # An app that is just starting is readmitted soon; one that stays down for hours costs no more than a look a second.
      beat=0; idle=0.3; clock
      if [ "$now" -ge $((until + 6000)) ]; then idle=1; fi
      check_afresh
      if [ "$wrong" -ne 0 ] || [ "$pending" = yes ]; then return 0; fi
      if give_back; then note "readmitted$seen"; fi ;;
    # Whoever readmitted it died over it.
    ready) if give_back; then note "readmitted, as was begun"; fi ;;
    *)
      enforce
      if [ "$wrong" -gt 0 ]; then note "put back to $state in $pids"; fi ;;
  esac
}

start_guard() {
  HOME=$HOME socket=$socket service=$service worker=$worker targets=$targets backends=$backends library=$library \
    setsid sh -c 'set -eu; eval "$library"; guard' guard </dev/null >/dev/null 2>&1 8>&- 9>&- &
}

# Where systemd-logind kills what a user leaves behind, the guard dies with the connection (logind.conf(5)).
refuse_short_lived_guard() {
  case $(cat /proc/self/cgroup) in *session-*.scope*) ;; *) return 0 ;; esac
  policy=$(busctl get-property org.freedesktop.login1 /org/freedesktop/login1 org.freedesktop.login1.Manager \
    KillUserProcesses KillOnlyUsers KillExcludeUsers 2>/dev/null 8>&- 9>&-) || return 0
  me=$(id -un)
  case $policy in
    'b true'"$newline"'as 0'"$newline"*\"$me\"*) ;;
    'b true'"$newline"'as 0'*) die guard-killed "KillUserProcesses=yes" ;;
    'b true'"$newline"*\"$me\"*) die guard-killed "KillUserProcesses=yes, KillOnlyUsers has $me" ;;
  esac
}
`;
