import { countsSql, fingerprintSql } from './fingerprint';

/** PostgreSQL for the program on the database host. */
export const postgresqlRestore = String.raw`
fingerprint_sql() { cat <<'SQL'
${fingerprintSql}
SQL
}
counts_sql() { cat <<'SQL'
${countsSql}
SQL
}
open_again() { psql -X -q -d postgres -c "ALTER DATABASE \"$1\" ALLOW_CONNECTIONS true" >/dev/null 2>&1 || :; }
sql() { psql -X -q -A -t -F "$tab" -v ON_ERROR_STOP=1 "$@"; }
# Asks the server, into $answer: $1 the database.
ask() { answer=$(sql -d "$1" -c "$2" 2>"$work/query.err") || die database-down "$(words "$work/query.err")"; }
exists() { ask postgres "SELECT count(*) FROM pg_database WHERE datname = '$1'"; [ "$answer" = 1 ]; }

size_of() { ask postgres "SELECT pg_database_size('$1')"; }
counts() { counts_sql | sql -d "$database"; }
fingerprint() { fingerprint_sql | sql -d "$new"; }
data_folder() { ask postgres 'SHOW data_directory'; }
make_database() { sql -d postgres -v name="$new" <"$work/create"; }
load_dump() { pg_restore --exit-on-error --no-tablespaces -d "$new"; }
analyze() { sql -d "$new" -c 'ANALYZE'; }
drop_database() { sql -d postgres -c "DROP DATABASE \"$1\""; }
tidy_database() {
  if [ -n "$closed" ]; then open_again "$database"; fi
  if [ -n "$failed" ]; then psql -X -q -d postgres -c "DROP DATABASE IF EXISTS \"$failed\"" >/dev/null 2>&1 || :; fi
}

make_roles() {
  ask postgres 'SELECT quote_ident(rolname) FROM pg_roles'
  printf '%s\n' "$answer" >"$work/roles"
  roles_of "$work/globals" |
    awk 'FNR == NR { there[$0] = 1; next }
      $2 == "ROLE" && ($1 == "CREATE" || $1 == "ALTER") { name = $3; sub(/;$/, "", name); if (name in there) next }
      { print }' "$work/roles" - | sql -d postgres >/dev/null 2>"$work/load.err" || die load-failed "roles: $(words "$work/load.err")"
}

# The new database takes the name, and the present one another, in one transaction. Nobody may be connected meanwhile:
# who was is cut off, and comes back to the new one.
swap() {
  new=$(beside "$id")
  exists "$new" || die not-loaded "$new"
  old=-
  if exists "$database"; then
    old=$(beside "before_$(date -u +%Y%m%dT%H%M%SZ)")
    closed=yes
    sql -d postgres -c "ALTER DATABASE \"$database\" ALLOW_CONNECTIONS false" 2>"$work/swap.err" || die swap-failed "$(words "$work/swap.err")"
  fi
  end_sessions() { sql -d postgres -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname IN ('$database', '$new') AND pid <> pg_backend_pid()" >/dev/null 2>&1 || :; }
  tries=0
  while :; do
    end_sessions
    if {
      echo 'BEGIN;'
      if [ "$old" != - ]; then echo "ALTER DATABASE \"$database\" RENAME TO \"$old\";"; fi
      echo "ALTER DATABASE \"$new\" RENAME TO \"$database\";"
      echo 'COMMIT;'
    } | sql -d postgres >/dev/null 2>"$work/swap.err"; then break; fi
    tries=$((tries + 1))
    if [ "$tries" -ge 50 ]; then die swap-failed "$(words "$work/swap.err")"; fi
    sleep 0.1
  done
  # Vacuum has to get into it, or the server runs out of transaction numbers one day.
  closed=
  if [ "$old" != - ]; then open_again "$old"; fi
  tell "swapped $old"
}

# The databases that earlier restores put aside, or loaded and never swapped.
set_aside() {
  ask postgres "SELECT datname FROM pg_database WHERE left(datname, length('$database')) = '$database'
    AND substr(datname, length('$database') + 1) ~ '^_(before_)?[0-9]{8}t[0-9]{6}z(_[0-9a-f]{6})?\$' ORDER BY datname"
}
`;
