import type { Cluster } from '../cluster';
import { minutes } from '../units';
import { type Rule, rule } from './rule';

/** One night may fail; then somebody has a day before the next one. */
const OLDEST = 'time() - %s > 36 * 3600';

/** The backup server tells by a file for its node exporter; where it tells nothing, nothing is proven. */
export function backupRules({ service, backup }: Cluster): Rule[] {
  if (backup === undefined) return [];
  const of = `{job="node",service="${service}"}`;
  const labels = { host: backup.host.name };
  const newest = `buka_backup_newest_proven_timestamp_seconds${of}`;
  const safe = `buka_backup_wal_safe_timestamp_seconds${of}`;
  return [
    rule('BackupTooOld', {
      when: `${OLDEST.replace('%s', newest)}\nor\nabsent(${newest})`,
      lasting: minutes(15),
      severity: 'critical',
      labels,
      summary: `No backup of ${service} from the last 36 h is proven`,
      description:
        'What was written since the newest proven one would be lost with the database. Is there a nightly one at all?',
    }),
    rule('BackupDamaged', {
      when: `buka_backup_repository_readable${of} == 0`,
      severity: 'critical',
      labels,
      summary: `The backups of ${service} can't all be read`,
      description: 'The last read of the whole repository found a part missing or wrong.',
    }),
    ...(backup.mode === 'continuous'
      ? [
          rule('BackupLogTooOld', {
            when: `time() - ${safe} > 600\nor\nabsent(${safe})`,
            lasting: minutes(5),
            severity: 'critical',
            labels,
            mutedDuring: ['restore', 'drill'],
            summary: `The write-ahead log of ${service} is not received`,
            description:
              'What was written in the last 10 min and before is not on the backup server: it would be lost with the database.',
          }),
        ]
      : []),
  ];
}
