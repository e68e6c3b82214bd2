/** The proof: a backup restored and compared with what production held; at once, and again at any later time. */
export const prove = String.raw`
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
`;
