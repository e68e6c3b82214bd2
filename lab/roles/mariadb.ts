import { mariadbReaderSql, nativeHash } from '../../src/provision';
import { madeOnce } from './made-once';
import { provisioned } from './provisioned';
import { enable, file, type SeedContext, type SeedEntry } from './seed';

/**
 * MariaDB with the service's database and account, reachable from the cluster's addresses with the account's password;
 * and what backups and restores need, as `buka provision` sets it up.
 */
export function mariadb(context: SeedContext): SeedEntry[] {
  const { cluster, databasePassword, backups } = context;
  const { service } = cluster;
  const name = cluster.database?.name ?? service;
  const statements = [
    `CREATE DATABASE IF NOT EXISTS ${identifier(name)} CHARACTER SET utf8mb4;`,
    `CREATE USER IF NOT EXISTS ${literal(service)}@'%' IDENTIFIED BY ${literal(databasePassword)};`,
    `GRANT ALL ON ${identifier(name)}.* TO ${literal(service)}@'%';`,
    ...(backups ? [mariadbReaderSql(cluster, nativeHash(backups.readerPassword))] : []),
  ];
  const mysql = { owner: 'mysql', group: 'mysql', mode: 0o640 };
  return [
    file('/etc/mysql/mariadb.conf.d/99-lab.cnf', '[mariadbd]\nbind-address = 0.0.0.0\n'),
    file('/etc/mysql/lab.sql', statements.join('\n'), mysql),
    enable('mariadb.service'),
    ...madeOnce({ server: 'mariadb.service', user: 'mysql', command: "/bin/sh -c 'mariadb < /etc/mysql/lab.sql'" }),
    ...provisioned(context, 'database'),
  ];
}

const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;
const identifier = (text: string) => `\`${text.replaceAll('`', '``')}\``;
