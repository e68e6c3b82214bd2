import type { Cluster } from '../cluster';
import { PROMETHEUS_PORT } from '../slo';

/** What is where on the hosts; docs/provision.md and docs/backup-setup.md list it for people. */

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

/** The app's environment on a worker. */
export const environmentFile = ({ service, workers }: Cluster) => workers.envFile ?? `/etc/${service}/env`;

export const ADMIN_SOCKET = '/run/haproxy/admin.sock';
/** In a folder of root's own: members of the group haproxy may write where the sockets are, and root writes here. */
export const HAPROXY_STATE = '/run/buka-haproxy/servers';
export const HAPROXY_STATE_PROGRAM = '/usr/local/lib/buka/haproxy-state';
/** What HAProxy itself answers on a load balancer's own machine. */
export const ALIVE_PATH = '/buka-load-balancer';
/** As `ALIVE_PATH`; 503 where HAProxy has no worker to send requests to. */
export const HAS_WORKERS_PATH = `${ALIVE_PATH}/workers`;
export const HAPROXY_METRICS_PORT = 8405;
export const NODE_METRICS_PORT = 9100;
/** On the monitoring host, on its loopback interface. */
export const MONITORING_PORTS = { prometheus: PROMETHEUS_PORT, alertmanager: 9093, blackbox: 9115 } as const;
/** Where Prometheus looks for rules. */
export const RULES_FOLDER = '/etc/prometheus/buka';
