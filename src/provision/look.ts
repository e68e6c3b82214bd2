import type { Cluster, Host } from '../cluster';
import type { Remote } from '../remote';
import { askBackupSide, type BackupSide } from './backup-side';
import { compare, type Difference } from './compare';
import { askDatabaseSide, type DatabaseSide, hasHbaLine, type MariaDb } from './database-side';
import type { Facts } from './facts';
import { backupCluster } from './needs';
import { hbaLines, READER_NEEDS } from './reader';
import { setupsOf } from './roles';
import { survey } from './survey';

/** The hosts as they are, and all that isn't as it should be, each host's in the order to put it right. */
export interface Look {
  readonly differences: readonly Difference[];
  readonly backup: BackupSide;
  readonly database: DatabaseSide;
}

/** Two round trips on each host, both hosts at once; changes nothing. */
export async function look(cluster: Cluster, remote: (host: Host) => Promise<Remote>): Promise<Look> {
  const { backup, database } = backupCluster(cluster);
  const [backupRemote, databaseRemote] = await Promise.all([remote(backup.host), remote(database.host)]);
  const [backupSide, databaseSide] = await Promise.all([
    backupRemote.run(askBackupSide(cluster)),
    databaseRemote.run(askDatabaseSide(cluster)),
  ]);
  const facts: Facts = {
    postgresMajor: databaseSide.postgres.kind === 'up' ? databaseSide.postgres.major : undefined,
    postgresCluster: clusterOf(databaseSide),
    restoreKey: databaseSide.restoreKey,
    hostKeys: backupSide.hostKeys,
    authorizedKeys: backupSide.authorizedKeys,
  };
  const of = async (at: Remote) => {
    const { name } = at.host;
    const setups = setupsOf(cluster, name, facts);
    const found = await at.run(survey(setups));
    return setups.flatMap((setup) => compare(name, setup, found));
  };
  // One machine may be both.
  const remotes = backup.host.name === database.host.name ? [backupRemote] : [backupRemote, databaseRemote];
  const differences = (await Promise.all(remotes.map(of))).flat();
  return {
    differences: [...differences, ...readerDifferences(cluster, backupSide, databaseSide)],
    backup: backupSide,
    database: databaseSide,
  };
}

/** From where Debian's tools put its settings; undefined for a server that was set up in another way. */
const clusterOf = ({ postgres }: DatabaseSide): string | undefined =>
  postgres.kind === 'up' ? /^\/etc\/postgresql\/\d+\/([A-Za-z0-9_]+)\//.exec(postgres.hba.path)?.[1] : undefined;

