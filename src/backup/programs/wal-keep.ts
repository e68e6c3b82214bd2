/** The log that is there: sent for a restore, let go when no backup needs it, and looked through for gaps. */
export const walKeep = String.raw`
# For a restore: the log after the base, as an archive of its files; up to the point, or as far as there is any.
send_wal() {
  if [ "$to" != '' ]; then last=; fi
  sending=$(mktemp -d "$state/sending.XXXXXX")
  trap 'rm -rf "$sending"' EXIT
  trap 'exit 1' INT TERM HUP
  ls "$stream" | awk -v first="$first" -v last="$last" '
    /\.history$/ { print; next }
    /^[0-9A-F]+(\.gz)?$/ { segment = substr($0, 1, 24); if (segment >= first && (last == "" || segment <= last)) print }
  ' | while IFS= read -r one; do ln "$stream/$one" "$sending/$one" 2>/dev/null || ln "$stream/$one.gz" "$sending/$one.gz"; done
  if [ -z "$last" ]; then
    # What came since; a segment may become whole in this moment, and has another name then.
    for one in "$stream"/incoming/*; do
      name=$(basename "$one" .partial)
      if [ -f "$one" ] && [ ! -e "$sending/$name" ] && [ ! -e "$sending/$name.gz" ]; then
        cp "$one" "$sending/$name" 2>/dev/null || cp "$stream/$name" "$sending/$name" 2>/dev/null || cp "$stream/incoming/$name" "$sending/$name"
      fi
    done
  fi
  tar -c -f - -C "$sending" .
}

# What belongs to no backup any more goes: the log from before the oldest base of its stream. What is whole is packed.
retain_wal() {
  # Links of a restore that was killed a day ago.
  find "$state/" -maxdepth 1 -name 'sending.*' -mmin +1440 -exec rm -rf {} +
  now_stream=
  if [ "$mode" = continuous ]; then now_stream=$(newest_stream); fi
  for one in "$state"/wal/*; do
    [ -d "$one" ] || continue
    oldest=$(cat "$state"/manifests/*.json 2>/dev/null | grep -F "\"stream\":\"$(basename "$one")\"" |
      sed -n 's/.*"continuous":{[^}]*"first":"\([^"]*\)".*/\1/p' | sort | head -n 1)
    if [ -z "$oldest" ]; then
      if [ "$one" != "$now_stream" ]; then rm -rf "$one"; fi
      continue
    fi
    ls "$one" | awk -v oldest="$oldest" '/^[0-9A-F]+(\.gz)?$/ && substr($0, 1, 24) < oldest' | while IFS= read -r old; do rm -f "$one/$old"; done
    ls "$one" | grep -x '[0-9A-F]\{24\}' | while IFS= read -r whole; do gzip -1 -f "$one/$whole"; done
    sync "$one"
  done
}

# Gaps and rot in the log that backups need; what it finds is on standard output.
verify_wal() {
  for one in "$state"/wal/*; do
    [ -d "$one" ] || continue
    read -r of_system of_timeline segment_size <"$one/identity"
    ls -l "$one" | awk -v size="$segment_size" -v stream="$(basename "$one")" '
      function hex(text, value, i) { value = 0; for (i = 1; i <= length(text); i++) value = value * 16 + index("0123456789ABCDEF", substr(text, i, 1)) - 1; return value }
      $9 !~ /^[0-9A-F]+(\.gz)?$/ || length($9) < 24 { next }
      length($9) == 24 && $5 != size { print stream ": " $9 " has " $5 " bytes" }
      { n = hex(substr($9, 9, 8)) * (4294967296 / size) + hex(substr($9, 17, 8)); if (seen != "" && n > before + 1) print stream ": " n - before - 1 " segments are missing before " $9; before = n; seen = 1 }
    '
    for packed in "$one"/*.gz; do
      if [ -f "$packed" ]; then gzip -t "$packed" 2>&1 || :; fi
    done
  done
}
`;
