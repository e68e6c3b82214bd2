/** Taking a backup: what must hold before, the stream into the repository, the proof, and the manifest as the last step. */
export const take = String.raw`
take() {
  case $kind in deploy | manual | nightly) ;; *) die bad-request "kind may not be $kind" ;; esac
  case $proof in '' | every | nightly) ;; *) die bad-request "proof may not be $proof" ;; esac
  id=$(date -u +%Y%m%dT%H%M%SZ)-$(od -A n -t x1 -N 3 /dev/urandom | tr -d ' \n')
  started=$(date -u +%FT%TZ)
  lock "a backup ($kind)" "$wait"
  open_work
  open_repository
  preflight
  tell "progress $database: $((database_bytes / 1000000)) MB in $engine_name $server, by $dumper $client"
  about=; due=
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
  if prove_now "stored, $((added / 1000)) kB new"; then
    prove "$stored" "$work/"
    proof_ended
  fi
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
    if [ -n "$due" ]; then printf '"proofDue":%s,' "$(json "$due")"; fi
    if [ -z "$proven_at" ]; then printf '"newestProven":{"id":"%s","of":"%s"},' "$newest" "$newest_of"; fi
    printf '"recoveryPoint":"%s","startedAt":"%s","finishedAt":"%s",' "$recovery_point" "$started" "$(date -u +%FT%TZ)"
    printf '"bytes":%s,"bytesAdded":%s,"seconds":{"dump":%s,"prove":%s,"restore":%s},' \
      "$bytes" "$added" "$dump_seconds" "$prove_seconds" "$restore_seconds"
    awk -F "$tab" '
      function text(value) { gsub(/\\/, "\\\\", value); gsub(/"/, "\\\"", value); return "\"" value "\"" }
      $1 == "table" { tables = tables (tables == "" ? "" : ",") text($2) ":{\"rows\":" $3 ",\"hash\":\"" $4 "\"}"; count++; rows += $3 }
      $1 == "sequence" { sequences = sequences (sequences == "" ? "" : ",") text($2) ":" $3 }
      $1 == "large-objects" { large = "{\"count\":" $2 ",\"hash\":\"" $3 "\"}" }
      END {
        printf "\"tables\":{%s},\"sequences\":{%s},\"largeObjects\":%s,", tables, sequences, large
        if (at == "") print "\"proof\":null}"
        else printf "\"proof\":{\"at\":\"%s\",\"tables\":%d,\"rows\":%d}}\n", at, count, rows
      }
    ' at="$proven_at" "$work/fingerprint"
  } >"$work/manifest"
  mv "$work/manifest" "$state/manifests/$id.json.new"
  sync "$state/manifests/$id".*
  mv "$state/manifests/$id.json.new" "$state/manifests/$id.json"
  sync "$state/manifests"
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
# 3), and ends only when the dump has ended well; otherwise restic is interrupted, which leaves no snapshot.
# $1 what it is called in the repository, $2 what starts it and has its process in $dump.
store() {
  size_before=$(repository_size)
  mkfifo "$work/stream"
  RESTIC_PROGRESS_FPS=0.1 restic --no-cache --json backup --stdin --stdin-filename "$1" --host "$service" --tag "$id" \
    <"$work/stream" >"$work/restic.json" 2>"$work/restic.err" 5>&- &
  store=$!
  exec 3>"$work/stream"
  "$2"
  # Looks at the dump itself: a signal that comes before this shell has let go of its parent's traps is lost.
  { while sleep 2 && kill -0 "$dump" 2>/dev/null; do tell "progress dumped $(awk '/^wchar/ { printf "%.0f MB", $2 / 1000000 }' "/proc/$dump/io" 2>/dev/null)"; done } 3>&- 5>&- 9>&- &
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
  if kill -0 "$store" 2>/dev/null; then lived=yes; else lived=; fi
  end_store
  if [ -z "$lived" ]; then die store-failed "restic ended with status $store_code: $(words "$work/restic.err")"; fi
  if [ -s "$work/session.err" ]; then die dump-failed "reading production: $(words "$work/session.err")"; fi
  if dump_failure_is_migration; then die migration-running "$(words "$work/dump.err")"; fi
  die dump-failed "reading ended with status $code: $(words "$work/dump.err")"
}
# A restic from 0.17 on that is interrupted goes on waiting for the rest of its input, which never comes, nor its end.
end_store() {
  kill -s INT "$store" 2>/dev/null || :
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    if kill -0 "$store" 2>/dev/null; then sleep 0.1; fi
  done
  kill -s KILL "$store" 2>/dev/null || :
  store_code=0
  wait "$store" 2>/dev/null || store_code=$?
  store=
  drop_lock
}
summary() { sed -n '/"message_type":"summary"/s/.*"'"$1"'":"\{0,1\}\([0-9a-f]*\)"\{0,1\}.*/\1/p' "$work/restic.json" | tail -n 1; }
`;
