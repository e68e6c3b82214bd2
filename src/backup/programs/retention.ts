/** What the timers on the backup server do with backups that are there: let old ones go, and read the whole repository. */
export const retention = String.raw`
# What goes: proven backups beyond those that the settings keep. The newest proven one stays whatever they say, and so
# does the newest of each of the last releases, which a worker may still be rolled back to. One that was never proven
# stays as that newest, beside the newest proven one of the release, or while nothing newer is proven. A backup that a
# later proof found broken counts for nothing. What a dead run left in the repository, and no manifest names, goes too.
retain() {
  lock 'the retention' "$wait"
  open_work
  open_repository
  : >"$work/backups"
  for manifest in "$state"/manifests/*.json; do
    [ -f "$manifest" ] || continue
    id=$(basename "$manifest" .json)
    proven=yes
    if [ -f "$state/manifests/$id.broken" ]; then proven=no; elif ! is_proven "$id"; then proven=never; fi
    day=$(printf %s "$id" | cut -c 1-8)
    printf '%s %s %s %s %s\n' "$id" "$day" "$(date -u -d "$day" +%G-%V)" "$proven" \
      "$(sed -n 's/.*"release":"\([^"]*\)".*/\1/p' "$manifest")" >>"$work/backups"
  done
  sort -r "$work/backups" | awk -v last="$keep_last" -v daily="$keep_daily" -v weekly="$keep_weekly" -v releases="$keep_releases" '
    function fresh(seen, key, most) { if (key == "" || key in seen || size[most] >= limit[most]) return 0; seen[key] = 1; size[most]++; return 1 }
    function of_release(proven) {
      if ($5 == "" || named[$5] == "yes" || (named[$5] == "" && size["releases"] >= releases)) return 0
      if (named[$5] == "") size["releases"]++
      else if (proven == "never") return 0
      named[$5] = proven
      return 1
    }
    BEGIN { limit["daily"] = daily; limit["weekly"] = weekly }
    $4 == "no" { if (proven) print $1; next }
    $4 == "never" { if (!of_release("never") && proven) print $1; next }
    {
      proven++
      keep = proven == 1 || proven <= last
      if (fresh(days, $2, "daily")) keep = 1
      if (fresh(weeks, $3, "weekly")) keep = 1
      if (of_release("yes")) keep = 1
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
`;
