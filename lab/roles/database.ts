import { randomBytes } from 'node:crypto';
import { hbaLines, pointsSql, readerSql, scramVerifier } from '../../src/provision';
import { madeOnce } from './made-once';
import { mariadb } from './mariadb';
import { provisioned } from './provisioned';
import { enable, file, type SeedContext, type SeedEntry } from './seed';

/** The database of the kind that `buka.yml` names. */
export const database = (context: SeedContext): SeedEntry[] =>
  context.cluster.database?.kind === 'mariadb' ? mariadb(context) : postgresql(context);

/**
 * PostgreSQL with the service's database and role, reachable from the cluster's addresses with the role's password; and
 * what backups and restores need, as `buka provision` sets it up.
 */
function postgresql(context: SeedContext): SeedEntry[] {
  const { cluster, subnets, databasePassword, postgresVersion, backups } = context;
  const { service } = cluster;
  const name = cluster.database?.name ?? service;
  const isContinuous = cluster.backup?.mode === 'continuous';
  const settings = `/etc/postgresql/${postgresVersion}/main`;
  const postgres = { owner: 'postgres', group: 'postgres', mode: 0o640 };
  const rules = [
    ...(backups ? hbaLines(cluster) : []),
    'local all postgres peer',
    'local all all peer',
    ...subnets.all.map((subnet) => `host all all ${subnet} scram-sha-256`),
  ];
  const roles = [
    sql({ name, role: service, password: databasePassword }),
    ...(backups
      ? ['BEGIN;', readerSql(scramVerifier(backups.readerPassword, randomBytes(16)), cluster.backup?.mode), 'COMMIT;']
      : []),
    ...(isContinuous ? [`\\connect ${identifier(name)}`, pointsSql] : []),
  ];
  return [
    file(
      `${settings}/conf.d/lab.conf`,
      `listen_addresses = '*'\nmax_connections = 200\n${isContinuous ? 'max_slot_wal_keep_size = 1GB\n' : ''}`,
      {
        ...postgres,
        mode: 0o644,
      },
    ),
    file(`${settings}/pg_hba.conf`, rules.map((rule) => `${rule}\n`).join(''), postgres),
    file('/etc/postgresql/lab.sql', roles.join('\n'), postgres),
    enable('postgresql.service'),
    ...madeOnce({
      server: `postgresql@${postgresVersion}-main.service`,
      user: 'postgres',
      command: '/usr/bin/psql -q -v ON_ERROR_STOP=1 -f /etc/postgresql/lab.sql',
    }),
    ...provisioned(context, 'database'),
  ];
}

const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;
const identifier = (text: string) => `"${text.replaceAll('"', '""')}"`;

const sql = ({ name, role, password }: { name: string; role: string; password: string }) => `
SELECT ${literal(`CREATE ROLE ${identifier(role)} LOGIN PASSWORD ${literal(password)}`)}
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = ${literal(role)}) \\gexec
SELECT ${literal(`CREATE DATABASE ${identifier(name)} OWNER ${identifier(role)}`)}
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = ${literal(name)}) \\gexec
`;
