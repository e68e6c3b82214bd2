import { countStatementsSql, sessionSql, statementsSql } from './mariadb-fingerprint';

/** MariaDB for the program on the database host. */
export const mariadbRestore = String.raw`
statements_sql() { cat <<'SQL'
${statementsSql}
SQL
}
count_statements_sql() { cat <<'SQL'
${countStatementsSql}
SQL
}
session_sql() { cat <<'SQL'
${sessionSql}
SQL
}

tick='${'`'}'
sql() { mariadb --default-character-set=utf8mb4 --max-allowed-packet=1G -N -B -r "$@"; }
# Asks the server, into $answer.
ask() { answer=$(sql -e "$1" 2>"$work/query.err") || die database-down "$(words "$work/query.err")"; }
exists() { ask "SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name = '$1'"; [ "$answer" = 1 ]; }
quoted() { printf '%s%s%s' "$tick" "$1" "$tick"; }
size_of() { ask "SELECT CAST(IFNULL(SUM(data_length + index_length), 0) AS UNSIGNED) FROM information_schema.tables WHERE table_schema = '$1'"; }
# $1 prints statements that print statements, which are then run in the database $2.
doubly() { "$1" | sql "$2" >"$work/statements" && { session_sql; cat "$work/statements"; } | sql "$2"; }
counts() { doubly count_statements_sql "$database"; }
fingerprint() { doubly statements_sql "$new"; }
data_folder() { ask 'SELECT @@datadir'; }
drop_database() { sql -e "DROP DATABASE $(quoted "$1")"; }
analyze() { mariadb-analyze --silent "$new"; }
# A row may be longer than the server lets a statement be. What it lets is put back at the end.
make_database() {
  ask 'SELECT @@global.max_allowed_packet'
  packet=$answer
  sql -e 'SET GLOBAL max_allowed_packet = 1073741824' && sed "1s/%name%/$(quoted "$new")/;1q" "$work/create" | sql
}
# That it ends where the dump ended needs no look: what was loaded is compared with what was backed up.
load_dump() { { echo 'SET sql_log_bin = 0;'; cat; } | sql --binary-mode "$new" >/dev/null; }
tidy_database() {
  if [ -n "$packet" ]; then sql -e "SET GLOBAL max_allowed_packet = $packet" >/dev/null 2>&1 || :; fi
  if [ -n "$closed" ]; then sql -e "SET GLOBAL read_only = $closed" >/dev/null 2>&1 || :; fi
  if [ -n "$failed" ]; then sql -e "DROP DATABASE IF EXISTS $(quoted "$failed")" >/dev/null 2>&1 || :; fi
}
packet=

# Only accounts that are missing; of those, rights on single tables need the tables, and are told where they aren't there.
make_roles() {
  ask "SELECT CONCAT(QUOTE(user), IF(IFNULL(JSON_VALUE(priv, '$.is_role'), 0), '', CONCAT('@', QUOTE(host)))) FROM mysql.global_priv"
  printf '%s\n' "$answer" >"$work/accounts"
  awk 'FNR == NR { there[$0] = 1; next }
    /^-- account / { name = $0; sub(/^-- account /, "", name); skip = name in there; next }
    !skip' "$work/accounts" "$work/globals" >"$work/missing"
  sql --force <"$work/missing" >/dev/null 2>"$work/roles.err" || :
  if [ -s "$work/roles.err" ]; then tell "progress some rights were not given, as what they are on is not there: $(words "$work/roles.err")"; fi
}

# The statements that make again what can't change its database as tables can: views and routines of $1.
others_of() {
  views=$(sql -e "SELECT table_name FROM information_schema.views WHERE table_schema = '$1'") || return 1
  mariadb-dump --default-character-set=utf8mb4 --skip-dump-date --skip-lock-tables --no-data --no-create-info --skip-triggers --routines "$1" || return 1
  if [ -n "$views" ]; then
    (IFS="$newline"; set -f; mariadb-dump --default-character-set=utf8mb4 --skip-dump-date --skip-lock-tables --no-data --skip-triggers "$1" $views) || return 1
  fi
}
triggers_of() { mariadb-dump --default-character-set=utf8mb4 --skip-dump-date --skip-lock-tables --no-data --no-create-info --triggers --skip-routines "$1"; }
events_of() { mariadb-dump --default-character-set=utf8mb4 --skip-dump-date --skip-lock-tables --no-data --no-create-info --skip-triggers --events "$1"; }
# The statements that take views, routines, events ($2: and triggers) out of $1.
names() { sql -e "SELECT CONCAT('DROP ', $1, ' $tick', REPLACE('$4', '$tick', '$tick$tick'), '$tick.$tick', REPLACE($2, '$tick', '$tick$tick'), '$tick;') FROM information_schema.$3 = '$4'"; }
drops_of_triggers() { names "'TRIGGER'" trigger_name 'triggers WHERE trigger_schema' "$1"; }
drops_of_others() {
  names "'VIEW'" table_name 'views WHERE table_schema' "$1" &&
    names routine_type routine_name 'routines WHERE routine_schema' "$1" &&
    names "'EVENT'" event_name 'events WHERE event_schema' "$1"
}
moves() {
  sql -e "SELECT CONCAT('$tick$1$tick.', q, ' TO $tick$2$tick.', q) FROM (SELECT CONCAT('$tick', REPLACE(table_name, '$tick', '$tick$tick'), '$tick') AS q
    FROM information_schema.tables WHERE table_schema = '$1' AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED', 'SEQUENCE')) t"
}

