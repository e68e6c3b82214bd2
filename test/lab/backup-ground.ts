import { readFileSync } from 'node:fs';
import { type BackupManifest, listBackups, takeBackup } from '../../src/backup';
import { BukaError } from '../../src/errors';
import { Ground } from './rollout-ground';

/** A database with what is seldom and easily lost, beside the shop's own kind of table. */
const rich = String.raw`
CREATE EXTENSION IF NOT EXISTS pgcrypto; CREATE EXTENSION IF NOT EXISTS hstore;
ALTER DATABASE pos SET search_path TO public, pg_catalog;
ALTER DATABASE pos SET work_mem TO '5MB';
SET ROLE pos;
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TYPE price AS (amount numeric(12, 2), currency char(3));
CREATE DOMAIN percentage AS smallint CHECK (VALUE BETWEEN 0 AND 100);
CREATE TABLE "Every ""type"" there is" (
  a smallint, b integer, c bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, d numeric, e real, f double precision, g money,
  h char(7), i varchar(20), j text COLLATE "C", k bytea, l timestamp, m timestamptz, n date, o time, p timetz, q interval,
  r boolean, s mood, t price, u percentage, v int[][], w jsonb, x json, y xml, z uuid, aa inet, ab cidr, ac macaddr,
  ad bit(5), ae bit varying, af tsvector, ag tsquery, ah int4range, ai tstzmultirange, aj point, ak polygon, al hstore,
  am text GENERATED ALWAYS AS (upper(j)) STORED, an regclass
);
INSERT INTO "Every ""type"" there is" (a, b, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa, ab, ac,
    ad, ae, af, ag, ah, ai, aj, ak, al, an)
  SELECT i, -i, i / 7.0, i / 3.0, 'NaN', i, 'x', E'tab\tnew\nline', 'Kopi "susu" \ ☕ ' || i, decode(md5(i::text), 'hex'),
    '0044-03-15 BC', '2026-03-29 02:30+07', 'infinity', '24:00', '04:05-08', '1 year -2 days 3.5 s', i % 2 = 0, 'ok',
    format('(%s,IDR)', i)::price, 7, '{{1,2},{NULL,4}}', '{"a": [1, 1.0, "é"]}', '{"b":  1}', '<a>b</a>', gen_random_uuid(), '::1',
    '10.0.0.0/8', '08:00:2b:01:02:03', '10101', '1', 'a fat cat', 'fat & cat', '[1,5)',
    '{[2026-01-01,2026-02-01),[2026-03-01,)}', '(1,-0)', '((0,0),(1,1),(1,0))', 'a=>1,b=>NULL', 'pg_class'
  FROM generate_series(1, 500) AS s(i);
INSERT INTO "Every ""type"" there is" DEFAULT VALUES;
CREATE TABLE twice (a int); INSERT INTO twice VALUES (1), (1), (NULL), (NULL);
CREATE TABLE empty (a int);
CREATE TABLE dropped (a int, b text, c int); INSERT INTO dropped VALUES (1, 'gone', 2); ALTER TABLE dropped DROP COLUMN b;
CREATE TABLE ledger (at date NOT NULL, amount int) PARTITION BY RANGE (at);
CREATE TABLE ledger_2026 PARTITION OF ledger FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE ledger_rest PARTITION OF ledger DEFAULT;
INSERT INTO ledger SELECT '2026-01-01'::date + i * 10, i FROM generate_series(1, 100) AS s(i);
CREATE TABLE parent (a int); CREATE TABLE child (b int) INHERITS (parent); INSERT INTO parent VALUES (1); INSERT INTO child VALUES (2, 3);
CREATE UNLOGGED TABLE cache (a int); INSERT INTO cache VALUES (9);
CREATE SEQUENCE backwards INCREMENT -3 START -1; SELECT nextval('backwards'), nextval('backwards');
CREATE TABLE private (owner text, note text); ALTER TABLE private ENABLE ROW LEVEL SECURITY; ALTER TABLE private FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON private USING (owner = 'somebody else'); 
CREATE VIEW cheap AS SELECT a FROM twice; CREATE MATERIALIZED VIEW counted AS SELECT count(*) FROM twice;
CREATE FUNCTION double(int) RETURNS int LANGUAGE sql AS 'SELECT 2 * $1';
CREATE TABLE sales (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, total int, at timestamptz DEFAULT clock_timestamp());
INSERT INTO sales (total) SELECT i FROM generate_series(1, 30000) AS s(i);
SELECT lo_from_bytea(70001, 'a large object'), lo_from_bytea(70002, decode(repeat('00ff', 5000), 'hex'));
GRANT SELECT ON LARGE OBJECT 70001, 70002 TO buka_backup;
RESET ROLE;
INSERT INTO private VALUES ('ann', 'hidden by a policy');
`;

/** The lab's backup server and database, and what a test does to them. */
export class BackupGround {
  private constructor(readonly ground: Ground) {}

