import { common } from './common';
import { continuous } from './continuous';
import { mariadb } from './mariadb';
import { postgresql } from './postgresql';

/**
 * The program on the backup server. It runs as the user whose alone the repository is. Who may ask for a backup can do
 * so on standard input, without arguments; what deletes is not among what can be asked. It is asked
 *
 * - without arguments: `take`, `list`, `prove`, by the deploy user through sudo;
 * - as `restore-source <service>`: `fetch`, by the database host through a forced command;
 * - as `nightly <service>`, `retain <service>`, `verify <service>`, by systemd's timers and root, and in continuous
 *   mode as `receive <service>`, which stays.
 */
export const backupProgram = String.raw`#!/bin/sh
# Buka's program on the backup server; installed by "buka provision".
set -eu
${common}
use_postgresql() {
${postgresql}
}
use_mariadb() {
${mariadb}
}
${continuous}
open_service() {
  settings=/etc/buka/backup/$service
  mode=dump; engine=; host=; port=; database=; user=; keep_last=; keep_daily=; keep_weekly=; keep_releases=
  read_settings "$settings/settings" 'mode engine host port database user keep_last keep_daily keep_weekly keep_releases'
  state=$HOME/$service
  mkdir -p "$state/manifests" "$state/scratch" "$HOME/metrics"
  RESTIC_REPOSITORY=$state/repository RESTIC_PASSWORD_FILE=$settings/password
  export RESTIC_REPOSITORY RESTIC_PASSWORD_FILE
  case $engine in postgresql | mariadb) "use_$engine" ;; *) die not-set-up "$settings/settings: no engine is called $engine" ;; esac
}

# One at a time: dumps, proofs, and what deletes. The lock ends with the last process that this one started.
lock() {
  exec 9>>"$state/lock"
  if flock -n 9; then running "$1"; return 0; fi
  tell "progress waiting for another one: $(cat "$state/running" 2>/dev/null)"
  flock -w "$2" 9 || die backup-running "$(cat "$state/running" 2>/dev/null)"
  running "$1"
}
running() { printf '%s since %s, process %s\n' "$1" "$(date -u +%FT%TZ)" "$$" >"$state/running"; }

# A folder for this run alone; what a run that was killed left goes first.
open_work() {
  for left in "$state"/scratch/*; do
    if [ -d "$left/cluster" ] && [ -f "$left/cluster/postmaster.pid" ]; then
      read -r old <"$left/cluster/postmaster.pid" && kill -s QUIT "$old" 2>/dev/null || :
    fi
    rm -rf "$left"
  done
  work=$state/scratch/$$
  mkdir "$work"
  session=; dump=; store=; proof_server=; failed=; proved=
  trap 'tidy' EXIT
  trap 'die interrupted "by a signal"' INT TERM HUP
}
tidy() {
  unexpected
  if [ "$action" = prove ]; then mark_broken; fi
  stop_proof_server
  for process in $dump $session; do kill "$process" 2>/dev/null || :; done
  if [ -n "$store" ]; then kill -s INT "$store" 2>/dev/null || :; wait "$store" 2>/dev/null || :; fi
  if [ -n "$failed" ]; then
    # A restic whose reader went away leaves its lock.
    restic --no-cache unlock >/dev/null 2>&1 || :
    restic --no-cache forget --quiet $failed >/dev/null 2>&1 || :
  fi
  rm -rf "$work"
  if [ "$code" -ne 0 ]; then exit 20; fi
}

# restic on the repository; a lock in it is of a restic that died, as ours is held.
open_repository() {
  if [ ! -e "$RESTIC_REPOSITORY/config" ]; then
    if ls "$state"/manifests/*.json >/dev/null 2>&1; then die repository-missing "$RESTIC_REPOSITORY"; fi
    restic init >/dev/null 2>"$work/restic.err" || die repository-broken "$(words "$work/restic.err")"
  fi
  if ! restic --no-cache unlock >/dev/null 2>"$work/restic.err"; then
    if grep -q 'wrong password' "$work/restic.err"; then die repository-password "$settings/password does not open it"; fi
    die repository-broken "$(words "$work/restic.err")"
  fi
}

# What must hold before anything is begun. Room: for the proof, and for what is new in the worst case.
preflight() {
  choose_client
  database_size
  database_bytes=$answer
  if [ "$mode" = continuous ]; then preflight_log; fi
  free_bytes=$(free_in "$state")
  needed=$((database_bytes + database_bytes / 2 + 200000000))
  if ! ls "$state"/manifests/*.json >/dev/null 2>&1; then needed=$((needed + database_bytes / 2)); fi
  if [ "$free_bytes" -lt "$needed" ]; then
    die too-little-space "$((free_bytes / 1000000)) MB are free in $state, $((needed / 1000000)) MB may be needed"
  fi
  refuse_migration
}

# restic takes whatever it was given until its input ends for a whole backup. So its input is held open here (descriptor
# 3), and ends only when the dump has ended well; otherwise restic is interrupted, which leaves no snapshot and no lock.
# $1 what it is called in the repository, $2 what starts it and has its process in $dump.
store() {
  size_before=$(repository_size)
  mkfifo "$work/stream"
  RESTIC_PROGRESS_FPS=0.1 restic --no-cache --json backup --stdin --stdin-filename "$1" --host "$service" --tag "$id" \
    <"$work/stream" >"$work/restic.json" 2>"$work/restic.err" 5>&- &
  store=$!
  exec 3>"$work/stream"
  "$2"
  { while sleep 2; do tell "progress dumped $(awk '/^wchar/ { printf "%.0f MB", $2 / 1000000 }' "/proc/$dump/io" 2>/dev/null)"; done } 3>&- 5>&- 9>&- &
  ticker=$!
  code=0
  wait "$dump" || code=$?
  dump=
  kill "$ticker" 2>/dev/null || :
  if [ "$code" -ne 0 ]; then
    dump_failed
  fi
  exec 3>&-
  code=0
  wait "$store" || code=$?
  store=
  stored=$(summary snapshot_id)
  failed="$failed $stored"
  if [ "$code" -ne 0 ]; then die store-failed "status $code: $(words "$work/restic.err")"; fi
  if [ -z "$stored" ]; then die store-failed "restic named no snapshot"; fi
  bytes=$(summary total_bytes_processed)
  added=$(($(repository_size) - size_before))
}
# On disk: what restic tells is before compression.
repository_size() { du -sb "$RESTIC_REPOSITORY" | cut -f 1; }
# Whichever ended first took the other with it: the dump has no snapshot without its session, and no reader without restic.
dump_failed() {
  sleep 0.2
  if ! kill -0 "$store" 2>/dev/null; then
    wait "$store" || code=$?
    store=
    restic --no-cache unlock >/dev/null 2>&1 || :
    die store-failed "restic ended with status $code: $(words "$work/restic.err")"
  fi
  kill -s INT "$store" 2>/dev/null || :
  wait "$store" 2>/dev/null || :
  store=
  if [ -s "$work/session.err" ]; then die dump-failed "reading production: $(words "$work/session.err")"; fi
  if dump_failure_is_migration; then die migration-running "$(words "$work/dump.err")"; fi
  die dump-failed "reading ended with status $code: $(words "$work/dump.err")"
}
summary() { sed -n '/"message_type":"summary"/s/.*"'"$1"'":"\{0,1\}\([0-9a-f]*\)"\{0,1\}.*/\1/p' "$work/restic.json" | tail -n 1; }

# $1 the dump's snapshot in the repository; $2, with an ending each, the small files that belong to it: globals (roles),
# create (the empty database) and fingerprint (what production held).
prove() {
  clock; proof_began=$now
  start_proof_server
  clock; restore_began=$now
  restore_proof "$1" "$2"
  restore_seconds=$(since "$restore_began")
  fingerprint_proof >"$work/restored" 2>"$work/restore.err" || die proof-failed "$(words "$work/restore.err")"
  stop_proof_server
  rm -rf "$work/cluster"
  compare "$2fingerprint" "$work/restored"
  prove_seconds=$(since "$proof_began")
}

# A sequence that was read before the dump may have moved on in it, in its own direction.
compare() {
  awk -F "$tab" '
    function key() { return $1 == "large-objects" ? $1 : $1 " " $2 }
    FNR == NR { wanted[key()] = $0; next }
    {
      k = key()
      if (!(k in wanted)) { print k " is not in production"; next }
      split(wanted[k], was, FS)
      if ($1 == "sequence") { if ($4 > 0 ? $3 + 0 < was[3] + 0 : $3 + 0 > was[3] + 0) print k ": " was[3] " before, " $3 " restored" }
      else if ($0 != wanted[k]) print k ": " ($1 == "table" ? was[3] " rows, " $3 " restored" : was[2] ", " $2 " restored")
      delete wanted[k]
    }
    END { for (k in wanted) print k " is missing" }
  ' "$1" "$2" >"$work/differences"
  if [ -s "$work/differences" ]; then die proof-failed "not what production held: $(words "$work/differences")"; fi
}

take() {
  case $kind in deploy | manual | nightly) ;; *) die bad-request "kind may not be $kind" ;; esac
  id=$(date -u +%Y%m%dT%H%M%SZ)-$(od -A n -t x1 -N 3 /dev/urandom | tr -d ' \n')
  started=$(date -u +%FT%TZ)
  lock "a backup ($kind)" "$wait"
  open_work
  open_repository
  preflight
  tell "progress $database: $((database_bytes / 1000000)) MB in $engine_name $server, by $dumper $client"
  about=
  if [ "$mode" = continuous ]; then take_point; else take_dump; fi
  commit
  failed=
  metrics
  tell "manifest $(cat "$state/manifests/$id.json")"
}

take_dump() {
  clock; dump_began=$now
  open_snapshot
  store database.dump start_dump
  dump_globals
  close_snapshot || die dump-failed "reading production: $(words "$work/session.err")"
  dump_seconds=$(since "$dump_began")
  tell "progress stored, $((added / 1000)) kB new; proving it"
  prove "$stored" "$work/"
}

# The manifest is what makes it a backup, so it comes last, and in one step.
commit() {
  for part in globals create fingerprint; do cp "$work/$part" "$state/manifests/$id.$part"; done
  {
    printf '{"version":1,"id":"%s","service":"%s","kind":"%s",' "$id" "$service" "$kind"
    printf '"release":%s,"run":%s,"by":%s,"reason":%s,' "$(json_or_null "$release")" "$(json "$run")" "$(json "$by")" "$(json_or_null "$reason")"
    printf '"engine":"%s","database":"%s","server":"%s","client":"%s","restic":"%s","program":"%s",' \
      "$engine" "$database" "$server" "$client" "$(restic version | awk '{ print $2 }')" "$(sha256sum <"$0" | cut -c 1-12)"
    printf '"snapshot":"%s",%s' "$stored" "$about"
    printf '"recoveryPoint":"%s","startedAt":"%s","finishedAt":"%s",' "$recovery_point" "$started" "$(date -u +%FT%TZ)"
    printf '"bytes":%s,"bytesAdded":%s,"seconds":{"dump":%s,"prove":%s,"restore":%s},' \
      "$bytes" "$added" "$dump_seconds" "$prove_seconds" "$restore_seconds"
    awk -F "$tab" '
      function text(value) { gsub(/\\/, "\\\\", value); gsub(/"/, "\\\"", value); return "\"" value "\"" }
      $1 == "table" { tables = tables (tables == "" ? "" : ",") text($2) ":{\"rows\":" $3 ",\"hash\":\"" $4 "\"}"; count++; rows += $3 }
      $1 == "sequence" { sequences = sequences (sequences == "" ? "" : ",") text($2) ":" $3 }
      $1 == "large-objects" { large = "{\"count\":" $2 ",\"hash\":\"" $3 "\"}" }
      END { printf "\"tables\":{%s},\"sequences\":{%s},\"largeObjects\":%s,\"proof\":{\"at\":\"%s\",\"tables\":%d,\"rows\":%d}}\n", tables, sequences, large, at, count, rows }
    ' at="$(date -u +%FT%TZ)" "$work/fingerprint"
  } >"$work/manifest"
  mv "$work/manifest" "$state/manifests/$id.json.new"
  sync "$state/manifests/$id".*
  mv "$state/manifests/$id.json.new" "$state/manifests/$id.json"
  sync "$state/manifests"
}

need_backup() {
  if [ -z "$id" ] || [ ! -f "$state/manifests/$id.json" ]; then die no-such-backup "$id"; fi
  manifests=$state/manifests
  stored=$(sed -n 's/.*"snapshot":"\([0-9a-f]*\)".*/\1/p' "$manifests/$id.json")
}

list() {
  for manifest in "$state"/manifests/*.json; do
    [ -f "$manifest" ] || continue
    tell "manifest $(cat "$manifest")"
    for told in "$state/manifests/$(basename "$manifest" .json)".proved "$state/manifests/$(basename "$manifest" .json)".broken; do
      if [ -f "$told" ]; then tell "$(cat "$told")"; fi
    done
  done
  tell listed
}

prove_again() {
  need_backup
  lock "a proof of $id" "$wait"
  open_work
  open_repository
  # Not production's word but the backup's: production may be what was lost.
  choose_client_for "$(version_of_backup "$state/manifests/$id.json")"
  if is_point; then
    open_point "$manifests/$id.json"
    prove_point
    compare "$manifests/$id.fingerprint" "$work/restored"
  else prove "$stored" "$manifests/$id."; fi
  proved="proved $id $(date -u +%FT%TZ) $prove_seconds"
  printf '%s\n' "$proved" >"$manifests/$id.proved"
  rm -f "$manifests/$id.broken"
  tell "$proved"
}
# Only what was found in the backup itself counts against it.
mark_broken() {
  if [ -z "$proved" ] && cat "$work/read.err" "$work/restore.err" "$work/differences" 2>/dev/null | grep -q .; then
    printf 'broken %s %s\n' "$id" "$(cat "$work/read.err" "$work/restore.err" "$work/differences" 2>/dev/null | tail -n 3 | tr '\n\t' '  ' | cut -c 1-500)" >"$manifests/$id.broken"
    metrics
  fi
}

# For a restore: on standard output is nothing but what was asked for, and the status tells whether all of it is there.
fetch() {
  need_backup
  case $what in
    database) exec restic --no-cache dump "$stored" /database.dump ;;
    base) exec restic --no-cache dump "$stored" /base.tar ;;
    wal) open_point "$manifests/$id.json"; send_wal ;;
    globals | create | fingerprint) cat "$manifests/$id.$what" ;;
    manifest) cat "$manifests/$id.json" ;;
    *) die bad-request "nothing is called $what" ;;
  esac
}

# What goes: proven backups beyond those that the settings keep. The newest proven one stays whatever they say, and so
# does the newest of each of the last releases, which a worker may still be rolled back to. A backup that a later proof
# found broken counts for nothing. What a dead run left in the repository, and no manifest names, goes too.
retain() {
  lock 'the retention' "$wait"
  open_work
  open_repository
  : >"$work/backups"
  for manifest in "$state"/manifests/*.json; do
    [ -f "$manifest" ] || continue
    id=$(basename "$manifest" .json)
    proven=yes
    if [ -f "$state/manifests/$id.broken" ]; then proven=no; fi
    day=$(printf %s "$id" | cut -c 1-8)
    printf '%s %s %s %s %s\n' "$id" "$day" "$(date -u -d "$day" +%G-%V)" "$proven" \
      "$(sed -n 's/.*"release":"\([^"]*\)".*/\1/p' "$manifest")" >>"$work/backups"
  done
  sort -r "$work/backups" | awk -v last="$keep_last" -v daily="$keep_daily" -v weekly="$keep_weekly" -v releases="$keep_releases" '
    function fresh(seen, key, most) { if (key == "" || key in seen || size[most] >= limit[most]) return 0; seen[key] = 1; size[most]++; return 1 }
    BEGIN { limit["daily"] = daily; limit["weekly"] = weekly; limit["releases"] = releases }
    $4 == "no" { if (proven) print $1; next }
    {
      proven++
      keep = proven == 1 || proven <= last
      if (fresh(days, $2, "daily")) keep = 1
      if (fresh(weeks, $3, "weekly")) keep = 1
      if (fresh(named, $5, "releases")) keep = 1
      if (!keep) print $1
    }
  ' >"$work/removed"
  while read -r id; do
    tell "progress removing $id"
    rm -f "$state/manifests/$id.json"
    rm -f "$state/manifests/$id".*
  done <"$work/removed"
  sync "$state/manifests"
  cat "$state"/manifests/*.json 2>/dev/null | sed -n 's/.*"snapshot":"\([0-9a-f]\{8\}\).*/\1/p' >"$work/named"
  restic --no-cache snapshots --json 2>"$work/restic.err" >"$work/snapshots" || die repository-broken "$(words "$work/restic.err")"
  unnamed=$(tr ',' '\n' <"$work/snapshots" | sed -n 's/.*"short_id":"\([0-9a-f]*\)".*/\1/p' | grep -v -x -F -f "$work/named" || :)
  if [ -n "$unnamed" ]; then
    restic --no-cache forget --quiet $unnamed >/dev/null 2>"$work/restic.err" || die repository-broken "$(words "$work/restic.err")"
  fi
  retain_wal
  restic --no-cache prune --quiet >/dev/null 2>"$work/restic.err" || die repository-broken "$(words "$work/restic.err")"
  tell "retained $(cat "$state"/manifests/*.json 2>/dev/null | wc -l)"
}

# Reads the whole repository. What it finds is told again and again by the metrics.
verify() {
  lock 'a read of the whole repository' "$wait"
  open_work
  open_repository
  verify_wal >"$work/wal.check"
  if restic --no-cache check --read-data >"$work/check" 2>&1 && [ ! -s "$work/wal.check" ]; then printf '1 %s\n' "$(date +%s)" >"$state/verified"
  else
    printf '0 %s\n' "$(date +%s)" >"$state/verified"
    metrics
    if [ -s "$work/wal.check" ]; then die wal-broken "$(words "$work/wal.check")"; fi
    die repository-broken "$(words "$work/check")"
  fi
  metrics
  tell verified
}

nightly() {
  kind=nightly; by='the nightly timer'; run=nightly; wait=3600; status=0
  (take) || status=$?
  (retain) || status=$?
  metrics
  exit "$status"
}

# For the node exporter's textfile collector.
metrics() {
  newest=0
  for manifest in "$state"/manifests/*.json; do
    if [ ! -f "$manifest" ] || [ -f "$state/manifests/$(basename "$manifest" .json).broken" ]; then continue; fi
    newest=$(date -d "$(sed -n 's/.*"recoveryPoint":"\([^"]*\)".*/\1/p' "$manifest")" +%s)
  done
  read -r fine at 2>/dev/null <"$state/verified" || { fine=1; at=0; }
  {
    echo '# HELP buka_backup_newest_proven_timestamp_seconds The instant that the newest proven backup reflects; 0 for none.'
    echo '# TYPE buka_backup_newest_proven_timestamp_seconds gauge'
    echo "buka_backup_newest_proven_timestamp_seconds{service=\"$service\"} $newest"
    echo '# HELP buka_backup_repository_readable Whether the last read of the whole repository found all of it.'
    echo '# TYPE buka_backup_repository_readable gauge'
    echo "buka_backup_repository_readable{service=\"$service\"} $fine"
    echo '# HELP buka_backup_repository_read_timestamp_seconds When the whole repository was read last; 0 for never.'
    echo '# TYPE buka_backup_repository_read_timestamp_seconds gauge'
    echo "buka_backup_repository_read_timestamp_seconds{service=\"$service\"} $at"
  } >"$HOME/metrics/.$service.new"
  chmod 644 "$HOME/metrics/.$service.new"
  chmod 755 "$HOME/metrics"
  mv "$HOME/metrics/.$service.new" "$HOME/metrics/$service.prom"
}

case $# in
  0)
    read_request
    service=$asked
    same_program
    if [ -z "$wait" ]; then wait=0; fi
    case $action in take | list | prove) ;; *) die bad-request "nothing is called $action" ;; esac ;;
  2)
    action=$1; service=$2; wait=3600
    plain service "$service" 'a-z0-9-'
    case $action in
      restore-source)
        read_request
        if [ "$asked" != "$service" ]; then die bad-request "not of this service: $asked"; fi
        action=fetch ;;
      nightly | retain | verify | receive) ;;
      *) die bad-request "nothing is called $action" ;;
    esac ;;
  *) die bad-request 'too many words' ;;
esac
[ -n "$service" ] || die bad-request 'no service'
open_service
if [ "$action" != list ] && [ "$action" != fetch ]; then open_database; fi
case $action in prove) prove_again ;; *) "$action" ;; esac
`;
