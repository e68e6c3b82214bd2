/** Each of these changes how a value is written. */
const settings = String.raw`
SET search_path = pg_catalog;
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';
SET intervalstyle = 'postgres';
SET bytea_output = 'hex';
SET extra_float_digits = 1;
SET lc_monetary = 'C';
SET idle_in_transaction_session_timeout = 0;
SET statement_timeout = 0;
`;

const tables = (hash: string, persistence = "<> 't'") => String.raw`
SELECT format($$SELECT 'table', %L, count(*), ${hash} FROM ONLY %I.%I AS r$$,
    n.nspname || '.' || c.relname, n.nspname, c.relname)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'r' AND c.relpersistence ${persistence} AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    AND NOT EXISTS (SELECT FROM pg_depend d
      WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
  ORDER BY n.nspname, c.relname \gexec
`;

/** A sum of bigint is a numeric, and exact, as it is counted in 128 bits: to cast each row's hash only takes time. */
const HASH = 'coalesce(sum(hashtextextended((r.*)::text, 0)), 0)';

const sequences = String.raw`
SELECT format($$SELECT 'sequence', %L, s.last_value, %s FROM %I.%I AS s$$,
    n.nspname || '.' || c.relname, q.seqincrement, n.nspname, c.relname)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_sequence q ON q.seqrelid = c.oid
  WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relpersistence = 'p'
    AND NOT EXISTS (SELECT FROM pg_depend d
      WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
  ORDER BY n.nspname, c.relname \gexec
`;

const largeObjects = String.raw`
SELECT 'large-objects', count(*), coalesce(sum(hashtextextended(m.oid || ' ' || encode(sha256(lo_get(m.oid)), 'hex'), 0)), 0)
  FROM pg_largeobject_metadata m;
`;

/**
 * What a database holds, as lines with tabs between: `table <name> <rows> <sum of hashes>`, `sequence <name> <last value>
 * <increment>`, `large-objects <count> <sum of hashes>`. A sum doesn't depend on the order of rows, and unlike an
 * exclusive or it notices a row that is there twice. The hash is PostgreSQL's own of 64 bits. The members of an extension are its own affair, as they are for pg_dump.
 *
 * Sequences are outside of any snapshot; one that was read before the dump can only have moved on in it.
 */
export const fingerprintSql = String.raw`${settings}
${sequences}${tables(HASH)}
${largeObjects}`;

/** Its two halves, of what the write-ahead log brings back: unlogged tables are empty after a recovery. */
export const sequencesSql = settings + sequences;
export const loggedTablesSql = settings + tables(HASH, "= 'p'") + largeObjects;

/** Only how many rows each table has. */
export const countsSql = settings + tables('0');

/**
 * The statements that make an empty database like this one, for psql with the variable `name`: `pg_restore --create`
 * can't give it another name. Settings whose values are lists are stored quoted as they have to be written.
 */
export const createSql = String.raw`
SELECT format('CREATE DATABASE :"name" OWNER %I TEMPLATE template0 ENCODING %L LC_COLLATE %L LC_CTYPE %L%s;',
    pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datcollate, datctype,
    CASE to_jsonb(d) ->> 'datlocprovider' WHEN 'i' THEN format(' LOCALE_PROVIDER icu ICU_LOCALE %L',
      coalesce(to_jsonb(d) ->> 'daticulocale', to_jsonb(d) ->> 'datlocale')) ELSE '' END)
  FROM pg_database d WHERE datname = current_database();
SELECT format('REVOKE ALL ON DATABASE :"name" FROM PUBLIC;') FROM pg_database
  WHERE datname = current_database() AND datacl IS NOT NULL;
SELECT format('GRANT %s ON DATABASE :"name" TO %s%s;', a.privilege_type,
    CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END,
    CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
  FROM pg_database, aclexplode(datacl) a WHERE datname = current_database();
SELECT format('ALTER %s SET %s TO %s;',
    CASE s.setrole WHEN 0 THEN 'DATABASE :"name"'
      ELSE format('ROLE %I IN DATABASE :"name"', pg_get_userbyid(s.setrole)) END,
    quote_ident(split_part(one, '=', 1)),
    CASE WHEN split_part(one, '=', 1) IN ('search_path', 'temp_tablespaces', 'local_preload_libraries',
        'session_preload_libraries') THEN substr(one, strpos(one, '=') + 1)
      ELSE quote_literal(substr(one, strpos(one, '=') + 1)) END)
  FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase, unnest(s.setconfig) one
  WHERE d.datname = current_database();
`;
