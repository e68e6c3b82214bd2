import { common } from './common';
import { continuous } from './continuous';
import { mariadb } from './mariadb';
import { metrics } from './metrics';
import { postgresql } from './postgresql';
import { prove } from './prove';
import { retention } from './retention';
import { take } from './take';

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
  if [ -n "$store" ]; then end_store; fi
  if [ -n "$failed" ]; then
    drop_lock
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
# A restic that is killed, whose reader goes away, or that is interrupted while it still waits for its lock to be the only
# one, leaves it.
drop_lock() { restic --no-cache unlock >/dev/null 2>&1 || :; }

${take}${prove}${retention}${metrics}
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

nightly() {
  kind=nightly; by='the nightly timer'; run=nightly; wait=3600; status=0
  (take) || status=$?
  (retain) || status=$?
  metrics
  exit "$status"
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
