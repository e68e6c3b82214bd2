import type { Cluster } from '../cluster';
import { BukaError } from '../errors';
import { type Script, script } from '../remote';
import { minutes, seconds } from '../units';
import { appDatabase } from './app-database';
import { DEBIANS } from './app-database-differences';
import { questions } from './app-database-questions';
import { databaseSql } from './app-database-sql';
import { asRoot, done } from './as-root';
import { POSTGRES_PORT } from './names';
import { MARK } from './setup';
import { ask, LISTENS } from './superuser';

const urlText = asRoot(String.raw`
umask 077
path=$(readlink -f -- "$path")
[ -f "$path" ] || exit 0
if grep -q '^[[:space:]]*DATABASE_URL=' "$path"; then exit 0; fi
beside=$(dirname -- "$path")/.$(basename -- "$path").buka
rm -f -- "$beside"
cp -p -- "$path" "$beside"
if [ -n "$(tail -c 1 -- "$beside")" ]; then echo >> "$beside"; fi
printf 'DATABASE_URL=%s\n' "$value" >> "$beside"
mv -f -T -- "$beside" "$path"
`);

/** Adds the line to an env file that has none; what is there stays. The app reads it when it starts the next time. */
export const addDatabaseUrl = (path: string, value: string): Script<void> =>
  script({
    name: 'DATABASE_URL',
    text: urlText,
    values: { path, value },
    deadline: seconds(30),
    parse: (output) => void done(output),
  });

const databaseText = asRoot(String.raw`
if [ "$kind" = mariadb ]; then ${ask.mariadb}; else ${ask.postgresql}; fi
sql "$sql"
`);

export const makeDatabase = (cluster: Cluster): Script<void> =>
  script({
    name: 'database',
    text: databaseText,
    values: {
      kind: appDatabase(cluster).database.kind,
      sql: databaseSql(cluster),
      postgres_port: String(POSTGRES_PORT),
    },
    deadline: minutes(2),
    parse: (output) => void done(output),
  });

const openText = asRoot(String.raw`
umask 022
# It ends with 25 while somebody is at work, whom a restart would cut off.
if [ "$kind" = mariadb ]; then
  ${ask.mariadb}
  listens() { sql "${LISTENS.mariadb}"; }
  would_listen() { mariadbd --verbose --help 2>/dev/null </dev/null | awk '$1 == "bind-address" { print $2 }'; }
  takes() { mariadbd --verbose --help </dev/null 2>&1 >/dev/null; }
else
  ${ask.postgresql}
  data=$(sql 'SHOW data_directory')
  listens() { sql "${LISTENS.postgresql}"; }
  takes() { runuser -u postgres -- "/usr/lib/postgresql/$major/bin/postgres" -D "$data" -c "config_file=$configuration" -C listen_addresses </dev/null; }
  would_listen() { takes 2>/dev/null; }
fi
if [ "$(sql "$at_work")" != 0 ]; then exit 25; fi
folder=$(dirname -- "$path")
mkdir -p -- "$folder"
beside=$folder/.$(basename -- "$path").buka
before=$beside-before
rm -f -- "$beside" "$before"
printf %s "$content" > "$beside"
if [ -f "$path" ]; then cp -p -- "$path" "$before"; fi
mv -f -T -- "$beside" "$path"
back() { if [ -e "$before" ]; then mv -f -T -- "$before" "$path"; else rm -f -- "$path"; fi; }
if ! words=$(takes 2>&1); then back; printf '%s\n' "$words" | tail -n 5; exit 21; fi
if [ "$(would_listen)" != '*' ]; then back; printf 'another setting that is read after it says %s\n' "$(would_listen)"; exit 21; fi
up() {
  systemctl restart -- "$unit" || return 1
  waits=0
  until [ "$(listens 2>/dev/null)" = '*' ]; do
    waits=$((waits + 1))
    if [ "$waits" -gt 100 ]; then return 1; fi
    sleep 0.3
  done
}
if ! words=$(up 2>&1); then
  back
  systemctl restart -- "$unit" >/dev/null 2>&1 || words="$words; nor with the old one"
  printf '%s\n' "$words"
  exit 24
fi
rm -f -- "$before"
`);

/**
 * Has a server that listens to its own machine alone listen to others too, and restarts it for that; whom it lets in is
 * another matter. The program itself checks its settings before; where it doesn't start with them, the old ones are back.
 * @param configuration PostgreSQL's main configuration, which reads the folder beside it
 * @throws BukaError `restart-needed`, `file-refused`, `not-taken`
 */
export function openServer(cluster: Cluster, configuration = ''): Script<void> {
  const { kind } = appDatabase(cluster).database;
  const [, major = '', name = ''] = DEBIANS.exec(configuration) ?? [];
  const { path, unit, content } =
    kind === 'mariadb'
      ? {
          path: '/etc/mysql/mariadb.conf.d/99-buka.cnf',
          unit: 'mariadb.service',
          content: `${MARK}\n[mariadbd]\nbind-address = *\n`,
        }
      : {
          path: `/etc/postgresql/${major}/${name}/conf.d/buka.conf`,
          unit: `postgresql@${major}-${name}.service`,
          content: `${MARK}\nlisten_addresses = '*'\n`,
        };
  return script({
    name: 'listening',
    text: openText,
    values: {
      ...{ kind, path, unit, content, configuration, major, postgres_port: String(POSTGRES_PORT) },
      at_work: questions(cluster).at_work,
    },
    deadline: minutes(3),
    parse(output) {
      const seen = output.stdout.trim();
      const left = `The old settings are back, and ${unit} runs with them.`;
      if (output.status === 21)
        throw new BukaError({
          code: 'file-refused',
          message: `The server does not take ${path}.`,
          seen,
          left: 'The settings are as they were, and nothing was restarted.',
          hint: 'What it says is about its other settings: mend those, or let it listen to other machines by hand.',
        });
      if (output.status === 24)
        throw new BukaError({
          code: 'not-taken',
          message: `${unit} does not work with ${path}.`,
          seen,
          left,
          hint: `On the host: \`journalctl -u ${unit} -n 50\`. Mend what it says, then run this again.`,
        });
      if (output.status === 25)
        throw new BukaError({
          code: 'restart-needed',
          message: `${unit} has to be restarted to listen to other machines, and programs on its own work with it.`,
          left: 'It was left as it is.',
          hint: "When they don't, run this again.",
        });
      done(output);
    },
  });
}
