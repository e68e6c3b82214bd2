import { floatsSql, notTransactionalSql, sessionSql, statementsSql } from './mariadb-fingerprint';

/** MariaDB for the program on the backup server: looking at production, dumping it, and restoring it to see. */
export const mariadb = String.raw`
engine_name=MariaDB dumper=mariadb-dump
statements_sql() { cat <<'SQL'
${statementsSql}
SQL
}
session_sql() { cat <<'SQL'
${sessionSql}
SQL
}

# Where production is. The password is in a file that only the backup account reads.
open_database() { :; }
at_production() { tool=$1; shift; "$tool" --defaults-file="$settings/my.cnf" --default-character-set=utf8mb4 "$@"; }
# Asks production, into $answer. The one place that does: what fails in a command substitution could not end the program.
ask() {
  answer=$(at_production mariadb -N -B -r "$database" -e "$1" 2>"$work/query.err") ||
    die database-unreachable "$(words "$work/query.err")"
}
database_size() {
  ask "SELECT CAST(IFNULL(SUM(data_length + index_length), 0) AS UNSIGNED) FROM information_schema.tables WHERE table_schema = DATABASE()"
}

# The programs here are of one version; it must be the server's series or a newer one.
choose_client() {
  ask "SELECT SUBSTRING_INDEX(VERSION(), '-', 1)"
  server=$answer
  choose_client_for "$server"
}
choose_client_for() {
  client=$(mariadbd --no-defaults --version 2>/dev/null | sed -n 's/.* Ver \([0-9.]*\)-MariaDB.*/\1/p')
  if [ -z "$client" ] || ! printf '%s\n%s\n' "$1" "$client" | awk -F . '{ series[NR] = $1 * 1000 + $2 } END { exit series[2] < series[1] }'; then
    die client-too-old "the server is MariaDB $1; here is $client"
  fi
}
version_of_backup() { sed -n 's/.*"server":"\([0-9.]*\)".*/\1/p' "$1"; }

# A dump in the middle of a migration is of neither release. What comes and goes is nobody's migration.
refuse_migration() {
  tries=0
  while :; do
    ask "SELECT CONCAT('process ', id, ' (', user, '): ', LEFT(REGEXP_REPLACE(info, '[[:space:]]+', ' '), 200)) FROM information_schema.processlist
      WHERE db = DATABASE() AND command <> 'Sleep' AND info REGEXP '^[[:space:]]*(ALTER|CREATE|DROP|RENAME|TRUNCATE|OPTIMIZE)[[:space:]]' LIMIT 1"
    if [ -z "$answer" ]; then break; fi
    tries=$((tries + 1))
    if [ "$tries" -ge 10 ]; then die migration-running "$answer"; fi
    sleep 0.5
  done
  ask "${notTransactionalSql}"
  if [ "$answer" != NULL ]; then die not-transactional "$answer"; fi
  ask "${floatsSql}"
  if [ "$answer" != NULL ]; then tell "progress of these columns a dump keeps six digits, as they are FLOAT: $answer"; fi
}

# Triggers and events as statements, from what the procedure of the reader shows: apart from the dump, as they are to come
# last. An event that is made runs, and would change what a restore has just loaded.
definitions_sql() {
  awk -F "$tab" '
    function plain(text, out, at, next_one) {
      while (at = index(text, "\\")) {
        next_one = substr(text, at + 1, 1)
        out = out substr(text, 1, at - 1) (next_one == "n" ? "\n" : next_one == "t" ? "\t" : next_one == "0" ? "\0" : next_one)
        text = substr(text, at + 2)
      }
      return out text
    }
    NF == 1 { kind = $1; next }
    {
      at = kind == "event" ? 4 : 3
      print "SET sql_mode = \x27" $2 "\x27, character_set_client = " $(at + 1) ", collation_connection = " $(at + 2) (kind == "event" ? ", time_zone = \x27" $3 "\x27" : "") ";"
      print "DELIMITER ;;"
      print plain($at) " ;;"
      print "DELIMITER ;"
    }'
}

# The session that the fingerprint is read in. The snapshot itself is taken when the dump's is.
open_snapshot() {
  ask "SELECT CONCAT('CREATE DATABASE %name% CHARACTER SET ', default_character_set_name, ' COLLATE ', default_collation_name, ';')
    FROM information_schema.schemata WHERE schema_name = DATABASE()"
  printf '%s\n' "$answer" >"$work/create"
  at_production mariadb -N -B "$database" -e 'CALL buka_backup.definitions(DATABASE())' >"$work/definitions" 2>"$work/query.err" ||
    die dump-failed "triggers and events: $(words "$work/query.err")"
  definitions_sql <"$work/definitions" >>"$work/create"
  mkfifo "$work/session.in"
  at_production mariadb -N -B -r -n "$database" <"$work/session.in" >"$work/session.out" 2>"$work/session.err" &
  session=$!
  exec 5>"$work/session.in"
}
close_snapshot() {
  exec 5>&-
  if wait "$session"; then session=; else session=; return 1; fi
  grep -v -e '^open$' "$work/session.out" >"$work/fingerprint"
  tail -n 1 "$work/fingerprint" | grep -q '^large-objects'
}
# Waits until a session has said so; false where it ended instead, or it took too long.
hears() {
  heard=0
  until grep -q "^$2" "$1" 2>/dev/null; do
    heard=$((heard + 1))
    if [ "$heard" -gt 400 ] || ! kill -0 "$3" 2>/dev/null; then return 1; fi
    sleep 0.02
  done
}

# MariaDB has no snapshot that two sessions could share. So commits are held for a moment in which both take theirs. The
# server itself ends that moment, should this machine be cut off in the midst of it: a session that is silent is closed.
hold_commits() {
  tries=0
  rm -f "$work/hold.in"; mkfifo "$work/hold.in"
  while :; do
    at_production mariadb -N -B -r -n "$database" <"$work/hold.in" >"$work/hold.out" 2>"$work/hold.err" 3>&- 5>&- &
    hold=$!
    exec 6>"$work/hold.in"
    {
      echo 'SET lock_wait_timeout = 1, wait_timeout = 5;'
      echo 'BACKUP STAGE START; BACKUP STAGE FLUSH; BACKUP STAGE BLOCK_DDL; BACKUP STAGE BLOCK_COMMIT;'
      echo "SELECT 'held', DATE_FORMAT(UTC_TIMESTAMP(3), '%Y-%m-%dT%H:%i:%s.%f');"
    } >&6
    if hears "$work/hold.out" held "$hold"; then break; fi
    exec 6>&-
    wait "$hold" || :
    tries=$((tries + 1))
    grep -q 'Lock wait timeout' "$work/hold.err" || die dump-failed "holding commits: $(words "$work/hold.err")"
    if [ "$tries" -ge 10 ]; then
      refuse_migration
      die dump-failed "no moment without a statement that lasts longer than a second: $(words "$work/hold.err")"
    fi
    sleep 2
  done
  recovery_point=$(sed -n "s/^held$tab\(.*\)...\$/\1Z/p" "$work/hold.out")
}

# The dump, to descriptor 3. Rows that did not change are the same bytes in it, so it deduplicates.
start_dump() {
  hold_commits
  { session_sql; echo "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY; SELECT 'open';"; } >&5
  hears "$work/session.out" open "$session" || die dump-failed "reading production: $(words "$work/session.err")"
  # Not by a function: its process is what is waited for, and killed.
  mariadb-dump --defaults-file="$settings/my.cnf" --default-character-set=utf8mb4 --max-allowed-packet=1G \
    --single-transaction --quick --skip-lock-tables --routines --skip-triggers --hex-blob --dump-history --skip-dump-date "$database" \
    >&3 2>"$work/dump.err" 3>&- 5>&- 6>&- &
  dump=$!
  {
    echo 'DELIMITER //'
    # It chooses the database as soon as it has its snapshot.
    echo "BEGIN NOT ATOMIC DECLARE n INT DEFAULT 0; SET @opened = 0;
      WHILE n < 500 AND @opened = 0 DO
        SELECT COUNT(*) INTO @opened FROM information_schema.processlist
          WHERE db = DATABASE() AND user = SUBSTRING_INDEX(USER(), '@', 1) AND id > CONNECTION_ID();
        IF @opened = 0 THEN DO SLEEP(0.004); END IF; SET n = n + 1;
      END WHILE; END//"
    echo 'BACKUP STAGE END//'
    echo "SELECT CONCAT('released ', @opened)//"
  } >&6
  hears "$work/hold.out" released "$hold" || :
  exec 6>&-
  wait "$hold" || :
  # One that was too short to be seen has ended meanwhile.
  if ! grep -q '^released [1-9]' "$work/hold.out" && { ! grep -q '^released' "$work/hold.out" || kill -0 "$dump" 2>/dev/null; }; then
    die dump-failed "the dump did not begin while commits were held: $(words "$work/hold.err") $(words "$work/dump.err")"
  fi
  at_production mariadb -N -B -r "$database" >"$work/statements" 2>"$work/query.err" <<SQL || die database-unreachable "$(words "$work/query.err")"
$(statements_sql)
SQL
  { cat "$work/statements"; echo 'COMMIT;'; } >&5
}
dump_failure_is_migration() { grep -q -e 'Table definition has changed' -e "doesn't exist" "$work/dump.err"; }

# The accounts and roles that have rights on this database or own what is in it; passwords as hashes. An account's lines
# follow its name, so that those that are there already can be passed over.
dump_globals() {
  ask "SELECT DISTINCT CONCAT(IF(g.is_role, 'role', 'user'), ' ', QUOTE(g.user), IF(g.is_role, '', CONCAT('@', QUOTE(g.host))))
    FROM (SELECT user, host, IFNULL(JSON_VALUE(priv, '$.is_role'), 0) AS is_role FROM mysql.global_priv) g
    WHERE g.user NOT IN ('', 'root', 'mysql', 'mariadb.sys', 'buka_definitions', SUBSTRING_INDEX(USER(), '@', 1)) AND (
      (g.user, g.host) IN (SELECT user, host FROM mysql.db WHERE DATABASE() LIKE db
        UNION SELECT user, host FROM mysql.tables_priv WHERE db = DATABASE() UNION SELECT user, host FROM mysql.columns_priv WHERE db = DATABASE()
        UNION SELECT user, host FROM mysql.procs_priv WHERE db = DATABASE())
      OR EXISTS (SELECT 1 FROM mysql.roles_mapping m WHERE m.user = g.user AND m.host = g.host AND m.role IN (
        SELECT user FROM mysql.db WHERE DATABASE() LIKE db UNION SELECT user FROM mysql.tables_priv WHERE db = DATABASE()))
      OR CONCAT(g.user, '@', g.host) IN (SELECT definer FROM information_schema.views WHERE table_schema = DATABASE()
        UNION SELECT definer FROM information_schema.triggers WHERE trigger_schema = DATABASE()
        UNION SELECT definer FROM information_schema.routines WHERE routine_schema = DATABASE()
        UNION SELECT definer FROM information_schema.events WHERE event_schema = DATABASE()))
    ORDER BY g.is_role DESC, 1"
  printf '%s\n' "$answer" | while read -r kind_of account; do
    if [ -z "$account" ]; then continue; fi
    printf -- '-- account %s\n' "$account"
    case $kind_of in
      role) printf 'CREATE ROLE IF NOT EXISTS %s;\n' "$account" ;;
      user)
        printf 'SHOW CREATE USER %s;\n' "$account" | at_production mariadb -N -B -r | sed 's/^CREATE USER /CREATE USER IF NOT EXISTS /; s/$/;/' ;;
    esac
    printf 'SHOW GRANTS FOR %s;\n' "$account" | at_production mariadb -N -B -r | sed 's/$/;/'
  done >"$work/globals" 2>"$work/globals.err"
  if [ -s "$work/globals.err" ]; then die globals-failed "$(words "$work/globals.err")"; fi
}

# A server of its own for a proof, with nothing in it: no network, and nothing is written through to the disk.
start_proof_server() {
  template=$state/template-mariadb-$client
  if [ ! -d "$template" ]; then
    rm -rf "$template.new"
    mariadb-install-db --no-defaults --datadir="$template.new" --auth-root-authentication-method=normal --skip-test-db >"$work/initdb" 2>&1 ||
      die proof-failed "$(words "$work/initdb")"
    mv "$template.new" "$template"
  fi
  cp -a "$template" "$work/cluster" 2>"$work/cp.err" || die too-little-space "$(words "$work/cp.err")"
  plugins=
  for plugin in auth_ed25519 auth_pam; do
    if [ -e "/usr/lib/mysql/plugin/$plugin.so" ]; then plugins="$plugins --plugin-load-add=$plugin"; fi
  done
  mariadbd --no-defaults --datadir="$work/cluster" --socket="$work/socket" --pid-file="$work/cluster/postmaster.pid" --skip-networking \
    --max-allowed-packet=1G --innodb-flush-log-at-trx-commit=0 --innodb-flush-method=nosync --skip-innodb-doublewrite --innodb-strict-mode=0 \
    --innodb-buffer-pool-size=128M --event-scheduler=OFF --performance-schema=OFF --character-set-server=utf8mb4 $plugins \
    >"$work/server.log" 2>&1 </dev/null 3>&- 5>&- 9>&- &
  proof_server=$!
  tries=0
  until in_proof -e 'SELECT 1' >/dev/null 2>&1; do
    tries=$((tries + 1))
    if [ "$tries" -gt 300 ] || ! kill -0 "$proof_server" 2>/dev/null; then die proof-failed "$(words "$work/server.log")"; fi
    sleep 0.2
  done
}
stop_proof_server() {
  if [ -z "$proof_server" ]; then return 0; fi
  kill -s KILL "$proof_server" 2>/dev/null || :
  wait "$proof_server" 2>/dev/null || :
  proof_server=
}
in_proof() { mariadb --no-defaults -u root -S "$work/socket" --default-character-set=utf8mb4 --max-allowed-packet=1G -N -B -r "$@"; }

# Restores a backup into the proof's server; its arguments are those of "prove". MariaDB takes a dump that breaks off
# for a whole one, so its last line is asked for.
restore_proof() {
  sed "1s/%name%/$(quoted "$database")/;1q" "$2create" | in_proof >/dev/null 2>"$work/restore.err" ||
    die proof-failed "making the database: $(words "$work/restore.err")"
  mkfifo "$work/ending"
  tail -c 100 <"$work/ending" >"$work/end" &
  ending=$!
  read_backup "$1" /database.dump | tee "$work/ending" | in_proof --binary-mode "$database" >/dev/null 2>"$work/restore.err" || die proof-failed "$(read_failure) $(words "$work/restore.err")"
  wait "$ending" || :
  whole_backup_read
  if ! grep -q '^-- Dump completed' "$work/end"; then
    echo 'the dump has no end' >"$work/restore.err"
    die proof-failed 'the dump has no end'
  fi
  # Roles' rights on single tables need the tables.
  in_proof <"$2globals" >/dev/null 2>"$work/restore.err" || die proof-failed "accounts: $(words "$work/restore.err")"
  sed 1d "$2create" | in_proof --binary-mode "$database" >/dev/null 2>"$work/restore.err" || die proof-failed "triggers and events: $(words "$work/restore.err")"
}
quoted() { printf '${'`'}%s${'`'}' "$1"; }
fingerprint_proof() {
  statements_sql | in_proof "$database" >"$work/statements"
  { session_sql; cat "$work/statements"; } | in_proof "$database"
}
`;
