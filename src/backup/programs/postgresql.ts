import { createSql, fingerprintSql, loggedTablesSql, sequencesSql } from './fingerprint';

/** PostgreSQL for the program on the backup server: looking at production, dumping it, and restoring it to see. */
export const postgresql = String.raw`
engine_name=PostgreSQL dumper=pg_dump
fingerprint_sql() { cat <<'SQL'
${fingerprintSql}
SQL
}
sequences_sql() { cat <<'SQL'
${sequencesSql}
SQL
}
tables_sql() { cat <<'SQL'
${loggedTablesSql}
SQL
}
create_sql() { cat <<'SQL'
${createSql}
SQL
}

# Where production is. A connection that dies is noticed in half a minute, also by a dump that only reads.
open_database() {
  PGPASSFILE=$settings/pgpass PGCONNECT_TIMEOUT=10
  export PGPASSFILE PGCONNECT_TIMEOUT
  where="host='$host' port='$port' user='$user' keepalives_idle=10 keepalives_interval=5 keepalives_count=3 tcp_user_timeout=30000 application_name='buka backup'"
  production="$where dbname='$database'"
}
# Asks production, into $answer. The one place that does: what fails in a command substitution could not end the program.
ask() {
  answer=$(psql -X -q -A -t -F "$tab" -v ON_ERROR_STOP=1 -d "$production" -c "$1" 2>"$work/query.err") ||
    die database-unreachable "$(words "$work/query.err")"
}

database_size() { ask 'SELECT pg_database_size(current_database())'; }

# The client programs of the server's own major version, or else of the next newer one.
choose_client() {
  ask "SELECT current_setting('server_version_num')::int / 10000, split_part(current_setting('server_version'), ' ', 1)"
  IFS="$tab" read -r server_major server <<ANSWER
$answer
ANSWER
  choose_client_for "$server_major"
}
choose_client_for() {
  major=
  for folder in $(ls /usr/lib/postgresql 2>/dev/null | sort -n); do
    if [ "$folder" -ge "$1" ] && [ -x "/usr/lib/postgresql/$folder/bin/initdb" ]; then major=$folder; break; fi
  done
  if [ -z "$major" ]; then
    die client-too-old "the server is PostgreSQL $1; here is $(ls /usr/lib/postgresql 2>/dev/null | sort -n | tr '\n' ' ')"
  fi
  PATH=/usr/lib/postgresql/$major/bin:$PATH
  client=$(pg_dump --version | awk '{ print $3 }')
}
version_of_backup() { sed -n 's/.*"server":"\([0-9]*\)\..*/\1/p' "$1"; }

# An ALTER that waits for a dump has everybody else wait behind it; and a dump in the middle of a migration is of neither
# release. A lock that comes and goes is nobody's migration.
refuse_migration() {
  tries=0
  while :; do
    ask "SELECT 'process ' || l.pid || ' (' || coalesce(a.application_name, '') || '): ' || coalesce(left(regexp_replace(a.query, '\s+', ' ', 'g'), 200), '')
      FROM pg_locks l LEFT JOIN pg_stat_activity a USING (pid) JOIN pg_database d ON d.oid = l.database AND d.datname = current_database()
      WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock' AND l.relation >= 16384 LIMIT 1"
    if [ -z "$answer" ]; then return 0; fi
    tries=$((tries + 1))
    if [ "$tries" -ge 10 ]; then die migration-running "$answer"; fi
    sleep 0.5
  done
}

# A session of production that holds one snapshot, for the dump and the fingerprint, until it is closed.
open_snapshot() {
  mkfifo "$work/session.in"
  psql -X -q -A -t -F "$tab" -v ON_ERROR_STOP=1 -d "$production" <"$work/session.in" >/dev/null 2>"$work/session.err" &
  session=$!
  exec 5>"$work/session.in"
  {
    echo 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;'
    echo "SELECT pg_export_snapshot(), to_char(now() AT TIME ZONE 'utc', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"') \\g '$work/snapshot'"
    echo "\\o '$work/create'"
    create_sql
    echo "\\o '$work/fingerprint'"
    fingerprint_sql
    echo '\o'
  } >&5
  while [ ! -s "$work/snapshot" ]; do
    kill -0 "$session" 2>/dev/null || die database-unreachable "$(words "$work/session.err")"
    sleep 0.05
  done
  IFS="$tab" read -r snapshot recovery_point < "$work/snapshot"
}
close_snapshot() {
  echo 'COMMIT;' 2>/dev/null >&5 || :
  exec 5>&-
  if wait "$session"; then session=; return 0; fi
  session=
  return 1
}

# The dump, to descriptor 3. Uncompressed, as only that deduplicates.
start_dump() {
  pg_dump -d "$production" --no-password -Fc -Z0 --snapshot="$snapshot" --lock-wait-timeout=5s \
    >&3 2>"$work/dump.err" 3>&- 5>&- &
  dump=$!
}
dump_failure_is_migration() { grep -q 'LOCK TABLE' "$work/dump.err"; }
dump_globals() {
  pg_dumpall -d "$production" -l postgres --no-password --globals-only >"$work/globals" 2>"$work/globals.err" ||
    die globals-failed "$(words "$work/globals.err")"
}

# A server of its own for a proof, with nothing in it: no network, and nothing is written through to the disk. Its table
# of locks has room for 200,000 and takes 80 MB at most, half of that at once.
start_proof_server() {
  template=$state/template-$major
  if [ ! -d "$template" ]; then
    rm -rf "$template.new"
    initdb -D "$template.new" -U buka_proof -A trust --no-sync --no-locale -E UTF8 >"$work/initdb" 2>&1 ||
      die proof-failed "$(words "$work/initdb")"
    mv "$template.new" "$template"
  fi
  cp -a "$template" "$work/cluster" 2>"$work/cp.err" || die too-little-space "$(words "$work/cp.err")"
  pg_ctl -D "$work/cluster" -w -t 60 -l "$work/server.log" -o "-c listen_addresses='' -c unix_socket_directories='$work' \
    -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c wal_level=minimal -c max_wal_senders=0 \
    -c max_connections=10 -c max_locks_per_transaction=10000 -c max_wal_size=8GB -c autovacuum=off -c jit=off \
    -c shared_buffers=64MB -c maintenance_work_mem=128MB" \
    start >/dev/null 2>&1 5>&- 9>&- || die proof-failed "$(words "$work/server.log")"
  proof_server=yes
}
stop_proof_server() {
  if [ -z "$proof_server" ]; then return 0; fi
  pg_ctl -D "$work/cluster" -m immediate -w stop >/dev/null 2>&1 || :
  proof_server=
}
in_proof() { PGPASSFILE=$work/none psql -X -q -A -t -F "$tab" -v ON_ERROR_STOP=1 -h "$work" -U buka_proof "$@"; }
fingerprint_proof() { fingerprint_sql | in_proof -d "$database"; }

# Restores a backup into the proof's server; its arguments are those of "prove".
restore_proof() {
  roles_of "$2globals" |
    in_proof -d postgres >/dev/null 2>"$work/restore.err" || die proof-failed "roles: $(words "$work/restore.err")"
  # In one transaction no log is written of the rows, as their tables are new in it. But it holds a lock for each table,
  # index and large object: where there are more of them than the server has room for, each statement is on its own.
  transaction=--single-transaction
  until load_proof "$1" "$2create"; do
    if [ -z "$transaction" ] || ! grep -q max_locks_per_transaction "$work/restore.err"; then
      die proof-failed "$(read_failure) $(words "$work/restore.err")"
    fi
    transaction=
    drop_lock
    echo 'DROP DATABASE :"name"' | in_proof -d postgres -v name="$database" >/dev/null 2>"$work/restore.err" ||
      die proof-failed "dropping the database: $(words "$work/restore.err")"
  done
  whole_backup_read
}
load_proof() {
  in_proof -d postgres -v name="$database" <"$2" >/dev/null 2>"$work/restore.err" ||
    die proof-failed "making the database: $(words "$work/restore.err")"
  read_backup "$1" /database.dump | PGPASSFILE=$work/none pg_restore --exit-on-error $transaction --no-tablespaces -h "$work" -U buka_proof -d "$database" \
    2>"$work/restore.err"
}
`;
