import { backupProgram } from '../backup';
import type { Cluster } from '../cluster';
import { authorizedKeys } from './authorized-keys';
import type { Facts } from './facts';
import { myCnf, myCnfMark } from './mariadb-reader';
import {
  AUTHORIZED_KEYS,
  BACKUP_ACCOUNT,
  BACKUP_HOME,
  BACKUP_PROGRAM,
  backupFolder,
  MARIADB_PORT,
  myCnfFile,
  POSTGRES_PORT,
  passwordFile,
  pgpassFile,
  READER,
} from './names';
import { backupCluster } from './needs';
import { pgpassPrefix } from './reader';
import { file, folder, type Setup, settings, setup, sudoers } from './setup';
import { backupUnits, unitsOf } from './units';

/**
 * The machine that pulls backups and holds them. Whoever logs in there as the deploy user may ask its program for what
 * it offers, and reaches neither the repository nor its password. The folder of the account's own keys is root's, as is
 * its home: the account, and so a hole in its program, can't let anybody in.
 */
export function backupServer(cluster: Cluster, { postgresMajor, restoreKey, authorizedKeys: found }: Facts): Setup {
  const { service, database, backup, release } = backupCluster(cluster);
  const shared = { group: BACKUP_ACCOUNT };
  const own = { owner: BACKUP_ACCOUNT, group: BACKUP_ACCOUNT };
  const engine = database.kind === 'mariadb' ? mariadb(cluster) : postgresql(cluster, postgresMajor);
  return setup('backup', {
    preparation: engine.preparation,
    packages: [...['restic', 'openssh-server', 'sudo'].map((name) => ({ name })), ...engine.packages],
    accounts: [{ name: BACKUP_ACCOUNT, home: BACKUP_HOME, shell: '/bin/sh' }],
    users: [backup.host.user],
    folders: [
      ...['/usr/local/lib/buka', '/etc/buka', '/etc/buka/backup'].map((path) => folder(path)),
      folder(backupFolder(service), { ...shared, mode: 0o750 }),
      folder(BACKUP_HOME),
      folder(`${BACKUP_HOME}/.ssh`),
      folder(`${BACKUP_HOME}/metrics`, own),
      folder(`${BACKUP_HOME}/${service}`, { ...own, mode: 0o700, whole: true }),
    ],
    files: [
      file(BACKUP_PROGRAM, backupProgram, { mode: 0o755 }),
      file(
        `${backupFolder(service)}/settings`,
        settings({
          ...(backup.mode === 'continuous' ? { mode: backup.mode } : {}),
          engine: database.kind,
          host: database.host.address,
          port: engine.port,
          database: database.name,
          user: READER,
          keep_last: backup.keep.last,
          keep_daily: backup.keep.daily,
          keep_weekly: backup.keep.weekly,
          // The releases that stay on a worker, and the one that a rollout brings.
          keep_releases: release.keep + 1,
        }),
        { ...shared, mode: 0o640 },
      ),
      sudoers('/etc/sudoers.d/buka-backup', { user: backup.host.user, as: BACKUP_ACCOUNT, program: BACKUP_PROGRAM }),
      ...(restoreKey === undefined ? [] : [file(AUTHORIZED_KEYS, authorizedKeys(found, service, restoreKey))]),
      ...backupUnits(backup.mode),
    ],
    secrets: [
      {
        kind: 'password',
        ...{ path: passwordFile(service), owner: 'root', ...shared, mode: 0o640 },
        opens: `${BACKUP_HOME}/${service}/repository/config`,
      },
      { ...engine.password, ...own, mode: 0o600 },
    ],
    units: unitsOf(service, backup.mode),
  });
}

/** Only a proof's throwaway server runs here, of the server's own major version. */
const postgresql = (cluster: Cluster, major: string | undefined) => ({
  port: POSTGRES_PORT,
  preparation: [file('/etc/postgresql-common/createcluster.d/buka.conf', 'create_main_cluster = false\n')],
  packages: major === undefined ? [] : [{ name: `postgresql-${major}` }],
  password: {
    kind: 'pgpass' as const,
    path: pgpassFile(backupCluster(cluster).service),
    line: pgpassPrefix(cluster),
  },
});

const isDatabaseHost = (cluster: Cluster): boolean => cluster.backup?.host.name === cluster.database?.host.name;

/** The package's own server is kept from starting where only a proof's is to run. */
const mariadb = (cluster: Cluster) => ({
  port: MARIADB_PORT,
  preparation: isDatabaseHost(cluster)
    ? []
    : [file('/etc/systemd/system/mariadb.service.d/buka.conf', '[Unit]\nConditionPathExists=/nonexistent\n')],
  packages: ['mariadb-server', 'mariadb-client'].map((name) => ({ name })),
  password: {
    kind: 'my.cnf' as const,
    path: myCnfFile(backupCluster(cluster).service),
    line: myCnfMark(cluster),
    before: myCnf(cluster, ''),
  },
});