/** How the two get on with each other: the role that reads, the way to it, and the way back for a restore. */
export function readerDifferences(cluster: Cluster, { reading }: BackupSide, side: DatabaseSide): Difference[] {
  const { backup, database } = backupCluster(cluster);
  const { postgres, mariadb, source } = side;
  const differences: Difference[] = [];
  const differ = (difference: Omit<Difference, 'host'>, { name: host } = database.host) =>
    differences.push({ host, ...difference });
  const byHand = (code: string, hint: string) => ({ kind: 'by-hand' as const, code, hint });

  if (postgres.kind === 'down') {
    const hint = `On ${database.host.name}: \`systemctl status 'postgresql@*'\`, \`pg_lsclusters\`.`;
    differ({ what: 'PostgreSQL', seen: `does not answer: ${postgres.seen}`, mend: byHand('database-down', hint) });
  }
  if (postgres.kind === 'up' && Number(postgres.major) < READER_NEEDS) {
    const hint = `PostgreSQL ${READER_NEEDS} is the first with a role that may read everything: upgrade the server.`;
    differ({ what: 'PostgreSQL', seen: `is version ${postgres.major}`, mend: byHand('postgresql-too-old', hint) });
  } else if (postgres.kind === 'up') {
    const isLetIn = hbaLines(cluster).every((line) => hasHbaLine(postgres.hba.content, line));
    if (!postgres.reader)
      differ({ what: 'role buka_backup', seen: 'missing, or with other rights', mend: { kind: 'reader' } });
    if (!isLetIn) differ({ what: postgres.hba.path, seen: 'has no line for the backups', mend: { kind: 'hba' } });
    if (postgres.reader && isLetIn && reading.kind === 'refused')
      differ({
        what: 'role buka_backup',
        seen: `does not let ${backup.host.name} in: ${reading.seen}`,
        mend: { kind: 'reader-password' },
      });
    const { log } = postgres;
    if (log !== undefined) {
      if (!log.points && postgres.reader)
        differ({ what: 'role buka_backup', seen: 'may not name points in the log', mend: { kind: 'points' } });
      if (!log.limited) differ({ what: 'max_slot_wal_keep_size', seen: 'no limit', mend: { kind: 'log-limit' } });
      for (const seen of log.tooLow) {
        const hint = `On ${database.host.name}, in postgresql.conf: \`wal_level = replica\`, \`max_wal_senders = 10\`, \`max_replication_slots = 10\`, as PostgreSQL has them by default; then restart PostgreSQL, in a quiet hour.`;
        differ({ what: 'PostgreSQL', seen, mend: byHand('log-settings', hint) });
      }
      if (clusterOf(side) === undefined) {
        const hint = `A restore in continuous mode exchanges the data of a server that Debian's tools know (\`pg_lsclusters\`). Here \`backup: mode: dump\` is what works.`;
        differ({
          what: 'PostgreSQL',
          seen: `has its settings in ${postgres.hba.path}`,
          mend: byHand('foreign-server', hint),
        });
      }
    }
    if (reading.kind === 'unreachable') {
      const hint = `On ${database.host.name}: does listen_addresses in postgresql.conf let other hosts in (a change takes a restart), and does a firewall?`;
      differ(
        { what: 'the way to PostgreSQL', seen: reading.seen, mend: byHand('database-unreachable', hint) },
        backup.host,
      );
    }
  }
  if (mariadb !== undefined) mariadbDifferences(mariadb);
  if (source.kind === 'unreachable') {
    const hint = `From ${database.host.name}, does \`ssh -p ${backup.host.port} ${backup.host.address}\` reach sshd? Its AllowUsers or AllowGroups, if any, must have buka-backup.`;
    differ({
      what: `the way to ${backup.host.name}`,
      seen: source.seen,
      mend: byHand('source-unreachable', hint),
    });
  }
  return differences;

  function mariadbDifferences(server: MariaDb): void {
    if (server.kind === 'down') {
      const hint = `On ${database.host.name}: \`systemctl status mariadb\`, \`journalctl -u mariadb\`.`;
      differ({ what: 'MariaDB', seen: `does not answer: ${server.seen}`, mend: byHand('database-down', hint) });
    }
    if (server.kind !== 'up') return;
    // An account that is locked is one that no password was given yet; that of a new one comes with its rights.
    if (!server.reader)
      differ({ what: 'account buka_backup', seen: 'missing, or with other rights', mend: { kind: 'reader' } });
    if (server.reader && reading.kind === 'refused')
      differ({
        what: 'account buka_backup',
        seen: `does not let ${backup.host.name} in: ${reading.seen}`,
        mend: { kind: 'reader-password' },
      });
    const local = ['127.0.0.1', '::1', 'localhost', 'nowhere'].includes(server.listens);
    if (reading.kind === 'unreachable' || (local && backup.host.name !== database.host.name)) {
      const hint = `On ${database.host.name}: a file in /etc/mysql/mariadb.conf.d with \`[mariadbd]\` and \`bind-address = ${database.host.address}\` (or 0.0.0.0) lets other hosts in, once MariaDB is restarted; does a firewall, too?`;
      const seen = local ? `MariaDB listens on ${server.listens} alone` : 'seen' in reading ? reading.seen : '';
      differ({ what: 'the way to MariaDB', seen, mend: byHand('database-unreachable', hint) }, backup.host);
    }
  }
}
