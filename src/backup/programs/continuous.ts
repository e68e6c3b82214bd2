/**
 * The continuous mode on the backup server: the write-ahead log is received as it is written, over a replication
 * connection that can only read; a backup is a base and a named point in the log after it. A log is kept in streams: one
 * belongs to one history of one server, without gaps, and another one is begun where that ends, as it does in a restore.
 */
export const continuous = String.raw`
point_sql() { cat <<'SQL'
DO $$
DECLARE
  seen pg_snapshot := pg_current_snapshot();
  point text := current_setting('buka.id') || '-' || current_setting('buka.try');
  quiet boolean := pg_snapshot_xmin(seen) = pg_snapshot_xmax(seen);
  exact boolean := false;
BEGIN
  PERFORM set_config('buka.point', '', false);
  IF quiet OR current_setting('buka.try') = 'last' THEN
    PERFORM set_config('buka.lsn', pg_create_restore_point(point)::text, false);
    PERFORM set_config('buka.point', point, false);
    -- No transaction was at work in the snapshot. If none has begun since, which this question's refusal tells, then
    -- what the snapshot shows is what is there at the point.
    BEGIN
      PERFORM pg_xact_status(pg_snapshot_xmax(seen));
    EXCEPTION WHEN invalid_parameter_value THEN
      exact := quiet;
    END;
  END IF;
  PERFORM set_config('buka.exact', exact::text, false);
END $$;
SELECT NOT (current_setting('buka.exact')::boolean OR current_setting('buka.try') = 'last') AS again,
    to_char(now() AT TIME ZONE 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at,
    current_setting('buka.point') AS point, current_setting('buka.exact') AS exact, current_setting('buka.lsn', true) AS lsn \gset
SQL
}

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
# Twice in a row the server is asked how far it is: what it had
# written the first time and is here the second, is safe.
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
    echo '# HELP buka_backup_wal_safe_timestamp_seconds All that was written until then is on the backup server; 0 for never.'
    echo '# TYPE buka_backup_wal_safe_timestamp_seconds gauge'
    echo "buka_backup_wal_safe_timestamp_seconds{service=\"$service\"} $safe"
    echo '# HELP buka_backup_wal_behind_bytes What production has written and the backup server had not received when it was asked.'
    echo '# TYPE buka_backup_wal_behind_bytes gauge'
    echo "buka_backup_wal_behind_bytes{service=\"$service\"} $1"
  } >"$HOME/metrics/.$service.wal.new"
  chmod 644 "$HOME/metrics/.$service.wal.new"
  mv "$HOME/metrics/.$service.wal.new" "$HOME/metrics/$service.wal.prom"
}

# The stream that production's log goes into now.
open_stream() {
  tries=0
  while :; do
    identify
    stream=$(newest_stream)
    ask "SELECT coalesce(bool_or(active), false) FROM pg_replication_slots WHERE slot_name = '$(slot)'"
    if [ "$answer" = t ] && is_of_now "$stream"; then return 0; fi
    tries=$((tries + 1))
    if [ "$tries" -ge 40 ]; then die not-receiving 'nothing receives the log of this server'; fi
    if [ "$tries" = 1 ]; then tell 'progress waiting until the log is received'; fi
    sleep 0.5
  done
}

# A word of the part of a manifest that is about the log: $1 the word, $2 the manifest.
of_log() { sed -n 's/.*"continuous":{[^}]*"'"$1"'":"\([^"]*\)".*/\1/p' "$2"; }
is_point() { grep -q '"continuous":{' "$state/manifests/$id.json"; }
open_point() {
  stream=$state/wal/$(of_log stream "$1")
  base=$(of_log base "$1"); first=$(of_log first "$1"); last=$(of_log last "$1"); point=$(of_log point "$1")
  stored=$(sed -n 's/.*"snapshot":"\([0-9a-f]*\)".*/\1/p' "$1")
  bytes=$(sed -n 's/.*"bytes":\([0-9]*\),.*/\1/p' "$1")
}

# The newest base that this stream goes on from, unless a backup with it was found broken.
choose_base() {
  now_stream=$stream
  for manifest in $(grep -l -s -F "\"stream\":\"$(basename "$now_stream")\"" "$state"/manifests/*.json | sort -r); do
    open_point "$manifest"
    broken=no
    for other in $(grep -l -s -F "\"base\":\"$base\"" "$state"/manifests/*.json); do
      if [ -f "$state/manifests/$(basename "$other" .json).broken" ]; then broken=yes; fi
    done
    if [ "$broken" = no ]; then return 0; fi
  done
  stream=$now_stream; base=
}
# A base is of the whole server; a database that the reader may not connect to tells nobody how large it is.
preflight_log() {
  ask "SELECT current_setting('wal_level'),
    sum(CASE WHEN has_database_privilege(oid, 'CONNECT') THEN pg_database_size(oid) ELSE 0 END) FROM pg_database"
  IFS="$tab" read -r wal_level database_bytes <<ANSWER
$answer
ANSWER
  if [ "$wal_level" = minimal ]; then die wal-minimal "wal_level is $wal_level"; fi
}
start_base() {
  pg_basebackup -d "$where" --no-password -D - -F t -X none -c fast -l "$id" >&3 2>"$work/dump.err" 3>&- &
  dump=$!
}
take_base() {
  ask "SELECT count(*) FROM pg_tablespace WHERE spcname NOT IN ('pg_default', 'pg_global')"
  if [ "$answer" != 0 ]; then die tablespaces "there are $answer tablespaces besides PostgreSQL's own"; fi
  tell 'progress reading all of the server, as a base for the log'
  store base.tar start_base
  # The base itself says with which segment of the log it begins; that is the first file in it.
  first=$({ restic --no-cache dump "$stored" /base.tar 2>/dev/null || :; } | tar -x -O -f - --occurrence=1 backup_label 2>/dev/null |
    sed -n 's/^START WAL LOCATION: .*(file \([0-9A-F]*\))$/\1/p')
  if [ -z "$first" ]; then die store-failed 'the base has no label'; fi
  base=$id
}

# A named point in production's log, and what production holds in that very moment. An instant in which nothing is being
# written is looked for; where there is none, the tables that were written to meanwhile can't be compared.
set_point() {
  {
    echo "SELECT set_config('buka.id', '$id', false) \\g /dev/null"
    echo "\\o '$work/fingerprint.sequences'"
    sequences_sql
    echo '\o'
    echo '\set again true'
    for try in $(seq 300) last; do
      echo '\if :again'
      echo "SELECT set_config('buka.try', '$try', false) \\g /dev/null"
      echo 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;'
      point_sql
      printf '%s\n' '\if :again' 'ROLLBACK;' 'SELECT pg_sleep(0.01 + random() * 0.03) \g /dev/null' '\endif' '\endif'
    done
    echo "SELECT :'point', :'exact', :'lsn', :'at', substr(pg_walfile_name(:'lsn'), 1, 24) \\g '$work/point'"
    echo "\\o '$work/fingerprint.tables'"
    tables_sql
    echo '\o'
    echo 'COMMIT;'
    # What is whole can't be written again.
    echo 'SELECT pg_switch_wal() \g /dev/null'
  } >"$work/point.sql"
  psql -X -q -A -t -F "$tab" -v ON_ERROR_STOP=1 -d "$production" -f "$work/point.sql" >/dev/null 2>"$work/session.err" || {
    if grep -q 'permission denied for function' "$work/session.err"; then die point-denied "$(words "$work/session.err")"; fi
    die database-unreachable "$(words "$work/session.err")"
  }
  cat "$work/fingerprint.sequences" "$work/fingerprint.tables" >"$work/fingerprint"
  IFS="$tab" read -r point exact lsn recovery_point last <"$work/point"
}
await_point() {
  tries=0
  while :; do
    keep_whole
    if [ -e "$stream/$last" ] || [ -e "$stream/$last.gz" ]; then return 0; fi
    tries=$((tries + 1))
    if [ "$tries" -ge 300 ]; then die not-receiving "segment $last of the log did not come"; fi
    sleep 0.2
  done
}

# The server as it was at a point, thrown away afterwards: $stored the base, $stream, $point.
recover() {
  if [ "$(free_in "$state")" -lt $((bytes + bytes / 4 + 200000000)) ]; then
    die too-little-space "$(($(free_in "$state") / 1000000)) MB are free in $state, $(((bytes + bytes / 4) / 1000000 + 200)) MB may be needed"
  fi
  mkdir -m 700 "$work/cluster"
  {
    code=0
    restic --no-cache dump "$stored" /base.tar 2>"$work/read.err" || code=$?
    echo "$code" >"$work/read"
  } | tar -x -f - -C "$work/cluster" 2>"$work/restore.err" || die proof-failed "$(read_failure) $(words "$work/restore.err")"
  if [ "$(cat "$work/read")" != 0 ]; then die proof-failed "$(read_failure)"; fi
  pg_verifybackup -n -q "$work/cluster" >"$work/verify" 2>&1 || {
    cp "$work/verify" "$work/restore.err"
    die proof-failed "the base: $(words "$work/verify")"
  }
  # Settings of production's that it was given by a statement: it needs none of them, nor the libraries that they load.
  : >"$work/cluster/postgresql.auto.conf"
  : >"$work/cluster/recovery.signal"
  echo 'local all all trust' >"$work/hba"
  : >"$work/ident"
  cat >"$work/wal" <<'SCRIPT'
if [ -f "$1/$2" ]; then exec cp "$1/$2" "$3"; fi
if [ -f "$1/$2.gz" ]; then exec gzip -dc "$1/$2.gz" >"$3"; fi
exit 1
SCRIPT
  cat >"$work/conf" <<CONF
listen_addresses = ''
unix_socket_directories = '$work'
hba_file = '$work/hba'
ident_file = '$work/ident'
fsync = off
full_page_writes = off
autovacuum = off
jit = off
hot_standby = off
max_prepared_transactions = $(pg_controldata "$work/cluster" | sed -n 's/^max_prepared_xacts setting: *//p')
restore_command = 'sh $work/wal $stream %f "%p"'
recovery_target_name = '$point'
recovery_target_timeline = 'latest'
recovery_target_action = 'promote'
CONF
  proof_server=yes
  pg_ctl -D "$work/cluster" -w -t 43200 -l "$work/server.log" -o "-c config_file=$work/conf" start >/dev/null 2>&1 9>&- || :
  # Without hot standby it counts as started before it has gone through the log.
  until PGPASSFILE=$work/none psql -X -q -h "$work" -U "$user" -d "$database" -c 'SELECT 1' >/dev/null 2>"$work/connect.err"; do
    if pg_ctl -D "$work/cluster" status >/dev/null 2>&1 && ! grep -q 'does not exist' "$work/connect.err"; then sleep 0.2; continue; fi
    grep -e FATAL -e PANIC "$work/server.log" | grep -v 'not accepting' >"$work/restore.err" || cp "$work/server.log" "$work/restore.err"
    die proof-failed "the log up to $point: $(words "$work/restore.err")"
  done
}
prove_point() {
  clock; proof_began=$now
  recover
  restore_seconds=$(since "$proof_began")
  { sequences_sql; tables_sql; } |
    PGPASSFILE=$work/none PGOPTIONS= psql -X -q -A -t -F "$tab" -v ON_ERROR_STOP=1 -h "$work" -U "$user" -d "$database" \
      >"$work/restored" 2>"$work/restore.err" || die proof-failed "$(words "$work/restore.err")"
  stop_proof_server
  rm -rf "$work/cluster"
  prove_seconds=$(since "$proof_began")
}

# Where no quiet instant was found, a table that production has written to since may differ; one that it has not, may not.
compare_point() {
  busy=
  if [ "$exact" != true ]; then
    tables_sql | psql -X -q -A -t -F "$tab" -v ON_ERROR_STOP=1 -d "$production" >"$work/later" 2>"$work/query.err" ||
      die database-unreachable "$(words "$work/query.err")"
    awk -F "$tab" '
      $1 != "table" { next }
      FILENAME == ARGV[1] { before[$2] = $0; next }
      { if (!($2 in before) || before[$2] != $0) print $2; delete before[$2] }
      END { for (name in before) print name }
    ' "$work/fingerprint" "$work/later" >"$work/busy"
    awk -F "$tab" 'FILENAME == ARGV[1] { busy[$1] = 1; next } !($1 == "table" && $2 in busy)' "$work/busy" "$work/fingerprint" >"$work/wanted"
    awk -F "$tab" 'FILENAME == ARGV[1] { busy[$1] = 1; next } !($1 == "table" && $2 in busy)' "$work/busy" "$work/restored" >"$work/found"
    compare "$work/wanted" "$work/found"
    busy=$(cat "$work/busy")
  else compare "$work/fingerprint" "$work/restored"; fi
  # From now on it is this that the point has to come back as, whenever it is restored: the log is the same each time.
  cp "$work/restored" "$work/fingerprint"
}

take_point() {
  clock; dump_began=$now
  open_stream
  choose_base
  size_before=$(stored_size)
  if [ -z "$base" ]; then due='it begins with a new base, which the log goes on from'; fi
  if [ "$kind" = nightly ] || [ -z "$base" ]; then take_base; fi
  set_point
  await_point
  added=$(($(stored_size) - size_before))
  # What was received twice, and is let go of meanwhile, may have been more.
  if [ "$added" -lt 0 ]; then added=0; fi
  dump_seconds=$(since "$dump_began")
  # What some tables have to come back as is then known only from what did.
  if [ "$exact" != true ]; then due='production was never quiet'; fi
  busy=
  if prove_now "production's log is here up to $point"; then
    prove_point
    compare_point
    proof_ended
  fi
  : >"$work/globals"
  : >"$work/create"
  about=$(printf '"continuous":{"base":"%s","stream":"%s","first":"%s","last":"%s","point":"%s","exact":%s,"busy":[%s]},' \
    "$base" "$(basename "$stream")" "$first" "$last" "$point" "$exact" \
    "$(printf '%s\n' "$busy" | while IFS= read -r one; do if [ -n "$one" ]; then printf ',%s' "$(json "$one")"; fi; done | cut -c 2-)")
}
stored_size() { du -sb "$RESTIC_REPOSITORY" "$state/wal" | awk '{ sum += $1 } END { print sum }'; }

# For a restore: the log after the base, as an archive of its files; up to the point, or as far as there is any.
send_wal() {
  if [ "$to" != '' ]; then last=; fi
  sending=$(mktemp -d "$state/sending.XXXXXX")
  trap 'rm -rf "$sending"' EXIT
  trap 'exit 1' INT TERM HUP
  ls "$stream" | awk -v first="$first" -v last="$last" '
    /\.history$/ { print; next }
    /^[0-9A-F]+(\.gz)?$/ { segment = substr($0, 1, 24); if (segment >= first && (last == "" || segment <= last)) print }
  ' | while IFS= read -r one; do ln "$stream/$one" "$sending/$one" 2>/dev/null || ln "$stream/$one.gz" "$sending/$one.gz"; done
  if [ -z "$last" ]; then
    # What came since; a segment may become whole in this moment, and has another name then.
    for one in "$stream"/incoming/*; do
      name=$(basename "$one" .partial)
      if [ -f "$one" ] && [ ! -e "$sending/$name" ] && [ ! -e "$sending/$name.gz" ]; then
        cp "$one" "$sending/$name" 2>/dev/null || cp "$stream/$name" "$sending/$name" 2>/dev/null || cp "$stream/incoming/$name" "$sending/$name"
      fi
    done
  fi
  tar -c -f - -C "$sending" .
}

# What belongs to no backup any more goes: the log from before the oldest base of its stream. What is whole
# is packed.
retain_wal() {
  # Links of a restore that was killed a day ago.
  find "$state/" -maxdepth 1 -name 'sending.*' -mmin +1440 -exec rm -rf {} +
  now_stream=
  if [ "$mode" = continuous ]; then now_stream=$(newest_stream); fi
  for one in "$state"/wal/*; do
    [ -d "$one" ] || continue
    oldest=$(cat "$state"/manifests/*.json 2>/dev/null | grep -F "\"stream\":\"$(basename "$one")\"" |
      sed -n 's/.*"continuous":{[^}]*"first":"\([^"]*\)".*/\1/p' | sort | head -n 1)
    if [ -z "$oldest" ]; then
      if [ "$one" != "$now_stream" ]; then rm -rf "$one"; fi
      continue
    fi
    ls "$one" | awk -v oldest="$oldest" '/^[0-9A-F]+(\.gz)?$/ && substr($0, 1, 24) < oldest' | while IFS= read -r old; do rm -f "$one/$old"; done
    ls "$one" | grep -x '[0-9A-F]\{24\}' | while IFS= read -r whole; do gzip -1 -f "$one/$whole"; done
    sync "$one"
  done
}

# Gaps and rot in the log that backups need; what it finds is on standard output.
verify_wal() {
  for one in "$state"/wal/*; do
    [ -d "$one" ] || continue
    read -r of_system of_timeline segment_size <"$one/identity"
    ls -l "$one" | awk -v size="$segment_size" -v stream="$(basename "$one")" '
      function hex(text, value, i) { value = 0; for (i = 1; i <= length(text); i++) value = value * 16 + index("0123456789ABCDEF", substr(text, i, 1)) - 1; return value }
      $9 !~ /^[0-9A-F]+(\.gz)?$/ || length($9) < 24 { next }
      length($9) == 24 && $5 != size { print stream ": " $9 " has " $5 " bytes" }
      { n = hex(substr($9, 9, 8)) * (4294967296 / size) + hex(substr($9, 17, 8)); if (seen != "" && n > before + 1) print stream ": " n - before - 1 " segments are missing before " $9; before = n; seen = 1 }
    '
    for packed in "$one"/*.gz; do
      if [ -f "$packed" ]; then gzip -t "$packed" 2>&1 || :; fi
    done
  done
}
`;
