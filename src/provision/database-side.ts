import { createHash } from 'node:crypto';
import type { Cluster } from '../cluster';
import { BukaError } from '../errors';
import { fields, type Script, script } from '../remote';
import { minutes } from '../units';
import { asRoot, done } from './as-root';
import { mariadbReaderCheckSql } from './mariadb-reader';
import { BACKUP_ACCOUNT, keyFile, POSTGRES_PORT, restoreFolder } from './names';
import { backupCluster } from './needs';
import { pointsCheckSql, readerCheckSql } from './reader';
import { ask, LISTENS } from './superuser';

/** What the other side needs to know of the database host, and how it gets on with the backup server. */
export interface DatabaseSide {
  /** The public half of its key: `ssh-ed25519 AAAA…`. */
  readonly restoreKey: string | undefined;
  readonly postgres: Postgres;
  /** Where the database is of this kind. */
  readonly mariadb?: MariaDb;
  /** Logging in to the backup server, as a restore does; `not-yet`: it has no key, or doesn't know the server's. */
  readonly source: { readonly kind: 'reached' | 'not-yet' } | { readonly kind: 'unreachable'; readonly seen: string };
}

export type Postgres =
  | { readonly kind: 'missing' }
  | { readonly kind: 'down'; readonly seen: string }
  | {
      readonly kind: 'up';
      readonly major: string;
      /** The role that backups are read with is there, and as it should be, but for its password. */
      readonly reader: boolean;
      readonly hba: { readonly path: string; readonly content: string };
      /** What only the continuous mode asks; undefined in the other one. */
      readonly log?: LogSettings | undefined;
    };

export interface LogSettings {
  /** The role may name points; true also where there is no such database yet. */
  readonly points: boolean;
  /** There is a limit to what the server keeps for a backup server that is away. */
  readonly limited: boolean;
  /** Settings that can't be changed without a restart, and are not enough: `wal_level = minimal`. */
  readonly tooLow: readonly string[];
}
export type MariaDb =
  | { readonly kind: 'missing' }
  | { readonly kind: 'down'; readonly seen: string }
  | {
      readonly kind: 'up';
      readonly version: string;
      /** The account that backups are read with is there, and as it should be, but for its password. */
      readonly reader: boolean;
      /** The address that it listens on: `*`, `0.0.0.0`, `127.0.0.1`; or `nowhere`. */
      readonly listens: string;
    };

const text = asRoot(String.raw`
public=
if [ -s "$key" ] && command -v ssh-keygen >/dev/null; then public=$(ssh-keygen -y -P '' -f "$key" </dev/null); fi
printf 'key=%s\n' "$public"

source=not-yet
seen=
if [ -n "$public" ] && [ -s "$known" ]; then
  # What it is answered doesn't matter: 255 is ssh's own failure, anything else the program's, so it was reached.
  status=0
  seen=$(runuser -u "$owner" -- ssh -F none -i "$key" -o BatchMode=yes -o IdentitiesOnly=yes \
    -o StrictHostKeyChecking=yes -o UserKnownHostsFile="$known" -o GlobalKnownHostsFile=/dev/null \
    -o ConnectTimeout=10 -p "$port" "$address" </dev/null 2>&1) || status=$?
  if [ "$status" = 255 ]; then source=unreachable; else source=reached; fi
fi
printf 'source=%s\nsource-seen=%s\n' "$source" "$(printf %s "$seen" | tr '\n\t' '  ')"

${ask.postgresql}
postgres=missing
seen=; major=; reader=; path=; content=; points=; limit=; low=
for server in /usr/lib/postgresql/*/bin/postgres; do if [ -x "$server" ]; then postgres=down; fi; done
if [ "$kind" = postgresql ] && [ "$postgres" = down ] && seen=$(sql "SELECT current_setting('server_version_num')::int / 10000" 2>&1); then
  major=$seen
  if [ "$major" -ge 14 ]; then reader=$(sql "$check"); fi
  path=$(sql 'SHOW hba_file')
  content=$(base64 -w 0 < "$path")
  if [ "$mode" = continuous ]; then
    points=$(runuser -u postgres -- psql -X -q -At -p "$postgres_port" -d "$database" -c "$points_check" </dev/null 2>/dev/null) || points=f
    if [ "$(sql "SELECT count(*) FROM pg_database WHERE datname = '$database'")" = 0 ]; then points=t; fi
    limit=$(sql 'SHOW max_slot_wal_keep_size')
    low=$(sql "SELECT string_agg(name || ' = ' || setting, ', ') FROM pg_settings
      WHERE name = 'wal_level' AND setting = 'minimal' OR name IN ('max_wal_senders', 'max_replication_slots') AND setting::int < 4")
  fi
  postgres=up
fi
mariadb=missing
listens=
if [ "$kind" = mariadb ]; then
  ${ask.mariadb}
  if command -v mariadbd >/dev/null; then mariadb=down; fi
  if [ "$mariadb" = down ] && seen=$(sql "SELECT SUBSTRING_INDEX(VERSION(), '-', 1)" 2>&1); then
    major=$seen
    reader=$(sql "$check")
    listens=$(sql "${LISTENS.mariadb}")
    mariadb=up
  fi
fi
printf 'mariadb=%s\nlistens=%s\n' "$mariadb" "$listens"
printf 'postgres=%s\npostgres-seen=%s\nmajor=%s\nreader=%s\nhba=%s\ncontent=%s\npoints=%s\nlimit=%s\nlow=%s\n' \
  "$postgres" "$(printf %s "$seen" | tr '\n\t' '  ')" "$major" "$reader" "$path" "$content" "$points" "$limit" "$low"
`);

