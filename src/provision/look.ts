import type { Cluster, Host } from '../cluster';
import type { Remote } from '../remote';
import { appDatabaseDifferences } from './app-database-differences';
import { type AppDatabaseSide, askAppDatabase } from './app-database-look';
import { askBackupSide, type BackupSide } from './backup-side';
import { compare, type Difference, isByHand } from './compare';
import { askDatabaseSide, type DatabaseSide, hasHbaLine, type MariaDb } from './database-side';
import { type Facts, noFacts } from './facts';
import { backupCluster } from './needs';
import { askOwnFacts } from './own-facts';
import { hbaLines, READER_NEEDS } from './reader';
import { setupsOf } from './roles';
import type { HostRole } from './setup';
import { survey } from './survey';

/** The hosts as they are, and all that isn't as it should be, each host's in the order to put it right. */
export interface Look {
  readonly differences: readonly Difference[];
  /** Roles that somebody sets up by hand: they are left alone. */
  readonly byHand: readonly { readonly host: string; readonly role: HostRole }[];
  /** Of the hosts that were looked at, the workers whose app runs. */
  readonly serving: readonly string[];
  /** The two sides of the backups, where they were looked at. */
  readonly backups?: Backups | undefined;
  /** The app's database, where it was looked at. It has passwords in it: nothing of it is told. */
  readonly appDatabase?: AppDatabaseSide | undefined;
}

interface Backups {
  readonly backup: BackupSide;
  readonly database: DatabaseSide;
}

/**
 * Two round trips on each host, all hosts at once; changes nothing. What the database host needs comes from the backup
 * server and the other way round, so of these two both are looked at, or none.
 * @param names hosts of `buka.yml`
 */
export async function look(
  cluster: Cluster,
  remote: (host: Host) => Promise<Remote>,
  names: readonly string[],
): Promise<Look> {
  const pair = backupHosts(cluster);
  const withBackups = pair.some(({ name }) => names.includes(name));
  const hosts = [...cluster.hosts.values()].filter(
    (host) => names.includes(host.name) || (withBackups && pair.some(({ name }) => name === host.name)),
  );
  const [sides, appDatabase, own] = await Promise.all([
    withBackups ? askBoth(cluster, remote) : undefined,
    askAppDatabase(cluster, remote, names),
    Promise.all(hosts.map(async (host) => [host.name, await (await remote(host)).run(askOwnFacts(host))] as const)),
  ]);
  const facts = sides === undefined ? noFacts : factsOf(sides);
  const seen = await Promise.all(
    hosts.map(async (host) => {
      const { name } = host;
      const setups = setupsOf(cluster, name, { ...facts, own: new Map(own).get(name) });
      const found = await (await remote(host)).run(survey(setups));
      const byHand = setups.filter((setup) => isByHand(setup, found));
      return {
        differences: setups.filter((one) => !byHand.includes(one)).flatMap((one) => compare(name, one, found)),
        byHand: byHand.flatMap(({ role }) => (role === 'every' ? [] : [{ host: name, role }])),
        serving: found.units.get(cluster.workers.unit)?.running === true ? [name] : [],
      };
    }),
  );
  const byHand = seen.flatMap(({ byHand: roles }) => roles);
  const left = byHand.flatMap(({ host, role }) => (role === 'worker' ? [host] : []));
  return {
    differences: [
      ...seen.flatMap(({ differences }) => differences),
      ...(sides === undefined ? [] : readerDifferences(cluster, sides.backup, sides.database)),
      // That the server is down, the backups have told already.
      ...(appDatabase === undefined || (sides !== undefined && appDatabase.server.kind === 'down')
        ? []
        : appDatabaseDifferences(cluster, appDatabase, left)),
    ],
    byHand,
    serving: seen.flatMap(({ serving }) => serving),
    backups: sides,
    appDatabase,
  };
}

/** The two that set each other up; none where `buka.yml` has no backups. */
export const backupHosts = ({ backup, database }: Cluster): Host[] =>
  backup === undefined || database === undefined ? [] : [backup.host, database.host];

async function askBoth(cluster: Cluster, remote: (host: Host) => Promise<Remote>): Promise<Backups> {
  const { backup, database } = backupCluster(cluster);
  const [backupSide, databaseSide] = await Promise.all([
    remote(backup.host).then((at) => at.run(askBackupSide(cluster))),
    remote(database.host).then((at) => at.run(askDatabaseSide(cluster))),
  ]);
  return { backup: backupSide, database: databaseSide };
}

const factsOf = ({ backup, database }: Backups): Facts => ({
  postgresMajor: database.postgres.kind === 'up' ? database.postgres.major : undefined,
  postgresCluster: clusterOf(database),
  restoreKey: database.restoreKey,
  hostKeys: backup.hostKeys,
  authorizedKeys: backup.authorizedKeys,
});

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
