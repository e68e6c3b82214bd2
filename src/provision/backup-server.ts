import { backupProgram } from '../backup';
import type { Cluster } from '../cluster';
import { authorizedKeys } from './authorized-keys';
import type { Facts } from './facts';
import {
  AUTHORIZED_KEYS,
  BACKUP_ACCOUNT,
  BACKUP_HOME,
  BACKUP_PROGRAM,
  backupFolder,
  POSTGRES_PORT,
  passwordFile,
  pgpassFile,
  READER,
} from './names';
import { backupCluster } from './needs';
import { pgpassPrefix } from './reader';
import { file, folder, type Setup, settings, sudoers } from './setup';
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
  return {
    role: 'backup',
    preparation: [
      // Only a proof's throwaway server runs here.
      file('/etc/postgresql-common/createcluster.d/buka.conf', 'create_main_cluster = false\n'),
    ],
    packages: [
      ...['restic', 'openssh-server', 'sudo'].map((name) => ({ name })),
      // A proof restores into the server's own major version.
      ...(postgresMajor === undefined ? [] : [{ name: `postgresql-${postgresMajor}` }]),
    ],
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
          port: POSTGRES_PORT,
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
      { kind: 'pgpass', path: pgpassFile(service), ...own, mode: 0o600, line: pgpassPrefix(cluster) },
    ],
    units: unitsOf(service, backup.mode),
  };
}
