import type { Cluster } from '../cluster';
import { ConfigurationError } from '../errors';
import type { Script } from '../remote';
import { type Bytes, bytes, type Duration, minutes, seconds } from '../units';
import { ask, type Question } from './ask';
import { backupFailure } from './failures';
import { unreadable } from './list';
import { type BackupId, type BackupManifest, parseManifest } from './manifest';
import { programVersion } from './programs';
import { restoreFailure } from './restore-failures';
import type { BackupServer } from './server';

/** The database host of a cluster, with the program on it; asked in the same way as the backup server. */
export type DatabaseHost = BackupServer;

/** @throws ConfigurationError `backup-not-configured` */
export function databaseHost({ service, backup, database }: Cluster): DatabaseHost {
  if (backup === undefined || database === undefined)
    throw new ConfigurationError({
      code: 'backup-not-configured',
      message: 'buka.yml names no backup server, so there is nothing to restore from.',
      left: 'Nothing was changed.',
      hint: 'docs/backup-setup.md tells what it takes; the section in buka.yml is `backup: { host: NAME }`.',
    });
  return {
    service,
    host: database.host,
    database: database.name,
    mode: backup.mode,
    path: '/usr/local/lib/buka/restore',
    account: database.kind === 'mariadb' ? 'mysql' : 'postgres',
    version: programVersion.restore,
    // It passes on what the backup server answered when it was asked for the backup.
    failure: (code, seen) =>
      restoreFailure(service, code, seen) ?? backupFailure(service, code, seen).with({ host: backup.host.name }),
  };
}

/** Where in the write-ahead log after a base a restore ends: at the backup's own point, at an instant, or at its end. */
export type Target = 'point' | 'newest' | Date;

/** The database as it is now. */
export interface Current {
  /** Nobody may have made it yet, or it was lost. */
  readonly exists: boolean;
  readonly bytes: Bytes;
  /** Rows, by `schema.table`; with MariaDB, by the table's name. */
  readonly tables: Readonly<Record<string, number>>;
  /** The other databases of the server, which a backup of the whole server takes back as well. */
  readonly others: readonly string[];
}

/** Reading every table to count its rows. */
const LOOK = minutes(60);
/** As long as a backup may take. */
const LOAD = minutes(12 * 60);
const SWAP = minutes(5);

/** What is there now, and the backup as the backup server tells it to the database host. */
export const look = (host: DatabaseHost, id: BackupId): Script<{ current: Current; manifest: BackupManifest }> =>
  question(host, {
    name: 'look',
    request: { do: 'look', id },
    deadline: LOOK,
    read(answer) {
      const current = parseCurrent(restOf(answer, 'current'), restOf(answer, 'others'));
      const manifest = parseManifest(restOf(answer, 'manifest') ?? '');
      if (current === undefined) throw unreadable('The database host did not tell what is there.', answer[0]);
      if (manifest?.id !== id || manifest.service !== host.service)
        throw unreadable(`The database host did not find backup ${id} of ${host.service}.`, answer.at(-1));
      return { current, manifest };
    },
  });

export interface Loaded {
  /** Name of the new database; in continuous mode the folder of the new server's data. */
  readonly name: string;
  readonly took: Duration;
  /** In continuous mode: when the last transaction in there ended, and how many rows each table has. */
  readonly reached?: Date | undefined;
  readonly tables?: Readonly<Record<string, number>> | undefined;
  /** The segments of the log in which it stopped, and which there are up to: something between them can't be read. */
  readonly stoppedShort?: string | undefined;
}

/**
 * Into a database beside the present one, or a server beside it; it is what was backed up, or the host says that it
 * isn't. Only what no backup was made of, between two of them, has nothing to be compared with.
 */
