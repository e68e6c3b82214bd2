import { randomBytes } from 'node:crypto';
import type { Cluster } from '../cluster';
import { appDatabase } from './app-database';
import { identifier, literal, nativeHash, pattern, unlogged as unloggedByMariadb } from './mariadb-reader';
import { scramVerifier, unlogged as unloggedByPostgresql } from './reader';

/** For the superuser of either server. Names in `buka.yml` have no quotes in them. */

const isMariadb = ({ database }: Cluster) => database?.kind === 'mariadb';

const mariadbAccount = (account: string) => account.split('@').map(literal).join('@');

/**
 * Makes accounts that nobody can log in as yet; on MariaDB, with all rights on the database alone. One of PostgreSQL that is
 * there and may not log in, or not any more, may again, with the password that it has.
 */
export function accountSql(cluster: Cluster, accounts: readonly string[]): string {
  const { database } = appDatabase(cluster);
  if (!isMariadb(cluster))
    return accounts
      .map(
        (account) => `DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = '${account}') THEN CREATE ROLE "${account}"; END IF;
END $$;
ALTER ROLE "${account}" LOGIN VALID UNTIL 'infinity';
`,
      )
      .join('');
  return accounts
    .map(
      (account) => `CREATE USER IF NOT EXISTS ${mariadbAccount(account)} ACCOUNT LOCK;
GRANT ALL PRIVILEGES ON ${pattern(database.name)}.* TO ${mariadbAccount(account)};
`,
    )
    .join('');
}

/** Gives them the password, of which the server sees only what it keeps, and its log nothing. */
export function passwordSql(cluster: Cluster, accounts: readonly string[], password: string): string {
  const statements = accounts.map((account) =>
    isMariadb(cluster)
      ? `ALTER USER ${mariadbAccount(account)} IDENTIFIED BY PASSWORD ${literal(nativeHash(password))} ACCOUNT UNLOCK;\n`
      : `ALTER ROLE "${account}" PASSWORD '${scramVerifier(password, randomBytes(16))}';\n`,
  );
  return [isMariadb(cluster) ? unloggedByMariadb : unloggedByPostgresql, ...statements].join('');
}

/** In UTF-8, whatever the machine was installed with; PostgreSQL makes it in no transaction, so only where it is missing. */
export function databaseSql(cluster: Cluster): string {
  const { service, database } = appDatabase(cluster);
  return isMariadb(cluster)
    ? `CREATE DATABASE IF NOT EXISTS ${identifier(database.name)} CHARACTER SET utf8mb4`
    : `CREATE DATABASE "${database.name}" OWNER "${service}" ENCODING 'UTF8' TEMPLATE template0`;
}
