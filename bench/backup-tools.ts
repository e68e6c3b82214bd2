import type { Lab } from '../lab';
import { programVersion } from '../src/backup';
import { inside, root, sql } from './backup-lab';
import { bytesIn, measure } from './backup-measure';
import type { Measure, Tool } from './backup-result';

const folder = '/var/lib/buka-bench';
const reader = 'buka-backup';

/** How everybody reaches production: as the reader that Buka's backups have, over the network, as the backup server. */
const common = `host=$(sed -n 's/^host=//p' /etc/buka/backup/pos/settings)
production="host='$host' port=5432 user=buka_backup dbname=pos"
export PGPASSFILE=/etc/buka/backup/pos/pgpass RESTIC_REPOSITORY=${folder}/reference RESTIC_PASSWORD=bench
umask 077
cd ${folder}
`;

/** The settings of the server that Buka proves backups in, so that a raw restore is as fast as it can be there. */
const restoreSettings = [
  ...["listen_addresses=''", `unix_socket_directories=${folder}`, 'fsync=off', 'full_page_writes=off'],
  ...['synchronous_commit=off', 'wal_level=minimal', 'max_wal_senders=0', 'autovacuum=off', 'shared_buffers=64MB'],
  ...['maintenance_work_mem=128MB', 'max_wal_size=8GB', 'jit=off'],
]
  .map((setting) => `-c ${setting}`)
  .join(' ');

/** The tools on the two machines, and what each keeps between its backups. */
export class Tools {
  readonly #major: string;

  private constructor(
    readonly lab: Lab,
    major: string,
  ) {
    this.#major = major;
  }

  /** Prepares all that is not a backup: folders, keys, and pgBackRest's own setting up. */
  static async ready(lab: Lab): Promise<Tools> {
    const major = await sql(lab, "SELECT current_setting('server_version_num')::int / 10000");
    const tools = new Tools(lab, major);
    await root(lab, 'backup1', `install -d -m 700 -o ${reader} -g ${reader} ${folder}`);
    await tools.#asReader('restic --no-cache init');
    await tools.#preparePgBackRest();
    return tools;
  }

  /** Versions of what is compared. */
  async versions(): Promise<string[]> {
    const text = 'pg_dump --version; restic version; pgbackrest version; zstd --version';
    return (await root(this.lab, 'backup1', text)).trim().split('\n');
  }

  /** Each tool's backup of production as it is now, and the restore that Buka's proof is compared with. */
  async all(kind: 'full' | 'incremental', tell: (measure: Measure) => void): Promise<Measure[]> {
    const measures: Measure[] = [];
    for (const work of [
      () => this.#buka(),
      () => this.#file('pg_dump -Fc', 'pg_dump -d "$production" -Fc -f dump'),
      () => this.#file('pg_dump | zstd -3', 'pg_dump -d "$production" | zstd -q -3 -o dump'),
      () => this.#restic(),
      () => this.#restore(),
      () => this.#pgBackRest(kind),
    ]) {
      const one = await work();
      tell(one);
      measures.push(one);
    }
    return measures;
  }

  /** Bytes of the results of some queries, as a dump of their own through zstd. */
  async compressed(queries: readonly string[]): Promise<number> {
    const copies = queries.map((query) => `psql -X -q -d "$production" -c "COPY (${query}) TO STDOUT"`);
    return Number(await this.#asReader(`{ ${copies.join('; ')}; } | zstd -q -3 | wc -c`));
  }

  /** Waits until what was written until now is archived, and so does no work beside what is measured. */
  async settle(): Promise<void> {
    // Everybody's first read would else pay for marking rows as committed.
    await sql(this.lab, 'VACUUM (ANALYZE)');
    await sql(this.lab, 'CHECKPOINT');
    const last = await sql(this.lab, 'SELECT pg_walfile_name(pg_current_wal_lsn())');
    await sql(this.lab, 'SELECT pg_switch_wal()');
    const archived = `SELECT coalesce(last_archived_wal, '') >= '${last}' FROM pg_stat_archiver`;
    for (const end = Date.now() + 600_000; (await sql(this.lab, archived)) !== 't'; ) {
      if (Date.now() > end) throw new Error(`db1 has not archived ${last} within 10 minutes.`);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }

  /** Bytes of write-ahead log in pgBackRest's archive. */
  archived(): Promise<number> {
    return bytesIn(this.lab, '/var/lib/pgbackrest/archive');
  }

  #asReader(text: string): Promise<string> {
    return inside(this.lab, 'backup1', reader, `PATH=/usr/lib/postgresql/${this.#major}/bin:$PATH\n${common}${text}`);
  }

  async #measured(tool: Tool, paths: readonly string[], work: () => Promise<unknown>): Promise<Measure> {
    const before = await bytesIn(this.lab, ...paths);
    const { cost } = await measure(this.lab, work);
    return { tool, cost, added: (await bytesIn(this.lab, ...paths)) - before };
  }

