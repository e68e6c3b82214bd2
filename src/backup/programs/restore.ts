import { common } from './common';
import { countsSql, fingerprintSql } from './fingerprint';
import { restoreContinuous } from './restore-continuous';

/**
 * The program on the database host. It runs as PostgreSQL's own superuser, and pulls a backup from the backup server
 * over SSH with a key that can do nothing else there. It is asked on standard input, without arguments, by the deploy
 * user through sudo: `look`, `load`, `swap`, `previous`, `drop`.
 */
export const restoreProgram = String.raw`#!/bin/sh
# Buka's program on the database host; installed by "buka provision".
set -eu
${common}
fingerprint_sql() { cat <<'SQL'
${fingerprintSql}
SQL
}
counts_sql() { cat <<'SQL'
${countsSql}
SQL
}
${restoreContinuous}
open_service() {
  settings=/etc/buka/restore/$service
  mode=dump; database=; source=; port=22; version=; cluster=
  read_settings "$settings/settings" 'mode database source port version cluster'
  work=$(mktemp -d)
  failed=; closed=; started=; unfinished=
  trap 'tidy' EXIT
  trap 'die interrupted "by a signal"' INT TERM HUP
}
tidy() {
  unexpected
  if [ -n "$closed" ]; then open_again "$database"; fi
  if [ -n "$failed" ]; then psql -X -q -d postgres -c "DROP DATABASE IF EXISTS \"$failed\"" >/dev/null 2>&1 || :; fi
  if [ -n "$started" ]; then unset PGHOST; "$bin/pg_ctl" -D "$started" -m immediate -w stop >/dev/null 2>&1 || :; fi
  if [ -n "$unfinished" ]; then rm -rf "$unfinished"; fi
  rm -rf "$work"
  if [ "$code" -ne 0 ]; then exit 20; fi
}

open_again() { psql -X -q -d postgres -c "ALTER DATABASE \"$1\" ALLOW_CONNECTIONS true" >/dev/null 2>&1 || :; }
sql() { psql -X -q -A -t -F "$tab" -v ON_ERROR_STOP=1 "$@"; }
# Asks the server, into $answer: $1 the database.
ask() { answer=$(sql -d "$1" -c "$2" 2>"$work/query.err") || die database-down "$(words "$work/query.err")"; }
exists() { ask postgres "SELECT count(*) FROM pg_database WHERE datname = '$1'"; [ "$answer" = 1 ]; }

# From the backup server, to standard output.
fetch() {
  printf 'service=%s\ndo=fetch\nid=%s\nwhat=%s\nto=%s\n' "$service" "$id" "$1" "$to" |
    ssh -F none -i "$settings/key" -o BatchMode=yes -o IdentitiesOnly=yes -o StrictHostKeyChecking=yes \
      -o UserKnownHostsFile="$settings/known_hosts" -o GlobalKnownHostsFile=/dev/null -o ConnectTimeout=10 \
      -o ServerAliveInterval=10 -o ServerAliveCountMax=3 -p "$port" "$source" fetch
}
fetch_file() {
  fetch "$1" >"$work/$1" 2>"$work/fetch.err" && return 0
  case $(cat "$work/$1") in
    'error '*) die "$(sed 's/^error //' "$work/$1" | head -n 1)" ;;
  esac
  die source-unreachable "$(words "$work/fetch.err")"
}

# A name beside the database's own, from the backup's.
beside() { printf '%s_%s\n' "$database" "$(printf %s "$1" | tr 'A-Z-' 'a-z_')" | cut -c 1-63; }

look() {
  if exists "$database"; then
    ask "$database" "SELECT pg_database_size(current_database())"
    size=$answer
    counts_sql | sql -d "$database" >"$work/now" 2>"$work/query.err" || die database-down "$(words "$work/query.err")"
    tables=$(tables_json "$work/now")
    tell "current {\"exists\":true,\"bytes\":$size,\"tables\":{$tables}}"
  else tell 'current {"exists":false,"bytes":0,"tables":{}}'; fi
  fetch_file manifest
  tell "manifest $(cat "$work/manifest")"
}

# Into a database of its own. Roles that are missing are made; those that are there stay as they are.
load() {
  fetch_file create
  fetch_file fingerprint
  fetch_file globals
  clock; began=$now
  new=$(beside "$id")
  size=$(sed -n 's/.*"bytes":\([0-9]*\),.*/\1/p' "$work/manifest")
  ask postgres 'SHOW data_directory'
  free=$(free_in "$answer")
  if [ "$free" -lt $((size + size / 2 + 100000000)) ]; then
    die too-little-space "$((free / 1000000)) MB are free in $answer, $(((size + size / 2) / 1000000 + 100)) MB may be needed"
  fi
  ask postgres 'SELECT quote_ident(rolname) FROM pg_roles'
  printf '%s\n' "$answer" >"$work/roles"
  roles_of "$work/globals" |
    awk 'FNR == NR { there[$0] = 1; next }
      $2 == "ROLE" && ($1 == "CREATE" || $1 == "ALTER") { name = $3; sub(/;$/, "", name); if (name in there) next }
      { print }' "$work/roles" - | sql -d postgres >/dev/null 2>"$work/load.err" || die load-failed "roles: $(words "$work/load.err")"
  if exists "$new"; then sql -d postgres -c "DROP DATABASE \"$new\"" 2>"$work/load.err" || die load-failed "$(words "$work/load.err")"; fi
  failed=$new
  sql -d postgres -v name="$new" <"$work/create" >/dev/null 2>"$work/load.err" || die load-failed "making the database: $(words "$work/load.err")"
  tell "progress loading $((size / 1000000)) MB into $new"
  {
    code=0
    fetch database 2>"$work/fetch.err" || code=$?
    echo "$code" >"$work/fetched"
  } | pg_restore --exit-on-error --no-tablespaces -d "$new" 2>"$work/load.err" || die load-failed "$(fetch_failure) $(words "$work/load.err")"
  if [ "$(cat "$work/fetched")" != 0 ]; then die load-failed "$(fetch_failure)"; fi
  tell 'progress comparing it with what was backed up'
  fingerprint_sql | sql -d "$new" >"$work/loaded" 2>"$work/load.err" || die load-failed "$(words "$work/load.err")"
  same || die load-differs "$(words "$work/differences")"
  sql -d "$new" -c 'ANALYZE' >/dev/null 2>&1 || :
  failed=
  tell "loaded $new $(since "$began")"
}
fetch_failure() { if [ "$(cat "$work/fetched")" != 0 ]; then printf 'reading the backup: %s' "$(words "$work/fetch.err")"; fi; }
same() {
  grep -v "^sequence" "$work/fingerprint" | sort >"$work/wanted"
  grep -v "^sequence" "$work/loaded" | sort >"$work/found"
  diff "$work/wanted" "$work/found" >"$work/differences"
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
previous() {
  set_aside
  for one in $answer; do
    ask postgres "SELECT pg_database_size('$one')"
    tell "previous $one $answer"
  done
  tell listed
}
drop() {
  set_aside
  case "$newline$answer$newline" in
    *"$newline$name$newline"*) ;;
    *) die no-such-previous "$name" ;;
  esac
  sql -d postgres -c "DROP DATABASE \"$name\"" 2>"$work/drop.err" || die drop-failed "$(words "$work/drop.err")"
  tell "dropped $name"
}

[ $# -eq 0 ] || die bad-request 'too many words'
read_request
service=$asked
[ -n "$service" ] || die bad-request 'no service'
same_program
case $action in look | load | swap | previous | drop) ;; *) die bad-request "nothing is called $action" ;; esac
open_service
# What a backup is, its manifest says: it may be from before the mode was another one.
if [ "$mode" = continuous ]; then open_cluster; fi
case $action in
  look) if [ "$mode" = continuous ]; then look_point; else look; fi ;;
  load)
    fetch_file manifest
    if ! grep -q '"continuous":{' "$work/manifest"; then load
    elif [ "$mode" = continuous ]; then load_point
    else die not-set-up 'it is of the continuous mode, and this host is set up for the other one'; fi ;;
  swap) if [ "$mode" = continuous ] && [ -d "$(point_folder)" ]; then swap_point; else swap; fi ;;
  previous)
    if [ "$mode" = continuous ]; then previous_points; fi
    if [ "$mode" != continuous ] || is_up; then previous; else tell listed; fi ;;
  drop) case $name in /*) if [ "$mode" = continuous ]; then drop_point; else die no-such-previous "$name"; fi ;; *) drop ;; esac ;;
esac
`;