# MariaDB can't give a database another name. Its tables can go from one to another, all in one statement that is done
# as a whole or not at all: those of the present one into a database that is put aside, the new ones in their place.
# Triggers keep a table where it is, so they go before, and come after; nobody may write meanwhile. Views and routines
# follow, and events last.
swap() {
  new=$(beside "$id")
  exists "$new" || die not-loaded "$new"
  fetch_file create
  old=-
  : >"$work/old-drops"; : >"$work/old-others"; : >"$work/old-triggers"; : >"$work/old-events"; : >"$work/moves"
  : >"$work/old-trigger-drops"
  make=$(sed "1s/%name%/$(quoted "$database")/;1q" "$work/create")
  if exists "$database"; then
    old=$(beside "before_$(date -u +%Y%m%dT%H%M%SZ)")
    ask "SELECT CONCAT(default_character_set_name, ' COLLATE ', default_collation_name) FROM information_schema.schemata WHERE schema_name = '$database'"
    make="CREATE DATABASE $(quoted "$old") CHARACTER SET $answer"
    # A view of what is gone can't be read; the present database may be wrong in more ways than one.
    others_of "$database" >"$work/old-others" 2>"$work/others.err" ||
      tell "progress not all views and routines of the present database can be kept: $(words "$work/others.err")"
    {
      triggers_of "$database" >"$work/old-triggers" &&
        events_of "$database" >"$work/old-events" &&
        drops_of_triggers "$database" >"$work/old-trigger-drops" &&
        drops_of_others "$database" >"$work/old-drops" &&
        moves "$database" "$old" >"$work/moves"
    } 2>"$work/swap.err" || die swap-failed "$(words "$work/swap.err")"
  fi
  if [ -s "$work/moves" ]; then aim=$old; else aim=$database; fi
  { others_of "$new" >"$work/new-others" && moves "$new" "$database" >>"$work/moves"; } 2>"$work/swap.err" ||
    die swap-failed "$(words "$work/swap.err")"
  sql -e "$make" 2>"$work/swap.err" || die swap-failed "$(words "$work/swap.err")"
  ask 'SELECT @@global.read_only'
  closed=$answer
  tries=0
  while :; do
    end_sessions
    if {
      echo 'SET lock_wait_timeout = 1; SET GLOBAL read_only = 1;'
      cat "$work/old-trigger-drops"
      if [ -s "$work/moves" ]; then printf 'RENAME TABLE %s;\n' "$(paste -s -d , "$work/moves")"; fi
    } | sed 's/^DROP TRIGGER /DROP TRIGGER IF EXISTS /' | sql >/dev/null 2>"$work/swap.err"; then break; fi
    if is_moved; then break; fi
    tries=$((tries + 1))
    if [ "$tries" -ge 20 ] || ! grep -q -i -e 'lock wait timeout' -e 'Connection was killed' "$work/swap.err"; then
      sql --force "$database" <"$work/old-triggers" >/dev/null 2>&1 || :
      if [ "$old" != - ] && ! holds_tables "$old"; then drop_database "$old" >/dev/null 2>&1 || :; fi
      die swap-failed "$(words "$work/swap.err")"
    fi
  done
  # From here on the data is the restored one. What fails now is told, and goes on.
  : >"$work/after.err"
  if [ "$old" != - ]; then sql --force <"$work/old-drops" >/dev/null 2>>"$work/after.err" || :; fi
  sql --force --binary-mode "$database" <"$work/new-others" >/dev/null 2>>"$work/after.err" || :
  sed 1d "$work/create" | sql --force --binary-mode "$database" >/dev/null 2>>"$work/after.err" || :
  end_sessions
  sql -e "SET GLOBAL read_only = $closed" 2>>"$work/after.err" || :
  closed=
  if [ "$old" != - ]; then
    # Nothing is to write into what was put aside: its triggers and routines are there, its events are not run.
    { cat "$work/old-others"; cat "$work/old-triggers"; } | sql --force --binary-mode "$old" >/dev/null 2>>"$work/after.err" || :
    sed 's/ PRESERVE ENABLE / PRESERVE DISABLE /' "$work/old-events" | sql --force --binary-mode "$old" >/dev/null 2>>"$work/after.err" || :
  fi
  if ! holds_tables "$new"; then drop_database "$new" 2>>"$work/after.err" || :; fi
  if [ -s "$work/after.err" ]; then tell "progress the tables are swapped, but not all that belongs to them: $(words "$work/after.err")"; fi
  tell "swapped $old"
}
# The answer may be lost where the work was done. One statement moves all or nothing, so one table tells of all; what is
# put aside is never dropped before it was asked for.
is_moved() { holds_tables "$aim"; }
holds_tables() {
  ask "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = '$1' AND table_type <> 'VIEW'"
  [ "$answer" != 0 ]
}
end_sessions() {
  sql -e "SELECT CONCAT('KILL ', id, ';') FROM information_schema.processlist WHERE db IN ('$database', '$new') AND id <> CONNECTION_ID() AND user <> 'event_scheduler'" |
    sql --force >/dev/null 2>&1 || :
}

# The databases that earlier restores put aside, or loaded and never swapped.
set_aside() {
  ask "SELECT schema_name FROM information_schema.schemata WHERE LEFT(schema_name, CHAR_LENGTH('$database')) = '$database'
    AND SUBSTR(schema_name, CHAR_LENGTH('$database') + 1) REGEXP '^_(before_)?[0-9]{8}t[0-9]{6}z(_[0-9a-f]{6})?\$' ORDER BY schema_name"
}
`;
