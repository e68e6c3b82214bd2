import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { build } from '../../src/build';
import { unmarkedMigrations } from '../../src/build/migration-check';
import { type Dialect, statementsOf } from '../../src/build/sql';
import { dangersIn } from '../../src/build/sql-dangers';
import { RecordingReporter } from '../../src/reporter';
import { clusterOf } from '../rollout/ground';

const seen = (sql: string, dialect?: Dialect) =>
  dangersIn(statementsOf(sql, dialect)).map(({ line, why }) => `${line}: ${why}`);

describe('an author is asked about a migration that', () => {
  it.each([
    ['ALTER TABLE sales DROP COLUMN vat', 'drops the column vat of sales'],
    ['alter table only shop.sales drop if exists "Vat", drop constraint x', 'drops the column Vat of shop.sales'],
    ['ALTER TABLE sales RENAME COLUMN vat TO tax', 'renames the column vat of sales'],
    ['ALTER TABLE sales RENAME vat TO tax', 'renames the column vat of sales'],
    ['ALTER TABLE sales RENAME TO orders', 'renames the table sales'],
    ['DROP TABLE IF EXISTS public."sales" CASCADE', 'drops the table public.sales'],
    [
      'ALTER TABLE sales ALTER COLUMN total TYPE integer USING total::integer',
      'changes the type of the column total of sales',
    ],
    ['ALTER TABLE sales ALTER total SET DATA TYPE int', 'changes the type of the column total of sales'],
    ['ALTER TABLE sales ALTER COLUMN total SET NOT NULL', 'forbids NULL in the column total of sales'],
    ['ALTER TABLE sales ALTER COLUMN total DROP DEFAULT', 'drops the default of the column total of sales'],
    ['ALTER TABLE sales ADD till text NOT NULL', 'adds the column till of sales, which nobody from before fills'],
    [
      'ALTER TABLE sales ADD COLUMN IF NOT EXISTS till numeric(4, 2) NOT NULL CHECK (till > 0)',
      'adds the column till of sales, which nobody from before fills',
    ],
    ['ALTER TABLE sales SET SCHEMA archive', 'moves the table sales to another schema'],
    ['DROP VIEW takings', 'drops the view takings'],
    ['DROP MATERIALIZED VIEW takings', 'drops the materialized view takings'],
    ['DROP FUNCTION total(integer, text)', 'drops the function total'],
    ['DROP TRIGGER copy_vat ON sales', 'drops the trigger copy_vat'],
    ["ALTER TYPE state RENAME VALUE 'open' TO 'buka'", 'renames the type state, or a part of it'],
    ['ALTER DOMAIN price SET NOT NULL', 'forbids NULL in the domain price'],
  ])('says %s', (sql, why) => {
    expect(seen(`-- one line above\n${sql};`)).toEqual([`2: ${why}`]);
  });

  it.each([
    ['ALTER TABLE `sales` CHANGE `vat` `tax` int', 'changes the column vat of sales'],
    ['ALTER TABLE sales MODIFY COLUMN total smallint NOT NULL', 'changes the column total of sales'],
    ['RENAME TABLE sales TO orders', 'renames a table'],
    ['# a comment\nALTER TABLE sales DROP vat', 'drops the column vat of sales'],
    ["INSERT INTO t VALUES ('it\\'s; '); DROP TABLE t", 'drops the table t'],
  ])('says in MariaDB %s', (sql, why) => {
    expect(seen(sql, 'mariadb').map((one) => one.replace(/^\d+: /, ''))).toEqual([why]);
  });

  it('does several such things, each with its line', () => {
    const sql = 'ALTER TABLE sales\n  ADD COLUMN a int,\n  DROP COLUMN b,\n  ALTER c TYPE int;\n\nDROP VIEW d;';
    expect(seen(sql)).toEqual([
      '3: drops the column b of sales',
      '4: changes the type of the column c of sales',
      '6: drops the view d',
    ]);
  });
});

describe('nobody is asked about a migration that', () => {
  it.each([
    [
      'adds what an older release does not see',
      'ALTER TABLE sales ADD COLUMN vat integer; CREATE INDEX i ON sales (vat);',
    ],
    ['adds a column with a default', 'ALTER TABLE sales ADD vat smallint NOT NULL DEFAULT 11 CHECK (vat > 0)'],
    ['adds a column that is made by the database', 'ALTER TABLE t ADD id bigint NOT NULL GENERATED ALWAYS AS IDENTITY'],
    ['adds a serial', 'ALTER TABLE t ADD COLUMN id bigserial PRIMARY KEY'],
    [
      'adds, drops or renames a constraint',
      'ALTER TABLE t ADD CONSTRAINT x CHECK (a IS NOT NULL), DROP CONSTRAINT y; ALTER TABLE t RENAME CONSTRAINT a TO b',
    ],
    ['loosens a column', 'ALTER TABLE t ALTER a DROP NOT NULL, ALTER b SET DEFAULT 1'],
    ['drops an index', 'DROP INDEX CONCURRENTLY i'],
    [
      'makes a table and goes on with it',
      'CREATE TABLE "t" (a int); ALTER TABLE public.x ADD b int; ALTER TABLE t ALTER a SET NOT NULL; CREATE TEMP TABLE u (a int); DROP TABLE u;',
    ],
    [
      'makes a view or function anew',
      'DROP VIEW IF EXISTS v; CREATE OR REPLACE VIEW v AS SELECT 1; DROP FUNCTION f(); CREATE FUNCTION f() RETURNS int AS $$ SELECT 1 $$;',
    ],
    ['speaks of it in a comment', '-- DROP TABLE a;\n/* DROP TABLE b; /* DROP TABLE c; */ DROP TABLE d; */ SELECT 1;'],
    [
      'speaks of it in a string',
      "INSERT INTO notes VALUES ('it''s; DROP TABLE a;', E'\\'; DROP TABLE b;', 'C:\\'); SELECT 1",
    ],
    ['has it in the body of a function', 'DO $body$ BEGIN EXECUTE $$DROP TABLE a$$; DROP TABLE b; END $body$;'],
    ['has it in data', 'COPY notes FROM stdin;\n1\tsaid; DROP TABLE a;\nDROP TABLE b;\n\\.\nSELECT 1;'],
    [
      'has it on the way back only',
      '-- Up Migration\nALTER TABLE t ADD a int;\n-- Down Migration\nALTER TABLE t DROP a;',
    ],
    ['has it on dbmate’s way back', '-- migrate:up\nSELECT 1;\n-- migrate:down transaction:false\nDROP TABLE t;'],
    ['has it on goose’s way back', '-- +goose Up\nSELECT 1;\n-- +goose Down\nDROP TABLE t;'],
    ['has it in a command of psql', '\\echo DROP TABLE x\nCREATE TABLE a (b int);\n'],
  ])('%s', (_, sql) => {
    expect(seen(sql)).toEqual([]);
  });
});