export const load = (host: DatabaseHost, id: BackupId, target: Target = 'point'): Script<Loaded> =>
  question(host, {
    name: 'load',
    request: { do: 'load', id, to: targetWord(target) },
    deadline: LOAD,
    read(answer) {
      const [, name, took] = /^(\S+) (\d+(?:\.\d+)?)$/.exec(restOf(answer, 'loaded') ?? '') ?? [];
      if (name === undefined) throw unreadable(`The database host did not say that ${id} is loaded.`, answer.at(-1));
      if (name.startsWith('/')) {
        const reached = new Date(restOf(answer, 'reached') ?? '');
        const tables = rowsOf(restOf(answer, 'tables'));
        if (Number.isNaN(reached.getTime()) || tables === undefined)
          throw unreadable('The database host did not say how far it came.', answer.at(-1));
        return { name, took: seconds(Number(took)), reached, tables, stoppedShort: restOf(answer, 'short') };
      }
      // It has its own settings. What was confirmed is the database of that name, and no other.
      if (!name.startsWith(`${host.database}_`))
        throw unreadable(`The database host is set up to restore another database than ${host.database}.`, name);
      return { name, took: seconds(Number(took)) };
    },
  });

/** The name that the database before has now; undefined where there was none. */
export const swap = (host: DatabaseHost, id: BackupId): Script<string | undefined> =>
  question(host, {
    name: 'swap',
    request: { do: 'swap', id },
    deadline: SWAP,
    read(answer) {
      const name = restOf(answer, 'swapped');
      if (!name) throw unreadable('The database host did not say that the new database is in place.', answer.at(-1));
      return name === '-' ? undefined : name;
    },
  });

/** A database that an earlier restore put aside, or loaded and did not come to swap. */
export interface PreviousDatabase {
  readonly name: string;
  readonly bytes: Bytes;
}

export const listPrevious = (host: DatabaseHost): Script<PreviousDatabase[]> =>
  question(host, {
    name: 'previous',
    request: { do: 'previous' },
    deadline: minutes(2),
    read(answer) {
      if (answer.at(-1) !== 'listed') throw unreadable('The list of databases has no end.', answer.at(-1));
      const named = answer.slice(0, -1).map((line) => {
        const [, name, size] = /^previous (\S+) (\d+)$/.exec(line) ?? [];
        if (name === undefined) throw unreadable('The list of databases has a line that names none.', line);
        return { name, bytes: bytes(Number(size)) };
      });
      return named;
    },
  });

export const drop = (host: DatabaseHost, name: string): Script<void> =>
  question(host, {
    name: 'drop',
    request: { do: 'drop', name },
    deadline: minutes(10),
    read(answer) {
      if (restOf(answer, 'dropped') !== name)
        throw unreadable(`The database host did not say that ${name} is dropped.`, answer.at(-1));
    },
  });

function question<Result>(host: DatabaseHost, { request, ...rest }: Question<Result>): Script<Result> {
  return ask(host, { ...rest, request: { ...request, service: host.service } });
}

/** What stands behind a word in the line that begins with it. */
function restOf(answer: readonly string[], word: string): string | undefined {
  return answer.find((line) => line.startsWith(`${word} `))?.slice(word.length + 1);
}

const targetWord = (target: Target) => (target === 'point' ? '' : target === 'newest' ? target : target.toISOString());

const isCount = (count: unknown): count is number => typeof count === 'number' && count >= 0;

function parseCurrent(json = '', others = '[]'): Current | undefined {
  const value = Object(parsed(json)) as Record<string, unknown>;
  const tables = rowsOf(JSON.stringify(value.tables));
  const names = parsed(others);
  if (typeof value.exists !== 'boolean' || !isCount(value.bytes) || tables === undefined) return undefined;
  if (!Array.isArray(names)) return undefined;
  return { exists: value.exists, bytes: bytes(value.bytes), tables, others: names.map(String) };
}

function rowsOf(json = ''): Record<string, number> | undefined {
  const tables = Object.entries(Object(parsed(json)) as Record<string, unknown>);
  if (!tables.every((entry): entry is [string, number] => isCount(entry[1]))) return undefined;
  return Object.fromEntries(tables);
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
