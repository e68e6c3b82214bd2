import { mariadbReaderSql, nativeHash } from '../../src/provision';
import { provisioned } from './provisioned';
import { enable, file, type SeedContext, type SeedEntry, unit } from './seed';

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
    ...unit('lab-database.service', create),
    ...provisioned(context, 'database'),
  ];
}

const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;
const identifier = (text: string) => `\`${text.replaceAll('`', '``')}\``;

/** Runs once: what was changed since stays so when the machine boots again. */
const create = `[Unit]
Description=The service's database and account
Requires=mariadb.service
After=mariadb.service
ConditionPathExists=!/var/lib/lab-database-made

[Service]
Type=oneshot
RemainAfterExit=yes
User=mysql
ExecStart=/bin/sh -c 'mariadb < /etc/mysql/lab.sql'
ExecStartPost=+/usr/bin/touch /var/lib/lab-database-made

[Install]
WantedBy=multi-user.target
`;
