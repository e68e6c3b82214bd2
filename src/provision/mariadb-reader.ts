import { createHash } from 'node:crypto';
import type { Cluster } from '../cluster';
import { MARIADB_PORT, READER } from './names';
import { backupCluster } from './needs';

/**
 * The account that backups are read with on MariaDB. It reads the service's database, and the accounts with the hashes
 * of their passwords, without which a restored server would let the app in no more; it holds commits for a moment
 * (RELOAD) and sees who is at work (PROCESS). It can write nothing.
 *
 * To see triggers and events takes the right to make them, which is one to change what is written. So that right is with
 * an account that nobody can log in to, in whose name one procedure shows them.
 */
const DEFINER = 'buka_definitions';

export const literal = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
export const identifier = (text: string): string => `\`${text.replaceAll('`', '``')}\``;
/** In a GRANT on a database, `_` and `%` stand for other letters. */
export const pattern = (name: string): string => identifier(name.replaceAll(/[_%\\]/g, '\\$&'));

/** The reader's name, from the backup server alone: `'buka_backup'@'10.20.0.41'`. */
export const readerAccount = (cluster: Cluster): string =>
  `${literal(READER)}@${literal(backupCluster(cluster).backup.host.address)}`;

/** What MariaDB keeps of a password instead of it: `*` and the SHA-1 of its SHA-1 (plugin mysql_native_password). */
export function nativeHash(password: string): string {
  const inner = createHash('sha1').update(password).digest();
  return `*${createHash('sha1').update(inner).digest('hex').toUpperCase()}`;
}

const procedure = `CREATE OR REPLACE DEFINER = '${DEFINER}'@'localhost' PROCEDURE buka_backup.definitions(of_database VARCHAR(64))
  SQL SECURITY DEFINER READS SQL DATA
BEGIN
  FOR one IN (SELECT trigger_name AS name FROM information_schema.triggers WHERE trigger_schema = of_database
      ORDER BY event_object_table, action_timing, event_manipulation, action_order) DO
    SELECT 'trigger';
    EXECUTE IMMEDIATE CONCAT('SHOW CREATE TRIGGER \`', REPLACE(of_database, '\`', '\`\`'), '\`.\`', REPLACE(one.name, '\`', '\`\`'), '\`');
  END FOR;
  FOR one IN (SELECT event_name AS name FROM information_schema.events WHERE event_schema = of_database ORDER BY event_name) DO
    SELECT 'event';
    EXECUTE IMMEDIATE CONCAT('SHOW CREATE EVENT \`', REPLACE(of_database, '\`', '\`\`'), '\`.\`', REPLACE(one.name, '\`', '\`\`'), '\`');
  END FOR;
END`;

/** For the rest of the session, no statement is in the general log, nor in that of slow ones. The superuser's right. */
export const unlogged = 'SET SESSION sql_log_off = 1, slow_query_log = 0;\n';

/**
 * Makes the account, or puts it right; to be run by MariaDB's superuser. Not in one transaction, which DDL is never in:
 * each statement can be run again.
 * @param hash sets its password, if given; without one, an account that is made lets nobody in
 */
export function mariadbReaderSql(cluster: Cluster, hash?: string): string {
  const reader = readerAccount(cluster);
  const on = pattern(backupCluster(cluster).database.name);
  return `${unlogged}SET SESSION sql_log_bin = 0, sql_mode = '';
CREATE USER IF NOT EXISTS ${reader} ACCOUNT LOCK;
${hash === undefined ? '' : `ALTER USER ${reader} IDENTIFIED BY PASSWORD ${literal(hash)} ACCOUNT UNLOCK;\n`}GRANT RELOAD, PROCESS ON *.* TO ${reader};
GRANT SELECT, SHOW VIEW ON ${on}.* TO ${reader};
GRANT SELECT ON mysql.* TO ${reader};
CREATE USER IF NOT EXISTS '${DEFINER}'@'localhost' ACCOUNT LOCK;
GRANT TRIGGER, EVENT ON ${on}.* TO '${DEFINER}'@'localhost';
CREATE DATABASE IF NOT EXISTS buka_backup;
DELIMITER //
${procedure}//
DELIMITER ;
GRANT EXECUTE ON PROCEDURE buka_backup.definitions TO ${reader};
GRANT EXECUTE ON PROCEDURE buka_backup.definitions TO '${DEFINER}'@'localhost';
`;
}

/** One row, `t` when the account is there with its rights and no others, `f` otherwise. */
export function mariadbReaderCheckSql(cluster: Cluster): string {
  const { backup, database } = backupCluster(cluster);
  const of = `user = '${READER}' AND host = ${literal(backup.host.address)}`;
  const db = literal(database.name.replaceAll(/[_%\\]/g, '\\$&'));
  // In global_priv, rights are bits: RELOAD and PROCESS are 64 and 256 (sql/privilege.h).
  return `SELECT IF(
  (SELECT COUNT(*) FROM mysql.global_priv WHERE ${of} AND JSON_VALUE(priv, '$.access') = 320 AND NOT IFNULL(JSON_VALUE(priv, '$.account_locked'), 0))
  AND (SELECT COUNT(*) FROM mysql.db WHERE ${of} AND db = ${db} AND select_priv = 'Y' AND show_view_priv = 'Y' AND 'Y' NOT IN (insert_priv, update_priv, delete_priv, create_priv, drop_priv, trigger_priv, event_priv))
  AND (SELECT COUNT(*) FROM mysql.db WHERE ${of} AND db = 'mysql' AND select_priv = 'Y')
  AND (SELECT COUNT(*) FROM mysql.procs_priv WHERE ${of} AND db = 'buka_backup' AND routine_name = 'definitions')
  AND (SELECT COUNT(*) FROM mysql.db WHERE user = '${DEFINER}' AND host = 'localhost' AND db = ${db} AND trigger_priv = 'Y' AND event_priv = 'Y')
  AND (SELECT COUNT(*) FROM mysql.proc WHERE db = 'buka_backup' AND name = 'definitions' AND definer = '${DEFINER}@localhost'),
  't', 'f');`;
}

/** The line of the backup server's my.cnf without which it is not of this database. */
export const myCnfMark = (cluster: Cluster): string =>
  `# for ${backupCluster(cluster).database.host.address}:${MARIADB_PORT}`;

/** What MariaDB's programs on the backup server read (--defaults-file), so that the password is in no argument. */
export const myCnf = (cluster: Cluster, password: string): string => `${myCnfMark(cluster)}
[client]
host=${backupCluster(cluster).database.host.address}
port=${MARIADB_PORT}
user=${READER}
password=${password}
[mariadb-client]
connect-timeout=10
`;
