/** How old the newest proven backup is and whether the repository could be read, as metrics. */
export const metrics = String.raw`
# For the node exporter's textfile collector.
metrics() {
  newest_proven
  newest_at=0
  if [ -n "$newest" ]; then newest_at=$(date -d "$newest_of" +%s); fi
  read -r fine at 2>/dev/null <"$state/verified" || { fine=1; at=0; }
  {
    echo '# HELP buka_backup_newest_proven_timestamp_seconds The instant that the newest proven backup reflects; 0 for none.'
    echo '# TYPE buka_backup_newest_proven_timestamp_seconds gauge'
    echo "buka_backup_newest_proven_timestamp_seconds{service=\"$service\"} $newest_at"
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
`;
