import { restoreProgram } from '../backup';
import type { Cluster } from '../cluster';
import type { Facts } from './facts';
import { BACKUP_ACCOUNT, keyFile, RESTORE_PROGRAM, restoreFolder } from './names';
import { backupCluster } from './needs';
import { file, folder, type Setup, settings, setup, sudoers } from './setup';

/** The machine of the production data, as far as a restore needs it; `reader.ts` has what a backup needs of it. */
export function databaseHost(cluster: Cluster, { hostKeys, postgresMajor, postgresCluster }: Facts): Setup {
  const { service, database, backup } = backupCluster(cluster);
  const { address, port } = backup.host;
  const at = restoreFolder(service);
  const isContinuous = backup.mode === 'continuous';
  const account = database.kind === 'mariadb' ? 'mysql' : 'postgres';
  const own = { owner: account, group: account };
  return setup('database', {
    packages: [
      // A server of another version than the distribution's is a server too.
      ...(database.kind === 'mariadb'
        ? [
            { name: 'mariadb-server', unless: '/usr/sbin/mariadbd' },
            { name: 'mariadb-client', unless: '/usr/bin/mariadb-dump' },
          ]
        : [{ name: 'postgresql', unless: '/usr/lib/postgresql/*/bin/postgres' }]),
      ...['openssh-client', 'sudo'].map((name) => ({ name })),
    ],
    users: [database.host.user],
    folders: [
      ...['/usr/local/lib/buka', '/etc/buka', '/etc/buka/restore'].map((path) => folder(path)),
      folder(at, { group: account, mode: 0o750 }),
    ],
    files: [
      file(RESTORE_PROGRAM, restoreProgram, { mode: 0o755 }),
      file(
        `${at}/settings`,
        settings({
          ...(isContinuous ? { mode: backup.mode, version: postgresMajor ?? '', cluster: postgresCluster ?? '' } : {}),
          ...{ engine: database.kind, database: database.name, source: `${BACKUP_ACCOUNT}@${address}`, port },
        }),
        { group: account, mode: 0o640 },
      ),
      sudoers('/etc/sudoers.d/buka-restore', { user: database.host.user, as: account, program: RESTORE_PROGRAM }),
      ...(isContinuous && postgresMajor !== undefined && postgresCluster !== undefined
        ? [mayRestart(`postgresql@${postgresMajor}-${postgresCluster}.service`)]
        : []),
      ...(hostKeys.length === 0 ? [] : [file(`${at}/known_hosts`, knownHosts({ address, port }, hostKeys))]),
    ],
    secrets: [{ kind: 'key', path: keyFile(service), ...own, mode: 0o600 }],
  });
}

/** A restore of the whole server exchanges its data folder while it is stopped. The two lines are taken word for word. */
const mayRestart = (unit: string) =>
  file(
    '/etc/sudoers.d/buka-restore-server',
    `postgres ALL=(root) NOPASSWD: /usr/bin/systemctl stop ${unit}, /usr/bin/systemctl start ${unit}\n`,
    { mode: 0o440, checkedBy: 'visudo' },
  );

/** A line for each of the backup server's keys (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"). */
const knownHosts = ({ address, port }: { address: string; port: number }, keys: readonly string[]): string =>
  [...keys]
    .sort()
    .map((key) => `${port === 22 ? address.toLowerCase() : `[${address.toLowerCase()}]:${port}`} ${key}\n`)
    .join('');
