import { common } from './common';
import { mariadbRestore } from './mariadb-restore';
import { postgresqlRestore } from './postgresql-restore';
import { restoreContinuous } from './restore-continuous';

/**
 * The program on the database host. It runs as the engine's own account, its superuser, and pulls a backup from the
 * backup server over SSH with a key that can do nothing else there. It is asked on standard input, without arguments, by
 * the deploy user through sudo: `look`, `load`, `swap`, `previous`, `drop`.
 */
export const restoreProgram = String.raw`#!/bin/sh
# Buka's program on the database host; installed by "buka provision".
set -eu
${common}
use_postgresql() {
${postgresqlRestore}
}
use_mariadb() {
${mariadbRestore}
}
${restoreContinuous}
open_service() {
  settings=/etc/buka/restore/$service
  mode=dump; engine=; database=; source=; port=22; version=; cluster=
  read_settings "$settings/settings" 'mode engine database source port version cluster'
  case $engine in postgresql | mariadb) "use_$engine" ;; *) die not-set-up "$settings/settings: no engine is called $engine" ;; esac
  work=$(mktemp -d)
  failed=; closed=; started=; unfinished=
  trap 'tidy' EXIT
  trap 'die interrupted "by a signal"' INT TERM HUP
}
tidy() {
  unexpected
  tidy_database
  if [ -n "$started" ]; then unset PGHOST; "$bin/pg_ctl" -D "$started" -m immediate -w stop >/dev/null 2>&1 || :; fi
  if [ -n "$unfinished" ]; then rm -rf "$unfinished"; fi
  rm -rf "$work"
  if [ "$code" -ne 0 ]; then exit 20; fi
}

# Rows by table, of lines of a fingerprint.
tables_json() {
  awk -F "$tab" '
    function text(value) { gsub(/\\/, "\\\\", value); gsub(/"/, "\\\"", value); return "\"" value "\"" }
    $1 == "table" { printf "%s%s:%s", comma, text($2), $3; comma = "," }' "$1"
}

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
    size_of "$database"
    size=$answer
    counts >"$work/now" 2>"$work/query.err" || die database-down "$(words "$work/query.err")"
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
  data_folder
  free=$(free_in "$answer")
  if [ "$free" -lt $((size + size / 2 + 100000000)) ]; then
    die too-little-space "$((free / 1000000)) MB are free in $answer, $(((size + size / 2) / 1000000 + 100)) MB may be needed"
  fi
  make_roles
  if exists "$new"; then drop_database "$new" 2>"$work/load.err" || die load-failed "$(words "$work/load.err")"; fi
  failed=$new
  make_database >/dev/null 2>"$work/load.err" || die load-failed "making the database: $(words "$work/load.err")"
  tell "progress loading $((size / 1000000)) MB into $new"
  {
    code=0
    fetch database 2>"$work/fetch.err" || code=$?
    echo "$code" >"$work/fetched"
  } | load_dump 2>"$work/load.err" || die load-failed "$(fetch_failure) $(words "$work/load.err")"
  if [ "$(cat "$work/fetched")" != 0 ]; then die load-failed "$(fetch_failure)"; fi
  tell 'progress comparing it with what was backed up'
  fingerprint >"$work/loaded" 2>"$work/load.err" || die load-failed "$(words "$work/load.err")"
  same || die load-differs "$(words "$work/differences")"
  analyze >/dev/null 2>&1 || :
  failed=
  tell "loaded $new $(since "$began")"
}
fetch_failure() { if [ "$(cat "$work/fetched")" != 0 ]; then printf 'reading the backup: %s' "$(words "$work/fetch.err")"; fi; }
same() {
  grep -v "^sequence" "$work/fingerprint" | sort >"$work/wanted"
  grep -v "^sequence" "$work/loaded" | sort >"$work/found"
  diff "$work/wanted" "$work/found" >"$work/differences"
}

previous() {
  set_aside
  for one in $answer; do
    size_of "$one"
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
  drop_database "$name" 2>"$work/drop.err" || die drop-failed "$(words "$work/drop.err")"
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
