/** Each of these changes how a value is written, or keeps a text from being written whole. */
export const sessionSql = String.raw`
SET NAMES utf8mb4;
SET sql_mode = '', time_zone = '+00:00', group_concat_max_len = 100000000, max_statement_time = 0, lock_wait_timeout = 5;
`;

const identifier = (name: string) => String.raw`CONCAT('${'`'}', REPLACE(${name}, '${'`'}', '${'``'}'), '${'`'}')`;
/** As in `QUOTE()`, which may write a backslash where this session would not read one. */
const literal = (text: string) => `CONCAT('''', REPLACE(REPLACE(${text}, '\\\\', '\\\\\\\\'), '''', ''''''), '''')`;

/**
 * A column as a text that no other value has: how long it is, and what it is; N for none. What may be long is there by
 * its hash, or the text of a row would be longer than a server lets a text be. Types that have a text of their own are
 * taken by that. A FLOAT is taken as mariadb-dump writes it, in six digits.
 */
const valueSql = String.raw`CASE
    WHEN data_type IN ('tinytext', 'text', 'mediumtext', 'longtext', 'tinyblob', 'blob', 'mediumblob', 'longblob')
      THEN CONCAT('IFNULL(CONCAT(LENGTH(', name, '), '':'', MD5(', name, ')), ''N'')')
    WHEN data_type IN ('char', 'varchar', 'binary', 'varbinary', 'enum', 'set')
      THEN CONCAT('IFNULL(CONCAT(LENGTH(', name, '), '':'', CAST(', name, ' AS BINARY)), ''N'')')
    WHEN data_type IN ('bit', 'geometry', 'point', 'linestring', 'polygon', 'multipoint', 'multilinestring',
        'multipolygon', 'geometrycollection')
      THEN CONCAT('IFNULL(HEX(', name, '), ''N'')')
    ELSE CONCAT('IFNULL(CAST(', name, ' AS CHAR), ''N'')')
  END`;

/** Prints the statements that count the rows of every table, and add up their hashes. */
const tablesSql = (hash: string) => String.raw`
SELECT CONCAT('SELECT ''table'', ', ${literal('t.table_name')}, ', COUNT(*), ', ${hash}, ' FROM ', ${identifier('t.table_name')},
    IF(t.table_type = 'SYSTEM VERSIONED', ' FOR SYSTEM_TIME ALL', ''), ';')
  FROM information_schema.tables t JOIN (
    SELECT table_name, MAX(generation_expression = 'ROW START') AS own_period,
      GROUP_CONCAT(${valueSql} ORDER BY ordinal_position SEPARATOR ', '','', ') AS text
    FROM (SELECT c.*, ${identifier('column_name')} AS name FROM information_schema.columns c
      WHERE table_schema = DATABASE() AND extra NOT LIKE '%VIRTUAL%') named
    GROUP BY table_name
  ) c ON c.table_name = t.table_name
  WHERE t.table_schema = DATABASE() AND t.table_type IN ('BASE TABLE', 'SYSTEM VERSIONED')
  ORDER BY t.table_name;
`;

const hashSql = String.raw`'IFNULL(SUM(CAST(CONV(LEFT(MD5(CONCAT(', c.text,
  IF(t.table_type = 'SYSTEM VERSIONED' AND NOT IFNULL(c.own_period, 0), ', row_start, '','', row_end', ''),
  ')), 16), 16, 10) AS UNSIGNED)), 0)'`;

/**
 * Prints the statements that tell what a database holds, when they are run in it, in the lines of PostgreSQL's
 * fingerprint. The database's own name is in none of them. A sum doesn't depend on the order of rows, and unlike an
 * exclusive or it notices a row that is there twice; the hash is half of an MD5, against chance, not against malice.
 *
 * Besides: a line for each view and routine, and for the columns of each table, with the hash of what it
 * is defined as. Columns that are computed whenever they are read are in there by their definition alone.
 *
 * Sequences and AUTO_INCREMENT are outside of any snapshot; one that was read before the dump can only have moved on.
 */
export const statementsSql = String.raw`${sessionSql}
SELECT CONCAT('SELECT ''sequence'', ', ${literal('table_name')}, ', next_not_cached_value, increment FROM ', ${identifier('table_name')}, ';')
  FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'SEQUENCE' ORDER BY table_name;
SELECT 'SELECT ''sequence'', table_name, auto_increment, 1 FROM information_schema.tables
  WHERE table_schema = DATABASE() AND auto_increment IS NOT NULL ORDER BY table_name;';
${tablesSql(hashSql)}
SELECT 'SELECT ''columns'', table_name, MD5(GROUP_CONCAT(CONCAT_WS('','', column_name, column_type, IFNULL(column_default, ''-''),
    is_nullable, extra, collation_name, generation_expression) ORDER BY ordinal_position))
  FROM information_schema.columns JOIN information_schema.tables t USING (table_schema, table_name)
  WHERE table_schema = DATABASE() AND t.table_type IN (''BASE TABLE'', ''SYSTEM VERSIONED'') GROUP BY table_name ORDER BY table_name;';
SELECT 'SELECT ''view'', table_name, MD5(CONCAT_WS('','', REPLACE(view_definition, CONCAT(''${'`'}'', DATABASE(), ''${'`'}.''), ''''), definer, security_type))
  FROM information_schema.views WHERE table_schema = DATABASE() ORDER BY table_name;';
SELECT 'SELECT ''routine'', CONCAT(routine_type, '' '', routine_name), MD5(CONCAT_WS('','', dtd_identifier, routine_definition, definer, security_type))
  FROM information_schema.routines WHERE routine_schema = DATABASE() ORDER BY routine_type, routine_name;';
SELECT 'SELECT ''large-objects'', 0, 0;';
`;

/** The same, for nothing but how many rows each table has. */
export const countStatementsSql = sessionSql + tablesSql("'0'");

/** Tables that a snapshot is not of: what is written to them meanwhile is in the dump. */
export const notTransactionalSql = String.raw`SELECT GROUP_CONCAT(table_name, ' (', engine, ')' ORDER BY table_name SEPARATOR ', ')
  FROM information_schema.tables WHERE table_schema = DATABASE() AND engine <> 'InnoDB'`;

/** FLOAT columns, of which a dump keeps six digits. */
export const floatsSql = String.raw`SELECT GROUP_CONCAT(c.table_name, '.', c.column_name ORDER BY 1 SEPARATOR ', ')
  FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
  WHERE table_schema = DATABASE() AND c.data_type = 'float' AND t.table_type <> 'VIEW'`;
