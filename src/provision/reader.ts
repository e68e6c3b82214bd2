import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { isIP, isIPv6 } from 'node:net';
import type { Cluster } from '../cluster';
import { POSTGRES_PORT, READER } from './names';
import { backupCluster } from './needs';

/**
 * The role that backups are read with. It can read everything, since a backup is of everything, also what row security
 * hides and the other roles' password verifiers, without which a restored server would let no app in; it can write
 * nothing. Its password is in one file, on the backup server.
 */

/** The first version of PostgreSQL that has the role pg_read_all_data. */
export const READER_NEEDS = 14;

/** What a line of the backup server's pgpass that is for this database begins with. */
export function pgpassPrefix(cluster: Cluster): string {
  const { database } = backupCluster(cluster);
  // Colons and backslashes are escaped there (PostgreSQL's manual, "The Password File").
  return `${database.host.address.replaceAll(':', '\\:')}:${POSTGRES_PORT}:*:${READER}:`;
}

export const pgpassLine = (cluster: Cluster, password: string): string => `${pgpassPrefix(cluster)}${password}\n`;

/** The line of pg_hba.conf that lets the backup server in, with the role's password. */
export function hbaLine(cluster: Cluster): string {
  const { address } = backupCluster(cluster).backup.host;
  const from = isIP(address) ? `${address}/${isIPv6(address) ? 128 : 32}` : address;
  return `host all ${READER} ${from} scram-sha-256 # Buka: backups`;
}

/** In continuous mode, what lets it read the log as it is written: that is no database's. */
const replicationLine = (cluster: Cluster): string => hbaLine(cluster).replace('host all ', 'host replication ');

export const hbaLines = (cluster: Cluster): string[] =>
  backupCluster(cluster).backup.mode === 'continuous'
    ? [hbaLine(cluster), replicationLine(cluster)]
    : [hbaLine(cluster)];

type Mode = 'dump' | 'continuous';

const SLOTS = String.raw`pg_catalog.pg_replication_slots WHERE slot_name LIKE 'buka\_%'`;

/** Out of continuous mode: the role that loses its right could not drop its slot any more, which would fill the disk. */
const dropSlotsSql = `DO $$ BEGIN
  FOR i IN 1..100 LOOP
    PERFORM pg_catalog.pg_terminate_backend(active_pid) FROM ${SLOTS} AND active;
    PERFORM pg_catalog.pg_drop_replication_slot(slot_name) FROM ${SLOTS} AND NOT active;
    EXIT WHEN NOT EXISTS (SELECT FROM ${SLOTS});
    PERFORM pg_catalog.pg_sleep(0.1);
  END LOOP;
END $$;
`;

/**
 * For the rest of the transaction, no statement is in the server's log: not because all are, nor as one that took long,
 * nor as one that failed (PostgreSQL's manual, 20.8). A superuser's right.
 */
export const unlogged = `SET LOCAL log_statement = 'none';
SET LOCAL log_min_duration_statement = -1;
SET LOCAL log_min_error_statement = 'panic';
`;

/**
 * Makes the role, or puts it right; to be run by a superuser, in one transaction. Who may read all data reads the roles'
 * password verifiers, too, which a server that was lost needs to let the app in.
 * @param verifier sets its password, if given
 */
export const readerSql = (
  verifier?: string,
  mode: Mode = 'dump',
): string => `${unlogged}SET LOCAL client_min_messages = 'warning';
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = '${READER}') THEN CREATE ROLE ${READER}; END IF;
END $$;
ALTER ROLE ${READER} LOGIN BYPASSRLS NOSUPERUSER NOCREATEDB NOCREATEROLE ${mode === 'continuous' ? 'REPLICATION' : 'NOREPLICATION'}${
  verifier === undefined ? '' : ` PASSWORD '${verifier}'`
};
ALTER ROLE ${READER} SET default_transaction_read_only = on;
GRANT pg_read_all_data TO ${READER};
${mode === 'continuous' ? '' : dropSlotsSql}`;

/** One row, `t` when the role is there and as `readerSql` makes it, `f` otherwise. */
export const readerCheckSql = (mode: Mode): string => `SELECT EXISTS (
  SELECT FROM pg_catalog.pg_roles r
  WHERE r.rolname = '${READER}' AND r.rolcanlogin AND r.rolbypassrls
    AND NOT (r.rolsuper OR r.rolcreatedb OR r.rolcreaterole) AND ${mode === 'continuous' ? '' : 'NOT '}r.rolreplication
    AND r.rolconfig @> ARRAY['default_transaction_read_only=on']
    AND pg_catalog.pg_has_role(r.oid, 'pg_read_all_data', 'USAGE')
)${mode === 'continuous' ? '' : ` AND NOT EXISTS (SELECT FROM ${SLOTS})`};`;

const POINT_FUNCTIONS = ['pg_catalog.pg_create_restore_point(text)', 'pg_catalog.pg_switch_wal()'];

/** Lets it name a point in the log, and begin a new segment; each database has such rights of its own. */
export const pointsSql = `GRANT EXECUTE ON FUNCTION ${POINT_FUNCTIONS.join(', ')} TO ${READER};\n`;
export const pointsCheckSql = `SELECT ${POINT_FUNCTIONS.map(
  (one) => `pg_catalog.has_function_privilege('${READER}', '${one}', 'EXECUTE')`,
).join(' AND ')}`;

/**
 * What PostgreSQL keeps instead of a password (RFC 5803, with 4,096 rounds as PostgreSQL has them). Made here, so that
 * the password itself reaches neither the database host nor a server that logs its statements.
 * @param password ASCII: nothing that SASLprep would change (RFC 4013)
 * @param salt 16 random bytes
 */
export function scramVerifier(password: string, salt: Uint8Array): string {
  const rounds = 4096;
  const salted = pbkdf2Sync(password, salt, rounds, 32, 'sha256');
  const hmac = (text: string) => createHmac('sha256', salted).update(text).digest();
  const stored = createHash('sha256').update(hmac('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${rounds}:${Buffer.from(salt).toString('base64')}$${stored}:${hmac('Server Key').toString('base64')}`;
}