const keys = [
  'key',
  'source',
  'source-seen',
  'postgres',
  'postgres-seen',
  'major',
  'reader',
  'hba',
  'content',
  'points',
  'limit',
  'low',
  'mariadb',
  'listens',
] as const;

export function askDatabaseSide(cluster: Cluster): Script<DatabaseSide> {
  const { service, backup, database } = backupCluster(cluster);
  const mariadb = database.kind === 'mariadb';
  return {
    name: 'look',
    text,
    values: {
      key: keyFile(service),
      known: `${restoreFolder(service)}/known_hosts`,
      address: `${BACKUP_ACCOUNT}@${backup.host.address}`,
      port: String(backup.host.port),
      postgres_port: String(POSTGRES_PORT),
      kind: database.kind,
      owner: mariadb ? 'mysql' : 'postgres',
      check: mariadb ? mariadbReaderCheckSql(cluster) : readerCheckSql(backup.mode),
      mode: backup.mode,
      database: database.name,
      points_check: pointsCheckSql,
    },
    deadline: minutes(1),
    parse(output) {
      const found = fields(done(output).stdout, keys);
      return {
        restoreKey: /^\S+ \S+/.exec(found.key)?.[0],
        source:
          found.source === 'unreachable'
            ? { kind: 'unreachable', seen: found['source-seen'].trim() }
            : { kind: found.source === 'reached' ? 'reached' : 'not-yet' },
        postgres: mariadb ? { kind: 'missing' } : postgresOf(found, backup.mode),
        ...(mariadb ? { mariadb: mariadbOf(found) } : {}),
      };
    },
  };
}

function postgresOf(found: Record<(typeof keys)[number], string>, mode: 'dump' | 'continuous'): Postgres {
  if (found.postgres === 'missing') return { kind: 'missing' };
  if (found.postgres !== 'up') return { kind: 'down', seen: found['postgres-seen'].trim() };
  const content = Buffer.from(found.content, 'base64').toString();
  const { points, limit, low } = found;
  const log = { points: points === 't', limited: limit !== '-1', tooLow: low.split(', ').filter(Boolean) };
  return {
    ...{ kind: 'up', major: found.major, reader: found.reader === 't', hba: { path: found.hba, content } },
    ...(mode === 'continuous' ? { log } : {}),
  };
}

function mariadbOf(found: Record<(typeof keys)[number], string>): MariaDb {
  if (found.mariadb === 'missing') return { kind: 'missing' };
  if (found.mariadb !== 'up') return { kind: 'down', seen: found['postgres-seen'].trim() };
  return { kind: 'up', version: found.major, reader: found.reader === 't', listens: found.listens };
}

const mariadbText = asRoot(String.raw`
printf %s "$sql" | runuser -u mysql -- mariadb
`);

/** Runs SQL as MariaDB's superuser; it is on the client's standard input, so in no argument. */
export const runMariadbSql = (sql: string): Script<void> =>
  script({
    name: 'account',
    text: mariadbText,
    values: { sql },
    deadline: minutes(1),
    parse(output) {
      if (output.status === 0) return;
      // The client repeats what it stumbled over.
      done({ ...output, stderr: output.stderr.replace(/\*[0-9A-F]{40}/g, '***') });
    },
  });

