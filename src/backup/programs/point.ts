/** A backup in continuous mode: a base where one is due, a named point in the log after it, and the proof of both. */
export const point = String.raw`
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
  read_backup "$stored" /base.tar | tar -x -f - -C "$work/cluster" 2>"$work/restore.err" || die proof-failed "$(read_failure) $(words "$work/restore.err")"
  whole_backup_read
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
    without_busy "$work/fingerprint" >"$work/wanted"
    without_busy "$work/restored" >"$work/found"
    compare "$work/wanted" "$work/found"
    busy=$(cat "$work/busy")
  else compare "$work/fingerprint" "$work/restored"; fi
  # From now on it is this that the point has to come back as, whenever it is restored: the log is the same each time.
  cp "$work/restored" "$work/fingerprint"
}
without_busy() { awk -F "$tab" 'FILENAME == ARGV[1] { busy[$1] = 1; next } !($1 == "table" && $2 in busy)' "$work/busy" "$1"; }

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
`;