  /** No backups, a rich database, and no release on the workers. */
  static async fresh(): Promise<BackupGround> {
    const made = new BackupGround(await Ground.fresh());
    await made.forgetBackups();
    await made.emptyDatabase();
    await made.sql(rich);
    return made;
  }

  get cluster() {
    return this.ground.lab.cluster;
  }

  context(signal?: AbortSignal) {
    return { ...this.ground.context({ ...this.cluster, rollout: this.ground.cluster().rollout }), signal };
  }

  async forgetBackups(): Promise<void> {
    await this.ground.root(
      'backup1',
      'rm -rf /var/lib/buka-backup/pos /var/lib/filler /root/good; install -d -m 700 -o buka-backup -g buka-backup /var/lib/buka-backup/pos',
    );
  }

  /** As the lab was made; what restores put aside is gone too. */
  async emptyDatabase(): Promise<void> {
    const others = await this.sql(
      "SELECT datname FROM pg_database WHERE datname = 'pos' OR datname LIKE 'pos\\_%'",
      'postgres',
    );
    for (const name of others.split('\n').filter(Boolean))
      await this.sql(`DROP DATABASE "${name}" WITH (FORCE)`, 'postgres');
    await this.sql('CREATE DATABASE pos OWNER pos', 'postgres');
    await this.sql('GRANT ALL ON SCHEMA public TO pos');
  }

  /** As PostgreSQL's superuser, in the shop's database unless another is named. */
  async sql(text: string, database = 'pos'): Promise<string> {
    const command = `cd /; su postgres -s /bin/sh -c 'psql -X -q -A -t -v ON_ERROR_STOP=1 -d ${database}' <<'SQL'\n${text}\nSQL`;
    const { status, stdout, stderr } = await this.ground.lab.shell('db1', command);
    if (status !== 0) throw new Error(stderr || stdout);
    return stdout.trim();
  }

  /** Sells as a till does, one sale after the other, until it is stopped; at most for two minutes. */
  async selling<T>(work: () => Promise<T>): Promise<{ result: T; before: number; after: number }> {
    const count = async () => Number(await this.sql('SELECT count(*) FROM sales'));
    const loop = `i=0; while [ ! -e /run/closed ] && [ $i -lt 4000 ]; do i=$((i + 1)); echo "INSERT INTO sales (total) VALUES ($i); SELECT pg_sleep(0.02) \\g /dev/null"; done | su postgres -s /bin/sh -c 'cd /; PGAPPNAME=till exec psql -X -q -d pos'`;
    await this.ground.root('db1', 'rm -f /run/closed');
    const till = this.ground.lab.shell('db1', loop);
    const before = await count();
    try {
      const result = await work();
      return { result, before, after: await count() };
    } finally {
      await this.ground.root('db1', 'touch /run/closed');
      await this.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'till'",
        'postgres',
      );
      await till;
    }
  }

  take(): Promise<BackupManifest> {
    return takeBackup(this.context(), { kind: 'manual', reason: 'a test' });
  }

  /** The failure that a backup ends with. */
  async failing(): Promise<BukaError['failure']> {
    try {
      const { id } = await this.take();
      throw new Error(`there is a backup ${id}`);
    } catch (error) {
      if (error instanceof BukaError) return error.failure;
      throw error;
    }
  }

  /** What the backup server holds, by its own means: manifests, snapshots and locks in the repository, scratch folders. */
  async held(): Promise<{ manifests: string[]; snapshots: number; locks: number; scratch: number }> {
    const told = await this.ground.root(
      'backup1',
      `cd /var/lib/buka-backup/pos; ls manifests | grep 'json$' | tr '\\n' ' '; echo
      RESTIC_PASSWORD_FILE=/etc/buka/backup/pos/password restic -r repository --no-cache --no-lock snapshots --json | tr ',' '\\n' | grep -c '"short_id"' || :
      ls repository/locks | wc -l; ls scratch | wc -l`,
    );
    const [manifests = '', ...figures] = told.trimEnd().split('\n');
    const [snapshots = 0, locks = 0, scratch = 0] = figures.map(Number);
    return { manifests: manifests.split(' ').filter(Boolean), snapshots, locks, scratch };
  }

  /** Every backup that there is, proven or found broken. */
  list() {
    return listBackups(this.context());
  }

  /** Runs on the backup server as soon as a process of the backup's is there. */
  onProcess(pattern: string, afterSeconds: number, command: string): Promise<string> {
    return this.ground.root(
      'backup1',
      `i=0; until process=$(pgrep -u buka-backup -f '${pattern}' | head -n 1) && [ -n "$process" ]; do i=$((i + 1)); [ $i -lt 600 ] || exit 9; sleep 0.05; done
      sleep ${afterSeconds}; ${command}`,
    );
  }

  readonly privateKey = () => readFileSync(this.ground.lab.privateKeyFile, 'utf8');

  async giveBack(): Promise<void> {
    await this.emptyDatabase();
    await this.ground.giveBack();
  }
}
