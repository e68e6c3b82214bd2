import type { Cluster } from '../cluster';
import { appDatabase } from './app-database';
import { literal, pattern } from './mariadb-reader';

/** What the superuser of a database server is asked. */
interface Questions {
  /** A word: `nobody`, `app`, `somebody`; see `DatabaseServer`. */
  readonly whose: string;
  /** A line for each account that is fit: its name, and what the server keeps of its password. */
  readonly accounts_are: string;
  /** A number: the connections that a restart would cut. */
  readonly at_work: string;
}

export const questions = (cluster: Cluster): Questions =>
  appDatabase(cluster).database.kind === 'mariadb' ? mariadbQuestions(cluster) : postgresqlQuestions(cluster);

/**
 * An account that may not log in is fit for nobody's app where it has no password either: it is a group. With one, it was
 * the app's, and somebody took the right away. Names in `buka.yml` have no quotes in them.
 */
function postgresqlQuestions(cluster: Cluster): Questions {
  const { service, database } = appDatabase(cluster);
  return {
    whose: `SELECT CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_authid
      WHERE rolname = '${service}' AND NOT rolcanlogin AND rolpassword IS NULL)
      THEN 'somebody' ELSE COALESCE((SELECT CASE WHEN pg_catalog.pg_get_userbyid(datdba) = '${service}' THEN 'app' ELSE 'somebody' END
      FROM pg_catalog.pg_database WHERE datname = '${database.name}'), 'nobody') END`,
    accounts_are: `SELECT rolname || ' ' || COALESCE(rolpassword, '') FROM pg_catalog.pg_authid
      WHERE rolname = '${service}' AND rolcanlogin AND COALESCE(rolvaliduntil, 'infinity') > pg_catalog.now()`,
    at_work: `SELECT count(*) FROM pg_catalog.pg_stat_activity
      WHERE backend_type = 'client backend' AND pid <> pg_catalog.pg_backend_pid()`,
  };
}

/** Without these, an account is not made for an app that brings its own tables. */
const OWNERS = ['select', 'insert', 'create', 'alter', 'drop'];

/** All that `GRANT ALL PRIVILEGES` on a database gives, by the columns of mysql.db. */
const ALL = [
  ...OWNERS,
  ...['update', 'delete', 'references', 'index', 'create_tmp_table', 'lock_tables', 'create_view', 'show_view'],
  ...['create_routine', 'alter_routine', 'execute', 'event', 'trigger', 'delete_history'],
];

/** An account is fit with all rights on the database; one that is locked is one without a password. */
function mariadbQuestions(cluster: Cluster): Questions {
  const { service, database, workers } = appDatabase(cluster);
  const hosts = workers.hosts.map(({ address }) => literal(address)).join(', ');
  const name = literal(pattern(database.name).slice(1, -1));
  const those = (
    rights: readonly string[],
  ) => `FROM mysql.db d JOIN mysql.global_priv g ON g.user = d.user AND g.host = d.host
    WHERE d.db = ${name} AND d.user = ${literal(service)} AND d.host IN (${hosts})
      AND 'N' NOT IN (${rights.map((right) => `d.${right}_priv`).join(', ')})`;
  return {
    whose: `SELECT CASE WHEN NOT EXISTS (SELECT 1 FROM information_schema.schemata WHERE schema_name = ${literal(database.name)})
      THEN 'nobody' WHEN EXISTS (SELECT 1 ${those(OWNERS)}) THEN 'app' ELSE 'somebody' END`,
    accounts_are: `SELECT CONCAT(g.user, '@', g.host, ' ', IF(IFNULL(JSON_VALUE(g.priv, '$.account_locked'), 0), '',
      IFNULL(JSON_VALUE(g.priv, '$.authentication_string'), ''))) ${those(ALL)}`,
    at_work: `SELECT COUNT(*) FROM information_schema.processlist
      WHERE id <> CONNECTION_ID() AND user NOT IN ('system user', 'event_scheduler')`,
  };
}