const sqlText = asRoot(String.raw`
printf %s "$sql" | runuser -u postgres -- psql -X -q -1 -v ON_ERROR_STOP=1 -p "$postgres_port" -d "$database" -f -
`);

/** Runs SQL as the superuser, in one transaction. It is on psql's standard input, so in no argument. */
export const runSql = (sql: string, database = 'postgres'): Script<void> =>
  script({
    name: 'role',
    text: sqlText,
    values: { sql, database, postgres_port: String(POSTGRES_PORT) },
    deadline: minutes(1),
    parse(output) {
      if (output.status === 0) return;
      // psql repeats the line that it stumbled over.
      const stderr = output.stderr.replace(/SCRAM-SHA-256\$[^']*/g, '***');
      done({ ...output, stderr });
    },
  });

// Half of what is free now: a backup server that is away must not become production's full disk.
const limitText = asRoot(String.raw`
${ask.postgresql}
free=$(($(df -Pk "$(sql 'SHOW data_directory')" | awk 'NR == 2 { print $4 }') / 1024 / 2))
if [ "$free" -lt 256 ]; then free=256; fi
sql "ALTER SYSTEM SET max_slot_wal_keep_size = '$free MB'"
sql 'SELECT pg_reload_conf()' >/dev/null
`);

/** Limits what the server keeps of its log for a backup server that doesn't fetch it. */
export const limitLog = (): Script<void> =>
  script({
    name: 'max_slot_wal_keep_size',
    text: limitText,
    values: { postgres_port: String(POSTGRES_PORT) },
    deadline: minutes(1),
    parse: (output) => void done(output),
  });

const hbaText = asRoot(String.raw`
${ask.postgresql}
if [ "$(sha256sum < "$path" | cut -c 1-64)" != "$seen" ]; then echo "somebody changed $path just now"; exit 23; fi
beside=$path.buka-new
before=$path.buka-before
rm -f -- "$beside" "$before"
cp -p -- "$path" "$before"
cp -p -- "$path" "$beside"
printf %s "$content" > "$beside"
mv -f -T -- "$beside" "$path"
wrong=$(sql "SELECT line_number || ': ' || error FROM pg_hba_file_rules WHERE error IS NOT NULL") || wrong='it can not be read'
if [ -n "$wrong" ]; then
  mv -f -T -- "$before" "$path"
  printf 'line %s\n' "$wrong"
  exit 23
fi
rm -f -- "$before"
sql 'SELECT pg_reload_conf()' >/dev/null
`);

/** pg_hba.conf as the server has it. */
export type Hba = Extract<Postgres, { kind: 'up' }>['hba'];

/**
 * Has pg_hba.conf another content, and the server read it again. It stays as it was if the server wouldn't take it as a
 * whole, and where somebody changed it since it was looked at.
 * @param of whom the lines let in, in words
 * @throws BukaError `pg-hba-refused`
 */
export const changeHba = (
  { path, content }: Hba,
  { now, lines, of }: { now: string; lines: readonly string[]; of: string },
): Script<void> =>
  script({
    name: 'pg_hba.conf',
    text: hbaText,
    values: {
      path,
      seen: createHash('sha256').update(content).digest('hex'),
      content: now,
      postgres_port: String(POSTGRES_PORT),
    },
    deadline: minutes(1),
    parse(output) {
      if (output.status !== 23) return void done(output);
      throw new BukaError({
        code: 'pg-hba-refused',
        message: `PostgreSQL does not take ${path} with the lines for ${of}.`,
        seen: output.stdout.trim(),
        left: 'It was left as it was, and the server goes on by what it had read.',
        hint: `Mend ${path}, or put this at its top by hand and reload PostgreSQL: ${lines.join('; ')}`,
      });
    },
  });

/** Puts the lines of the backups at the top, where the first match decides. */
export const addHbaLines = (hba: Hba, lines: readonly string[]): Script<void> =>
  changeHba(hba, { now: `${lines.join('\n')}\n${hba.content}`, lines, of: 'the backups' });

export const hasHbaLine = (content: string, line: string): boolean => content.split('\n').includes(line);
