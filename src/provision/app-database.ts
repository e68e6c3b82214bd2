import { isIP, isIPv6 } from 'node:net';
import { bracketed, type Cluster } from '../cluster';
import { nativeHash } from './mariadb-reader';
import { MARIADB_PORT, POSTGRES_PORT } from './names';
import { scramVerifier } from './reader';
import { type Setup, setup } from './setup';

/**
 * The database that the app works with, and the account that it logs in as, where `database: provision:` asks for them.
 * The account has the service's name and owns the database. Its password is where the app reads it, in the workers' env
 * files, and nowhere else: the server gets what it keeps of it. So the env files decide; who has none gets what the other
 * workers have.
 */
export function appDatabase({ database, ...rest }: Cluster) {
  if (database === undefined) throw new Error('the cluster was checked to have a database');
  return { ...rest, database };
}

/** What the database host needs of the distribution. A server of another version is a server too. */
export const databaseServer = ({ database }: Cluster): Setup =>
  setup('database', {
    packages:
      database?.kind === 'mariadb'
        ? [{ name: 'mariadb-server', unless: '/usr/sbin/mariadbd' }]
        : [{ name: 'postgresql', unless: '/usr/lib/postgresql/*/bin/postgres' }],
  });

/** What a worker's env file says of where the database is. */
export type DatabaseUrl =
  | { readonly kind: 'missing' | 'empty' }
  /** Somebody's own: another account, another machine, another form. */
  | { readonly kind: 'foreign' }
  /** `value`: all of it, as it is in the file. */
  | { readonly kind: 'ours'; readonly password: string; readonly value: string };

const schemes = { postgresql: ['postgres:', 'postgresql:'], mariadb: ['mysql:', 'mariadb:'] } as const;
const ports = { postgresql: POSTGRES_PORT, mariadb: MARIADB_PORT } as const;

/** @param password of letters that mean nothing in an address (RFC 3986, 2.3) */
export function databaseUrl(cluster: Cluster, password: string): string {
  const { service, database } = appDatabase(cluster);
  return `${schemes[database.kind][0]}//${service}:${password}@${bracketed(database.host.address)}/${database.name}`;
}

/** @param value as it is in the file, quoted or not (systemd.exec(5), `EnvironmentFile`); undefined where there is none */
export function readDatabaseUrl(cluster: Cluster, value: string | undefined): DatabaseUrl {
  if (value === undefined) return { kind: 'missing' };
  const { service, database } = appDatabase(cluster);
  const text = value.trim().replace(/^(["'])(.*)\1$/, '$2');
  if (text === '') return { kind: 'empty' };
  const known: readonly string[] = schemes[database.kind];
  if (!URL.canParse(text)) return { kind: 'foreign' };
  const { protocol, username, password, hostname, port, pathname } = new URL(text);
  const isOurs =
    known.includes(protocol) &&
    plain(username) === service &&
    hostname.toLowerCase() === new URL(databaseUrl(cluster, 'any')).hostname.toLowerCase() &&
    ['', String(ports[database.kind])].includes(port) &&
    plain(pathname) === `/${database.name}`;
  const word = plain(password);
  return isOurs && word !== undefined && /^[\x21-\x7e]+$/.test(word)
    ? { kind: 'ours', password: word, value: value.trim() }
    : { kind: 'foreign' };
}

function plain(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** The end of each line of pg_hba.conf that is Buka's, for this service's app. */
const hbaMark = ({ service }: Cluster): string => ` # Buka: the app of ${service}`;

/** A line for each worker, and for none besides; names in quotes have no other meaning there (PostgreSQL's manual, 21.1). */
export function appHbaLines(cluster: Cluster): string[] {
  const { service, database, workers } = appDatabase(cluster);
  return workers.hosts.map(({ address }) => {
    const from = isIP(address) ? `${address}/${isIPv6(address) ? 128 : 32}` : address;
    return `host "${database.name}" "${service}" ${from} scram-sha-256${hbaMark(cluster)}`;
  });
}

/** Which of the workers' lines pg_hba.conf lacks, and which lines of Buka are of machines that are no workers any more. */
export function hbaChanges(cluster: Cluster, content: string): { lacking: string[]; surplus: string[] } {
  const wanted = appHbaLines(cluster);
  const lines = content.split('\n');
  return {
    lacking: wanted.filter((line) => !lines.includes(line)),
    surplus: lines.filter((line) => line.endsWith(hbaMark(cluster)) && !wanted.includes(line)),
  };
}

/** With the lines that it lacks at the top, where the first match decides. */
export function withAppHbaLines(cluster: Cluster, content: string): string {
  const { lacking, surplus } = hbaChanges(cluster, content);
  return [...lacking, ...content.split('\n').filter((line) => !surplus.includes(line))].join('\n');
}

/** An account of MariaDB is of one machine, so there is one for each worker; PostgreSQL has one for all. */
export const accountsOf = ({ service, database, workers }: Cluster): string[] =>
  database?.kind === 'mariadb' ? workers.hosts.map(({ address }) => `${service}@${address}`) : [service];

/**
 * Whether what a server keeps of a password is of this one.
 * @param kept PostgreSQL's SCRAM verifier, or MariaDB's hash; what is of another kind is taken to be of another password
 */
export function isKeptOf(kept: string, password: string): boolean {
  const [, salt] = /^SCRAM-SHA-256\$4096:([^$]+)\$/.exec(kept) ?? [];
  return kept === (salt === undefined ? nativeHash(password) : scramVerifier(password, Buffer.from(salt, 'base64')));
}