it('what comes after data is looked at, whatever quotes are in the data', () => {
  expect(seen("COPY notes FROM stdin;\n1\tit's\n\\.\nDROP TABLE b;")).toEqual(['4: drops the table b']);
});

it('a build warns, and goes on', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'buka-check-'));
  mkdirSync(join(folder, 'db'));
  writeFileSync(join(folder, 'db/1.sql'), 'DROP TABLE sales;');
  const reporter = new RecordingReporter();
  const cluster = clusterOf({ release: { include: ['db'], migrations: 'db' } });
  const built = await build({ cluster, folder, output: `${folder}.tar.zst`, reporter });
  rmSync(folder, { recursive: true });
  rmSync(built.archive);
  expect(built.files).toBe(1);
  expect(reporter.lines.filter((line) => line.startsWith('warning: '))).toEqual([
    expect.stringContaining('warning: db/1.sql: can a release from before live with this?'),
  ]);
});

it('nobody is asked about the migrations of the POS app', async () => {
  const names = readdirSync('examples/pos/migrations');
  expect(names.length).toBeGreaterThan(1);
  expect(await unmarkedMigrations('examples/pos', 'migrations', names, 'postgresql')).toEqual([]);
});

it('a way forward after the way back is looked at again, and prose that says down is no mark', () => {
  expect(seen('-- +goose Down\nDROP TABLE a;\n-- +goose Up\nDROP TABLE b;')).toEqual(['4: drops the table b']);
  expect(seen('-- the reports slow down\nDROP TABLE b;')).toEqual(['2: drops the table b']);
});

it('no text makes the check fail, and none takes it long', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      "'",
      '"',
      '`',
      '$$',
      '$a$',
      '/*',
      '*/',
      '--',
      '\n',
      ';',
      '(',
      ')',
      ',',
      '\\',
      "E'",
      'COPY x FROM STDIN;',
    ),
    fc.constantFrom('ALTER TABLE', 'DROP', 'COLUMN', 'ADD', 'RENAME', 'TO', 'x', '.', 'NOT NULL', 'TYPE', 'CREATE'),
    fc.string({ unit: 'grapheme', maxLength: 5 }),
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 40 }),
      fc.constantFrom<Dialect>('postgresql', 'mariadb'),
      (parts, dialect) => {
        dangersIn(statementsOf(parts.join(' '), dialect));
        dangersIn(statementsOf(parts.join(''), dialect));
      },
    ),
    { numRuns: 2000 },
  );
  for (const part of ["'", '$a$', '/*', '(', "E'\\'", 'x ', "''"]) dangersIn(statementsOf(part.repeat(200_000)));
});

describe('the check of a folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'buka-check-'));
    mkdirSync(join(folder, 'migrations'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const check = (files: Record<string, string>) => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'migrations', name), text);
    return unmarkedMigrations(folder, 'migrations', Object.keys(files), 'postgresql');
  };

  it('names file, line, statement and what to do', async () => {
    const sql = "SELECT 1;\nALTER TABLE sales DROP COLUMN vat, ALTER a SET DEFAULT 'secret';";
    const [told, ...others] = await check({ '7.sql': sql });
    expect(others).toEqual([]);
    expect(told).toMatch(/^migrations\/7\.sql: /);
    expect(told).toContain(
      "line 2, drops the column vat of sales: ALTER TABLE sales DROP COLUMN vat, ALTER a SET DEFAULT '…'",
    );
    expect(told).toMatch(/`-- buka: contract`[\s\S]*two releases[\s\S]*`-- buka: expand`/);
  });

  it('leaves alone what is marked, what undoes a migration, and what is no SQL', async () => {
    expect(
      await check({
        '1.sql': '-- buka: contract\nDROP TABLE a;',
        '2.sql': '-- buka: expand\nDROP TABLE a;',
        '3.down.sql': 'DROP TABLE a;',
        'U4__a.sql': 'DROP TABLE a;',
        '5.js': 'DROP TABLE a;',
      }),
    ).toEqual([]);
  });
});
