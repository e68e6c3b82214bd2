/** What is where on the hosts; docs/backup-setup.md lists it for people. */

/** The account on the backup server that holds the backups, and the role in PostgreSQL that it reads with. */
export const BACKUP_ACCOUNT = 'buka-backup';
export const READER = 'buka_backup';
/** Where PostgreSQL listens, on the database host. */
export const POSTGRES_PORT = 5432;
/** Where MariaDB listens there. */
export const MARIADB_PORT = 3306;

export const BACKUP_PROGRAM = '/usr/local/lib/buka/backup';
export const RESTORE_PROGRAM = '/usr/local/lib/buka/restore';
export const BACKUP_HOME = '/var/lib/buka-backup';
export const AUTHORIZED_KEYS = `${BACKUP_HOME}/.ssh/authorized_keys`;

export const backupFolder = (service: string) => `/etc/buka/backup/${service}`;
export const restoreFolder = (service: string) => `/etc/buka/restore/${service}`;
export const passwordFile = (service: string) => `${backupFolder(service)}/password`;
export const pgpassFile = (service: string) => `${backupFolder(service)}/pgpass`;
export const myCnfFile = (service: string) => `${backupFolder(service)}/my.cnf`;
export const keyFile = (service: string) => `${restoreFolder(service)}/key`;
