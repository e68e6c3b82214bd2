/** How old the newest proven backup is and whether the repository could be read, as metrics. */
export const metrics = String.raw`
# For the node exporter's textfile collector.
metrics() {
  newest_proven
  newest_at=0
  if [ -n "$newest" ]; then newest_at=$(date -d "$newest_of" +%s); fi
  read -r fine at 2>/dev/null <"$state/verified" || { fine=1; at=0; }
  {
    gauge newest_proven_timestamp_seconds "$newest_at" 'The instant that the newest proven backup reflects; 0 for none.'
    gauge repository_readable "$fine" 'Whether the last read of the whole repository found all of it.'
    gauge repository_read_timestamp_seconds "$at" 'When the whole repository was read last; 0 for never.'
  } | publish "$service"
}
# A metric of the service: its name without what all begin with, its value, and what it means.
gauge() {
  printf '# HELP buka_backup_%s %s\n# TYPE buka_backup_%s gauge\n' "$1" "$3" "$1"
  printf 'buka_backup_%s{service="%s"} %s\n' "$1" "$service" "$2"
}
# Whoever reads the file $1 finds the last one or this one, whole.
publish() {
  cat >"$HOME/metrics/.$1.new"
  chmod 644 "$HOME/metrics/.$1.new"
  chmod 755 "$HOME/metrics"
  mv "$HOME/metrics/.$1.new" "$HOME/metrics/$1.prom"
}
`;
