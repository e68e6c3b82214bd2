import type { Cluster, Host } from '../cluster';
import { fields, type Remote, type Script } from '../remote';
import { minutes, seconds } from '../units';
import { appDatabase, type DatabaseUrl, readDatabaseUrl } from './app-database';
import { questions } from './app-database-questions';
import { asRoot, done } from './as-root';
import type { Hba } from './database-side';
import { environmentFile, POSTGRES_PORT } from './names';
import { ask, LISTENS } from './superuser';

/** The app's database, its accounts, and what the workers know of it. */
export interface AppDatabaseSide {
  readonly server: DatabaseServer;
  /** By the worker's name. */
  readonly urls: ReadonlyMap<string, DatabaseUrl>;
}

export type DatabaseServer =
  | { readonly kind: 'missing' }
  | { readonly kind: 'down'; readonly seen: string }
  | {
      readonly kind: 'up';
      /** Whose the database is: `nobody` where there is none; `somebody` too where the account is a group, which nobody logs in as. */
      readonly belongsTo: 'nobody' | 'app' | 'somebody';
      /** Those that are there and fit to be logged in to, with what the server keeps of each one's password: '' for none. */
      readonly accounts: ReadonlyMap<string, string>;
      /** Addresses: `*`, `localhost`; `nowhere`. */
      readonly listens: string;
      /** Connections that a restart would cut. */
      readonly clients: number;
      /** PostgreSQL's alone. */
      readonly hba?: Hba | undefined;
      /** Its main configuration, PostgreSQL's alone. */
      readonly configuration?: string | undefined;
    };

const text = asRoot(String.raw`
server=missing
seen=; belongs=nobody; accounts=; listens=; clients=0; hba=; content=; configuration=
if [ "$kind" = mariadb ]; then
  ${ask.mariadb}
  if command -v mariadbd >/dev/null; then server=down; fi
  if [ "$server" = down ] && seen=$(sql 'SELECT 1' 2>&1); then
    server=up
    listens=$(sql "${LISTENS.mariadb}")
  fi
else
  ${ask.postgresql}
  for one in /usr/lib/postgresql/*/bin/postgres; do if [ -x "$one" ]; then server=down; fi; done
  if [ "$server" = down ] && seen=$(sql 'SELECT 1' 2>&1); then
    server=up
    listens=$(sql "${LISTENS.postgresql}")
    configuration=$(sql 'SHOW config_file')
    hba=$(sql 'SHOW hba_file')
    content=$(base64 -w 0 < "$hba")
  fi
fi
if [ "$server" = up ]; then
  belongs=$(sql "$whose")
  clients=$(sql "$at_work")
  kept=$(sql "$accounts_are")
  accounts=$(printf '%s\n' "$kept" | base64 -w 0)
fi
printf 'server=%s\nseen=%s\nbelongs=%s\nlistens=%s\nclients=%s\nhba=%s\ncontent=%s\nconfiguration=%s\naccounts=%s\n' \
  "$server" "$(printf %s "$seen" | tr '\n\t' '  ')" "$belongs" "$listens" "$clients" "$hba" "$content" "$configuration" "$accounts"
`);

const keys = [
  'server',
  'seen',
  'belongs',
  'listens',
  'clients',
  'hba',
  'content',
  'configuration',
  'accounts',
] as const;

export function askDatabaseServer(cluster: Cluster): Script<DatabaseServer> {
  const { database } = appDatabase(cluster);
  return {
    name: 'look',
    text,
    values: {
      kind: database.kind,
      postgres_port: String(POSTGRES_PORT),
      ...questions(cluster),
    },
    deadline: minutes(1),
    parse(output) {
      done({ ...output, stdout: '' });
      const found = fields(output.stdout, keys);
      if (found.server === 'missing') return { kind: 'missing' };
      if (found.server !== 'up') return { kind: 'down', seen: found.seen.trim() };
      const { belongs, listens, clients, hba, configuration } = found;
      const content = Buffer.from(found.content, 'base64').toString();
      return {
        kind: 'up',
        belongsTo: belongs === 'nobody' || belongs === 'app' ? belongs : 'somebody',
        accounts: accountsIn(Buffer.from(found.accounts, 'base64').toString()),
        listens: listens === '' ? 'nowhere' : listens,
        clients: Number(clients),
        ...(database.kind === 'mariadb' ? {} : { hba: { path: hba, content }, configuration }),
      };
    },
  };
}

/** `name password's remains`, a line each. */
const accountsIn = (answer: string) =>
  new Map(
    answer
      .split('\n')
      .filter(Boolean)
      .map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]),
  );

const urlText = asRoot(String.raw`
if [ -f "$path" ] && grep -q '^[[:space:]]*DATABASE_URL=' "$path"; then
  sed -n 's/^[[:space:]]*DATABASE_URL=//p' "$path" | tail -n 1 | base64 -w 0
else echo missing
fi
`);

/** It goes no further than this process: no failure has it in its words. */
export const askDatabaseUrl = (cluster: Cluster): Script<DatabaseUrl> => ({
  name: 'look',
  text: urlText,
  values: { path: environmentFile(cluster) },
  deadline: seconds(30),
  parse(output) {
    done({ ...output, stdout: '' });
    const answer = output.stdout.trim();
    return readDatabaseUrl(cluster, answer === 'missing' ? undefined : Buffer.from(answer, 'base64').toString());
  },
});

/** All at once; undefined where `buka.yml` leaves the database to the team, or none of its hosts is asked for. */
export async function askAppDatabase(
  cluster: Cluster,
  remote: (host: Host) => Promise<Remote>,
  names: readonly string[],
): Promise<AppDatabaseSide | undefined> {
  const { database, workers } = cluster;
  if (database?.provision !== true) return undefined;
  if (![database.host, ...workers.hosts].some(({ name }) => names.includes(name))) return undefined;
  const [server, urls] = await Promise.all([
    remote(database.host).then((at) => at.run(askDatabaseServer(cluster))),
    Promise.all(
      workers.hosts.map(async (host) => [host.name, await (await remote(host)).run(askDatabaseUrl(cluster))] as const),
    ),
  ]);
  return { server, urls: new Map(urls) };
}
