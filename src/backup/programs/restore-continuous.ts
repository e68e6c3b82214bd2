import { loggedTablesSql } from './fingerprint';

/**
 * The continuous mode on the database host: a whole server is built beside the present one from a base and the log after
 * it, recovered to where it is wanted, looked at, and then takes the place of the present one's data folder.
 */
export const restoreContinuous = String.raw`
logged_sql() { cat <<'SQL'
${loggedTablesSql}
SQL
}
open_cluster() {
  unit=postgresql@$version-$cluster.service
  bin=/usr/lib/postgresql/$version/bin
  data=$(pg_conftool -s "$version" "$cluster" show data_directory 2>/dev/null) || die not-set-up "there is no PostgreSQL server $version/$cluster"
  data=$(readlink -m "$data")
}
is_up() { sql -d postgres -c 'SELECT 1' >/dev/null 2>&1; }

look_point() {
  if is_up; then look
  else
    tell 'current {"exists":false,"bytes":0,"tables":{}}'
    fetch_file manifest
    tell "manifest $(cat "$work/manifest")"
    return 0
  fi
  ask postgres "SELECT coalesce(string_agg(to_json(datname)::text, ',' ORDER BY datname), '') FROM pg_database
    WHERE datname <> '$database' AND datname <> 'postgres' AND NOT datistemplate"
  tell "others [$answer]"
}

fetched() { if [ "$(cat "$work/fetched")" != 0 ]; then die load-failed "reading the backup: $(words "$work/fetch.err")"; fi; }
# Unpacks what comes from the backup server into a folder.
unpack() {
  {
    code=0
    fetch "$1" 2>"$work/fetch.err" || code=$?
    echo "$code" >"$work/fetched"
  } | tar -x -f - -C "$2" 2>"$work/load.err" || { fetched; die load-failed "$(words "$work/load.err")"; }
  fetched
}
point_folder() { printf '%s.restored-%s\n' "$data" "$(printf %s "$id" | tr 'A-Z' 'a-z')"; }
load_point() {
  fetch_file fingerprint
  clock; began=$now
  in_manifest() { sed -n 's/.*"continuous":{[^}]*"'"$1"'":"\([^"]*\)".*/\1/p' "$work/manifest"; }
  size=$(sed -n 's/.*"bytes":\([0-9]*\),.*/\1/p' "$work/manifest")
  major=$(sed -n 's/.*"server":"\([0-9]*\)\..*/\1/p' "$work/manifest")
  if [ "$major" != "$version" ]; then die load-failed "the backup is of PostgreSQL $major, here is $version"; fi
  new=$(point_folder)
  folder=$(dirname "$data")
  free=$(free_in "$folder")
  if [ "$free" -lt $((size + size / 4 + 300000000)) ]; then
    die too-little-space "$((free / 1000000)) MB are free in $folder, $(((size + size / 4) / 1000000 + 300)) MB may be needed"
  fi
  rm -rf "$new"
  mkdir -m 700 "$new" 2>"$work/load.err" || die load-failed "$(words "$work/load.err")"
  unfinished=$new
  tell "progress reading a base of $((size / 1000000)) MB into $new"
  unpack base "$new"
  "$bin/pg_verifybackup" -n -q "$new" >"$work/load.err" 2>&1 || die load-failed "the base: $(words "$work/load.err")"
  tell 'progress reading the log after it'
  unpack wal "$new/pg_wal"
  gzip -d -f "$new"/pg_wal/*.gz 2>/dev/null || :
  if ls "$new"/pg_wal/*.gz >/dev/null 2>&1; then die load-failed "the log: $(ls "$new"/pg_wal | grep gz | head -n 3 | tr '\n' ' ') can not be unpacked"; fi
  ls "$new/pg_wal" | grep -x '[0-9A-F]\{24\}' | cut -c 9- | sort >"$work/segments"
  # The settings that production was given by statements come back at the end; some of them would reach for others now.
  mv "$new/postgresql.auto.conf" "$work/auto.conf"
  : >"$new/postgresql.auto.conf"
  : >"$new/recovery.signal"
  echo 'local all postgres peer' >"$work/hba"
  : >"$work/ident"
  {
    printf '%s\n' "listen_addresses = ''" "unix_socket_directories = '$work'" "hba_file = '$work/hba'" "ident_file = '$work/ident'" \
      'hot_standby = off' 'autovacuum = off' 'full_page_writes = on' "restore_command = 'false'" "recovery_target_timeline = 'latest'" \
      "recovery_target_action = 'promote'" "max_prepared_transactions = $("$bin/pg_controldata" "$new" | sed -n 's/^max_prepared_xacts setting: *//p')"
    case $to in
      '') echo "recovery_target_name = '$(in_manifest point)'" ;;
      newest) ;;
      *) echo "recovery_target_time = '$(printf %s "$to" | tr TZ ' ' | sed 's/ *$//') UTC'" ;;
    esac
  } >"$work/conf"
  tell 'progress going through the log'
  started=$new
  "$bin/pg_ctl" -D "$new" -w -t 43200 -l "$work/server.log" -o "-c config_file=$work/conf" start >/dev/null 2>&1 || :
  # Without hot standby it counts as started before it has gone through the log.
  until PGHOST=$work sql -d "$database" -c 'SELECT 1' >/dev/null 2>"$work/load.err"; do
    if "$bin/pg_ctl" -D "$new" status >/dev/null 2>&1 && ! grep -q 'does not exist' "$work/load.err"; then sleep 0.2; continue; fi
    if grep -q 'recovery ended before configured recovery target' "$work/server.log"; then die target-not-reached "$(words "$work/server.log")"; fi
    die load-failed "the log: $(words "$work/server.log")"
  done
  at=$(sed -n 's/.*last completed transaction was at log time \(.*\)/\1/p' "$work/server.log" | tail -n 1)
  point_at=$(sed -n 's/.*"recoveryPoint":"\([^"]*\)".*/\1/p' "$work/manifest")
  # The point is in there too, and may be from after the last transaction.
  if [ -z "$at" ] || [ "$(date -d "$at" +%s%3N)" -lt "$(date -d "$point_at" +%s%3N)" ]; then at=$point_at; fi
  # To the end of the log also means: to the first thing in it that can't be read. The last segment may be empty yet.
  if [ "$to" = newest ]; then
    ended=$(sed -n 's/.*redo done at \([0-9A-F/]*\).*/\1/p' "$work/server.log" | tail -n 1)
    if [ -n "$ended" ]; then
      ended=$(PGHOST=$work sql -d postgres -c "SELECT substr(pg_walfile_name('$ended'), 9)") || die load-failed 'it does not say where the log ended'
      if [ "$(awk -v ended="$ended" '$0 > ended' "$work/segments" | wc -l)" -gt 1 ]; then
        tell "short $ended $(tail -n 1 "$work/segments")"
      fi
    fi
  fi
  tell 'progress reading every table'
  PGHOST=$work; export PGHOST
  logged_sql | sql -d "$database" >"$work/loaded" 2>"$work/load.err" || die load-failed "$(words "$work/load.err")"
  if [ -z "$to" ]; then same || die load-differs "$(words "$work/differences")"; fi
  tell "tables {$(tables_json "$work/loaded")}"
  unset PGHOST
  "$bin/pg_ctl" -D "$new" -w -t 3600 -m fast stop >/dev/null 2>&1 || die load-failed 'it does not stop'
  started=
  cp "$work/auto.conf" "$new/postgresql.auto.conf"
  sync -f "$new"
  unfinished=
  tell "reached $(date -u -d "$at" +%Y-%m-%dT%H:%M:%S.%3NZ)"
  tell "loaded $new $(since "$began")"
}

# The present server is stopped, the folders change names, and it starts again; if it doesn't, all goes back.
swap_point() {
  new=$(point_folder)
  [ -d "$new" ] && [ ! -e "$new/recovery.signal" ] || die not-loaded "$new"
  old=-
  # Once it has begun it is gone through with.
  trap '' INT TERM HUP
  sudo -n /usr/bin/systemctl stop "$unit" 2>"$work/swap.err" || die swap-failed "$(words "$work/swap.err")"
  if [ -e "$data" ]; then
    old=$data.before-$(date -u +%Y%m%dt%H%M%Sz)
    mv -T "$data" "$old" 2>"$work/swap.err" || { start_server || :; die swap-failed "$(words "$work/swap.err")"; }
  fi
  if mv -T "$new" "$data" 2>"$work/swap.err" && start_server; then
    tell "swapped $old"
    return 0
  fi
  seen="$(words "$work/swap.err") $(tail -n 3 "/var/log/postgresql/postgresql-$version-$cluster.log" 2>/dev/null | tr '\n' ' ')"
  sudo -n /usr/bin/systemctl stop "$unit" 2>/dev/null || :
  if [ "$old" != - ]; then
    if [ ! -e "$new" ] && [ -e "$data" ]; then mv -T "$data" "$new"; fi
    mv -T "$old" "$data"
    start_server || seen="$seen; the server from before does not start either: journalctl -u $unit"
  fi
  die swap-failed "$seen"
}
start_server() {
  sudo -n /usr/bin/systemctl start "$unit" 2>"$work/swap.err" || return 1
  tries=0
  until is_up; do
    tries=$((tries + 1))
    if [ "$tries" -ge 600 ]; then return 1; fi
    sleep 0.1
  done
}

points_aside() { ls -d "$data".before-* "$data".restored-* 2>/dev/null || :; }
previous_points() {
  points_aside | while IFS= read -r one; do tell "previous $one $(du -sb "$one" 2>/dev/null | cut -f 1)"; done
}
drop_point() {
  points_aside | grep -q -x -F -- "$name" || die no-such-previous "$name"
  rm -rf -- "$name" 2>"$work/drop.err" || die drop-failed "$(words "$work/drop.err")"
  tell "dropped $name"
}
`;
