/** Receiving the write-ahead log as it is written, over a replication connection that can only read. */
export const walReceive = String.raw`
slot() { printf 'buka_%s\n' "$service" | tr - _; }

# Which server that is, and which of its histories: "system timeline". A restore begins another history.
identify() {
  psql -X -q -A -t -F ' ' -d "$where replication=yes" -c IDENTIFY_SYSTEM >"$work/identified" 2>"$work/query.err" ||
    die database-unreachable "$(words "$work/query.err")"
  read -r system timeline rest <"$work/identified"
}
newest_stream() { ls -d "$state"/wal/*/ 2>/dev/null | sed 's|/$||' | tail -n 1; }
is_of_now() { [ -n "$1" ] && read -r of_system of_timeline rest <"$1/identity" && [ "$of_system $of_timeline" = "$system $timeline" ]; }

# The stream goes on where it ended, as long as the server has kept for it what came after; otherwise another one begins.
begin_stream() {
  identify
  ask "SELECT coalesce(max(CASE WHEN wal_status = 'lost' OR restart_lsn IS NULL THEN 'lost' ELSE 'kept' END), 'none') FROM pg_replication_slots WHERE slot_name = '$(slot)'"
  stream=$(newest_stream)
  if [ "$answer" = kept ] && is_of_now "$stream"; then return 0; fi
  if [ "$answer" != none ]; then drop_slot; fi
  pg_receivewal -d "$where" --no-password --slot="$(slot)" --create-slot >/dev/null 2>"$work/query.err" ||
    die database-unreachable "$(words "$work/query.err")"
  ask "SELECT setting FROM pg_settings WHERE name = 'wal_segment_size'"
  stream=$state/wal/$(date -u +%Y%m%dT%H%M%SZ)
  mkdir -p "$stream.new/incoming"
  printf '%s %s %s\n' "$system" "$timeline" "$answer" >"$stream.new/identity"
  sync "$stream.new/identity"
  mv -T "$stream.new" "$stream"
}
# What is whole is kept under its name for good: a link is only ever added. Who receives writes into "incoming" what the
# other side says is the log, also under a name that was there before; the file that is kept stays as it was.
keep_whole() {
  added_one=
  for one in $(ls "$stream/incoming" | grep -x -e '[0-9A-F]\{24\}' -e '[0-9A-F]\{8\}\.history'); do
    if [ ! -e "$stream/$one" ] && [ ! -e "$stream/$one.gz" ] && ln "$stream/incoming/$one" "$stream/$one" 2>/dev/null; then added_one=yes; fi
  done
  if [ -n "$added_one" ]; then sync "$stream"; fi
  # The newest one says where to go on.
  ls "$stream/incoming" | grep -x '[0-9A-F]\{24\}' | sort -r | tail -n +2 | while IFS= read -r one; do rm -f "$stream/incoming/$one"; done
}
drop_slot() {
  pg_receivewal -d "$where" --no-password --slot="$(slot)" --drop-slot >/dev/null 2>"$work/query.err" ||
    die database-unreachable "$(words "$work/query.err")"
}

# Goes on until the mode is another one; a connection that ends is made anew, to whatever server is there then.
receive() {
  exec 8>>"$state/receiving"
  flock -n 8 || die backup-running 'another one receives already'
  program=$(stat -c %i "$0")
  while :; do
    code=0
    (receive_once) || code=$?
    if [ "$code" -eq 0 ]; then exit 0; fi
    # systemd starts the new one.
    if is_replaced; then exit 1; fi
    sleep 3
    mode=dump
    read_settings "$settings/settings" mode
  done
}
is_replaced() { [ "$(stat -c %i "$0" 2>/dev/null)" != "$program" ]; }
# Twice in a row the server is asked how far it is: what it had written the first time and is here the second, is safe.
receive_once() {
  work=$(mktemp -d)
  receiver=
  trap 'unexpected; if [ -n "$receiver" ]; then kill "$receiver" 2>/dev/null || :; wait "$receiver" || :; fi; rm -rf "$work"' EXIT
  trap 'told=yes; exit 1' INT TERM HUP
  choose_client
  if [ "$mode" != continuous ]; then
    # A slot that nobody reads would fill production's disk.
    ask "SELECT count(*) FROM pg_replication_slots WHERE slot_name = '$(slot)'"
    if [ "$answer" != 0 ]; then drop_slot; fi
    rm -f "$HOME/metrics/$service.wal.prom"
    exit 0
  fi
  begin_stream
  tell "receiving into $stream"
  pg_receivewal -D "$stream/incoming" -d "$where" --slot="$(slot)" --synchronous --no-loop --no-password --status-interval=5 2>"$work/receive.err" &
  receiver=$!
  written=
  while kill -0 "$receiver" 2>/dev/null; do
    keep_whole
    asked_at=$(date +%s)
    ask "SELECT pg_current_wal_flush_lsn(), coalesce('$written' <> '' AND restart_lsn >= nullif('$written', '')::pg_lsn, false),
        pg_current_wal_flush_lsn() - restart_lsn FROM pg_replication_slots WHERE slot_name = '$(slot)'"
    IFS="$tab" read -r flushed reached behind <<ANSWER
$answer
ANSWER
    if [ "$reached" = t ]; then printf '%s\n' "$written_at" >"$state/safe"; fi
    wal_metrics "$behind"
    written=$flushed; written_at=$asked_at
    mode=dump
    read_settings "$settings/settings" mode
    if [ "$mode" != continuous ] || is_replaced; then kill "$receiver" 2>/dev/null || :; fi
    sleep 5 &
    wait $! || :
  done
  receiver=
  keep_whole
  if [ "$mode" != continuous ]; then told=yes; tell 'not wanted any more'; exit 1; fi
  die not-receiving "$(words "$work/receive.err")"
}
wal_metrics() {
  safe=0
  read -r safe 2>/dev/null <"$state/safe" || :
  {
    gauge wal_safe_timestamp_seconds "$safe" 'All that was written until then is on the backup server; 0 for never.'
    gauge wal_behind_bytes "$1" 'What production has written and the backup server had not received when it was asked.'
  } | publish "$service.wal"
}
`;
