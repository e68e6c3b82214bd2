/** The proof: a backup restored and compared with what production held; at once, and again at any later time. */
export const prove = String.raw`
# Shown to be restorable, at once or later, and not found broken since. What has no proof of its own ends with that word.
is_proven() {
  [ ! -e "$state/manifests/$1.broken" ] &&
    { [ -e "$state/manifests/$1.proved" ] || ! grep -q ',"proof":null}$' "$state/manifests/$1.json"; }
}
# Its id, and the instant that it reflects, which it ends with.
newest_proven() {
  newest=; newest_of=
  for one in "$state"/manifests/*.json; do
    [ -f "$one" ] || continue
    one=$(basename "$one" .json)
    if is_proven "$one"; then newest=$one; fi
  done
  if [ -n "$newest" ]; then newest_of=$(sed -n 's/.*"recoveryPoint":"\([^"]*\)".*/\1/p' "$state/manifests/$newest.json"); fi
}

# Whether a new backup is proven at once: always, but for a deploy's that is to leave it to the night. That one is, too,
# where $due says why, and where nothing that is proven is younger than a night and half a day. $1 what is done so far.
prove_now() {
  proven_at=; prove_seconds=null; restore_seconds=null
  if [ "$kind" != deploy ] || [ "$proof" != nightly ]; then
    due=
    tell "progress $1; proving it"
  else
    newest_proven
    if [ -n "$due" ]; then :
    elif [ -e "$state/proof-open" ]; then due='the last proof did not end well'
    elif [ -z "$newest" ]; then due='none is proven'
    elif [ "$(($(date +%s) - $(date -d "$newest_of" +%s)))" -gt 129600 ]; then due="the newest proven one is of $newest_of, more than 36 hours ago"
    else
      tell "progress $1; its proof is left to the night, the newest proven one is $newest of $newest_of"
      return 1
    fi
    tell "progress $1; proving it after all: $due"
  fi
  : >"$state/proof-open"
}
# What breaks off, in whatever way, leaves its mark, and the next backup is proven.
proof_ended() {
  rm -f "$state/proof-open"
  proven_at=$(date -u +%FT%TZ)
}

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

# A file of what is stored ($1, $2), to standard output. A pipe doesn't tell how that went: whoever reads asks afterwards.
read_backup() {
  code=0
  restic --no-cache dump "$1" "$2" 2>"$work/read.err" || code=$?
  echo "$code" >"$work/read"
}
read_failure() { if [ "$(cat "$work/read")" != 0 ]; then printf 'reading the repository: %s' "$(words "$work/read.err")"; fi; }
whole_backup_read() { if [ "$(cat "$work/read")" != 0 ]; then die proof-failed "$(read_failure)"; fi; }

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

prove_again() {
  need_backup
  lock "a proof of $id" "$wait"
  open_work
  open_repository
  # Not production's word but the backup's: production may be what was lost.
  choose_client_for "$(version_of_backup "$state/manifests/$id.json")"
  : >"$state/proof-open"
  if is_point; then
    open_point "$manifests/$id.json"
    prove_point
    compare "$manifests/$id.fingerprint" "$work/restored"
  else prove "$stored" "$manifests/$id."; fi
  proof_ended
  proved="proved $id $proven_at $prove_seconds"
  printf '%s\n' "$proved" >"$manifests/$id.proved"
  rm -f "$manifests/$id.broken"
  metrics
  tell "$proved"
}
# Only what was found in the backup itself counts against it.
mark_broken() {
  if [ -z "$proved" ] && cat "$work/read.err" "$work/restore.err" "$work/differences" 2>/dev/null | grep -q .; then
    printf 'broken %s %s\n' "$id" "$(cat "$work/read.err" "$work/restore.err" "$work/differences" 2>/dev/null | tail -n 3 | tr '\n\t' '  ' | cut -c 1-500)" >"$manifests/$id.broken"
    metrics
  fi
}
`;