  /** Asks the program on the backup server as the toolkit does, with the same words by the same way. */
  async #buka(): Promise<Measure> {
    const request = [
      'service=pos',
      'do=take',
      'kind=manual',
      'release=',
      'run=bench',
      'by=the bench',
      'reason=',
      'wait=0',
    ];
    const input = [...request, `program=${programVersion.backup}`, ''].join('\n');
    const command = this.lab.sshArguments('backup1', [`sudo -n -u ${reader} /usr/local/lib/buka/backup`]);
    let parts: Record<string, number> = {};
    const state = '/var/lib/buka-backup/pos';
    const measured = await this.#measured(
      'Buka: backup and proof',
      [`${state}/repository`, `${state}/manifests`],
      async () => {
        const { stdout, stderr } = await this.lab.execInNetwork(['ssh', ...command], { input });
        const last = stdout.trim().split('\n').at(-1) ?? '';
        if (!last.startsWith('manifest ')) throw new Error(`Buka made no backup: ${last} ${stderr}`);
        const { seconds } = JSON.parse(last.slice('manifest '.length)) as { seconds: Record<string, number> };
        const { dump = 0, prove = 0, restore = 0 } = seconds;
        parts = { dump, proof: prove, 'of that the restore': restore };
      },
    );
    return { ...measured, parts };
  }

  /** A file each time, which goes again. */
  async #file(tool: Tool, text: string): Promise<Measure> {
    const measured = await this.#measured(tool, [`${folder}/dump`], () => this.#asReader(text));
    await root(this.lab, 'backup1', `rm ${folder}/dump`);
    return measured;
  }

  #restic(): Promise<Measure> {
    const text = `pg_dump -d "$production" -Fc -Z0 |
      restic --no-cache --quiet backup --stdin --stdin-filename database.dump --host pos`;
    return this.#measured('pg_dump -Fc -Z0 | restic', [`${folder}/reference`], () => this.#asReader(text));
  }

  /** Into a server that stands already; it goes afterwards. */
  async #restore(): Promise<Measure> {
    const server = `/usr/lib/postgresql/${this.#major}/bin/postgres -D ${folder}/cluster ${restoreSettings}`;
    await this.#asReader('initdb -D cluster -U bench -A trust --no-sync --no-locale -E UTF8 >initdb');
    await root(this.lab, 'backup1', `systemd-run --quiet --collect --unit=bench-restore --uid=${reader} ${server}`);
    await this.#asReader(
      `until pg_isready -q -h ${folder}; do sleep 0.1; done; createdb -h ${folder} -U bench restored`,
    );
    const text = `restic --no-cache dump latest /database.dump |
      pg_restore --exit-on-error --no-owner --no-privileges -h ${folder} -U bench -d restored`;
    const { cost } = await measure(this.lab, () => this.#asReader(text));
    await this.#holdsAll();
    await root(this.lab, 'backup1', `systemctl stop bench-restore; rm -r ${folder}/cluster`);
    return { tool: 'restic dump | pg_restore', cost };
  }

  /** A restore that left something out would look fast. */
  async #holdsAll(): Promise<void> {
    const query = 'SELECT (SELECT count(*) FROM sales), (SELECT count(*) FROM sale_lines)';
    const restored = await this.#asReader(`psql -X -q -A -t -h ${folder} -U bench -d restored -c '${query}'`);
    const production = await sql(this.lab, query);
    if (restored.trim() !== production) throw new Error(`The raw restore holds ${restored.trim()}, not ${production}.`);
  }

  #pgBackRest(kind: 'full' | 'incremental'): Promise<Measure> {
    const text = `pgbackrest --stanza=pos --type=${kind === 'full' ? 'full' : 'incr'} backup`;
    return this.#measured(`pgBackRest ${kind}`, ['/var/lib/pgbackrest/backup'], () =>
      inside(this.lab, 'backup1', 'postgres', text),
    );
  }

  /** Each machine's postgres reaches the other's over SSH; the log is archived from now on. */
  async #preparePgBackRest(): Promise<void> {
    const { lab } = this;
    const hosts = lab.machines.filter(({ host }) => host === 'db1' || host === 'backup1');
    const home = '/var/lib/postgresql/.ssh';
    const keys = new Map<string, { own: string; host: string }>();
    for (const { host } of hosts) {
      const made = `install -d -m 700 -o postgres -g postgres ${home}
        su postgres -s /bin/sh -c 'cd /; ssh-keygen -q -t ed25519 -N "" -f ${home}/id_ed25519' && cat ${home}/id_ed25519.pub`;
      const own = (await root(lab, host, made)).trim();
      keys.set(host, { own, host: (await root(lab, host, 'cat /etc/ssh/ssh_host_ed25519_key.pub')).trim() });
    }
    for (const { host } of hosts) {
      const other = host === 'db1' ? 'backup1' : 'db1';
      const { own = '', host: hostKey = '' } = keys.get(other) ?? {};
      await root(
        lab,
        host,
        `umask 077; cd ${home}; echo '${own}' >authorized_keys; echo '${other} ${hostKey}' >known_hosts; chown postgres: *`,
      );
      const settings = host === 'db1' ? this.#onDatabaseHost() : this.#onBackupServer();
      await root(lab, host, 'cat >/etc/pgbackrest.conf; chmod 644 /etc/pgbackrest.conf', settings);
    }
    await inside(lab, 'backup1', 'postgres', 'pgbackrest --stanza=pos stanza-create');
    await sql(lab, "ALTER SYSTEM SET archive_command = 'pgbackrest --stanza=pos archive-push %p'", 'postgres');
    await sql(lab, 'SELECT pg_reload_conf()', 'postgres');
    await inside(lab, 'backup1', 'postgres', 'pgbackrest --stanza=pos check');
  }

  readonly #data = () => `pg1-path=/var/lib/postgresql/${this.#major}/main\n`;

  #onDatabaseHost(): string {
    return `[global]
repo1-host=backup1
repo1-host-user=postgres
compress-type=zst
compress-level=3
log-level-console=warn
log-level-file=off
[pos]
${this.#data()}`;
  }

  #onBackupServer(): string {
    return `[global]
repo1-path=/var/lib/pgbackrest
repo1-retention-full=2
compress-type=zst
compress-level=3
start-fast=y
log-level-console=warn
log-level-file=off
[pos]
pg1-host=db1
pg1-host-user=postgres
${this.#data()}`;
  }
}
