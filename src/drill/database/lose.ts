import { BukaError } from '../../errors';
import { lines, type Script, script, succeeded } from '../../remote';
import { minutes } from '../../units';
import { asRoot, type DatabaseServer, POSTGRES_PORT } from './server';

/** How many rows each table has, by `schema.table`. */
export type Rows = Readonly<Record<string, number>>;

/** Lines `row <count> <schema.table>`, with tabs. An extension's own tables come with the extension. */
const countSql = String.raw`
SET statement_timeout = 0;
SELECT format($$SELECT 'row', count(*), %L FROM ONLY %I.%I$$, n.nspname || '.' || c.relname, n.nspname, c.relname)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    AND NOT EXISTS (SELECT FROM pg_depend d
      WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
  ORDER BY 1 \gexec
`;

/** Lets reads go on, and lets what was begun end; nobody writes after it. */
const holdSql = String.raw`
SET LOCAL lock_timeout = '5s';
SELECT format('LOCK TABLE %s IN EXCLUSIVE MODE', string_agg(format('ONLY %I.%I', n.nspname, c.relname), ', '))
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  HAVING count(*) > 0 \gexec
`;

const sqlText = String.raw`
tab=$(printf '\t')
psql_there() { runuser -u postgres -- psql -X -q -A -t -F "$tab" -v ON_ERROR_STOP=1 -p "$port" -d "$database"; }
count_sql() { cat <<'SQL'
${countSql}
SQL
}
hold_sql() { cat <<'SQL'
${holdSql}
SQL
}
`;

/** Counts the rows of a database, as root on its host. */
export const countRows = (database: string): Script<Rows> =>
  script({
    name: 'count rows',
    text: `${asRoot}${sqlText}count_sql | psql_there\n`,
    values: { port: String(POSTGRES_PORT), database },
    deadline: minutes(60),
    parse: (output) => rowsOf(succeeded(output).stdout),
  });

// The counts are of the very moment of the loss: writers wait from before the first row is counted until the server is
// gone. Where a transaction doesn't end in time, they are counted while it goes on, and may be off by what is written
// meanwhile. The server is stopped as a loss would: at once, without writing anything down.
const loseText = `${asRoot}${sqlText}${String.raw`
work=$(mktemp -d)
chown postgres: "$work"
trap 'rm -rf "$work"' EXIT
count() {
  rm -f "$work/rows" "$work/counted"
  {
    echo 'BEGIN;'
    if [ "$1" = held ]; then hold_sql; fi
    echo "\\o '$work/rows'"
    count_sql
    echo '\o'
    echo "SELECT 1 \\g '$work/counted'"
    if [ "$1" = held ]; then echo 'SELECT pg_sleep(300);'; fi
  } | psql_there >/dev/null 2>"$work/err" &
  session=$!
  while [ ! -s "$work/counted" ]; do
    if ! kill -0 "$session" 2>/dev/null; then [ -s "$work/counted" ] || return 1; fi
    sleep 0.02
  done
}
held=yes
if ! count held; then
  held=no
  count free || { cat "$work/err" >&2; exit 1; }
fi
cat "$work/rows"
printf 'held\t%s\n' "$held"
printf 'lost\t%s\n' "$(date -u +%Y-%m-%dT%H:%M:%S.%3NZ)"
pg_ctlcluster --skip-systemctl-redirect -m immediate "$version" "$name" stop >&2
wait "$session" 2>/dev/null || :
unit=postgresql@$version-$name
systemctl stop "$unit"
systemctl reset-failed "$unit" 2>/dev/null || :
if [ "$really" = yes ]; then rm -rf -- "$data"; else mv -T -- "$data" "$aside"; fi
echo gone
`}`;

/** What the host tells of the loss. */
export interface Lost {
  /** By the database host's clock, as the recovery point of a backup is. */
  readonly at: Date;
  readonly rows: Rows;
  /** Nobody wrote from the count until the loss. */
  readonly exact: boolean;
}

/** The line that comes right before the server is stopped. */
export const isLossLine = (line: string): boolean => line.startsWith('lost\t');

/**
 * Stops the server as if its power went, and takes its data away: to `aside`, or for good where there is none.
 * @throws BukaError `script-failed`; whether it is stopped or its data gone is not known then
 */
export const loseDatabase = ({ server, database, aside }: Losing): Script<Lost> =>
  script({
    name: 'lose the database',
    text: loseText,
    values: {
      port: String(POSTGRES_PORT),
      database,
      version: server.version,
      name: server.name,
      data: server.data,
      aside: aside ?? '',
      really: aside === undefined ? 'yes' : 'no',
    },
    deadline: minutes(60),
    parse(output) {
      const { stdout } = succeeded(output);
      const said = (key: string) =>
        lines(stdout)
          .find((line) => line.startsWith(`${key}\t`))
          ?.slice(key.length + 1);
      const at = new Date(said('lost') ?? '');
      if (Number.isNaN(at.getTime()) || lines(stdout).at(-1) !== 'gone')
        throw new BukaError({
          code: 'answer-unreadable',
          message: 'The database host did not say that its data is gone.',
          seen: stdout.slice(-500),
        });
      return { at, rows: rowsOf(stdout), exact: said('held') === 'yes' };
    },
  });

interface Losing {
  readonly server: DatabaseServer;
  readonly database: string;
  readonly aside: string | undefined;
}

function rowsOf(stdout: string): Rows {
  const found = lines(stdout).flatMap((line) => {
    const [, count, table] = /^row\t(\d+)\t(.+)$/.exec(line) ?? [];
    return table === undefined ? [] : [[table, Number(count)] as const];
  });
  return Object.fromEntries(found);
}
