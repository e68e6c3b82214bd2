import { join } from 'node:path';
import { beginningOf, markOf } from '../release';
import { type Dialect, statementsOf } from './sql';
import { type Danger, dangersIn } from './sql-dangers';

/** What is beyond it is data. */
const looked = 1024 * 1024;

/** Files whose names say that they undo a migration: golang-migrate's, Flyway's. */
const undoes = /\.(?:down|undo)\.sql$|^U[\d._]+__/i;

/**
 * The SQL migrations that seem to take something away from older releases and that nobody has marked, a text for each.
 * A hint for the author, made from the words of each statement: it never fails, and silence proves nothing.
 * @param folder of the app; `path` in it has the migrations
 */
export async function unmarkedMigrations(
  folder: string,
  path: string,
  names: readonly string[],
  dialect: Dialect,
): Promise<string[]> {
  const found: string[] = [];
  for (const name of names) {
    if (!/\.sql$/i.test(name) || undoes.test(name)) continue;
    const sql = await beginningOf(join(folder, path, name), looked);
    if (markOf(sql, name) !== undefined) continue;
    const dangers = dangersIn(statementsOf(sql, dialect));
    if (dangers.length > 0) found.push(describe(join(path, name), dangers));
  }
  return found;
}

function describe(file: string, dangers: readonly Danger[]): string {
  const shown = dangers.slice(0, 3).map(({ line, statement, why }) => `\n  line ${line}, ${why}: ${statement}`);
  const more = dangers.length > 3 ? `\n  and ${dangers.length - 3} more` : '';
  return (
    `${file}: can a release from before live with this?${shown.join('')}${more}\n` +
    '  If not, put a line `-- buka: contract` at its top: no rollback will cross it then. Better, do it in two releases: ' +
    'one that no longer needs what goes, then one that takes it away. If it can, `-- buka: expand` says so.'
  );
}
