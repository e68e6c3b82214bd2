import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appHbaLines, databaseUrl, isKeptOf, withAppHbaLines } from '../../src/provision/app-database';
import { askDatabaseServer } from '../../src/provision/app-database-look';
import { makeDatabase, openServer } from '../../src/provision/app-database-scripts';
import { accountSql, passwordSql } from '../../src/provision/app-database-sql';
import { changeHba, runSql } from '../../src/provision/database-side';
import type { Script } from '../../src/remote';
import { type LocalRemote, localRemote } from '../remote/local-remote';
import { cluster } from './cluster';
import { Programs } from './programs';

/** The scripts themselves against a PostgreSQL of the test's own. They are root's, and it is Debian's. */
const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql') : [];
const version = versions.find((one) => existsSync(`/usr/lib/postgresql/${one}/bin/postgres`));
const withServer = process.getuid?.() === 0 && version !== undefined ? describe : describe.skip;

const shop = cluster('name: shop }', 'name: shop, provision: true }');
/** Below 32768, from where on the kernel gives ports to whoever connects: it may be taken, and no server starts. */
const PORT = '25432';
const bin = `/usr/lib/postgresql/${version}/bin`;

let here: string;
let remote: LocalRemote;
let programs: Programs;
const data = () => join(here, 'data');
const at = (name: string) => join(here, name);

const asPostgres = (...words: string[]) =>
  execFileSync('runuser', ['-u', 'postgres', '--', ...words], { cwd: '/', stdio: 'pipe' });
const query = (sql: string) => asPostgres('psql', '-p', PORT, '-h', here, '-Atc', sql);
const control = (...words: string[]) => asPostgres(`${bin}/pg_ctl`, '-D', data(), '-s', '-w', ...words);

/** On the test's own server. */
const run = <Result>(one: Script<Result>, values: Record<string, string> = {}) =>
  remote.run(programs.with({ ...one, values: { ...one.values, postgres_port: PORT, ...values } }));
const look = async () => {
  const found = await run(askDatabaseServer(shop));
  if (found.kind !== 'up') throw new Error(JSON.stringify(found));
  return found;
};

withServer('a PostgreSQL that is new', () => {
  beforeAll(() => {
    here = mkdtempSync(join(tmpdir(), 'buka-postgres-'));
    execFileSync('chown', ['postgres:', here]);
    asPostgres(`${bin}/initdb`, '-D', data(), '--auth=peer', '--auth-host=scram-sha-256', '--no-locale', '--no-sync');
    mkdirSync(at('data/conf.d'));
    appendFileSync(
      at('data/postgresql.conf'),
      `port = ${PORT}\nunix_socket_directories = '${here}'\nfsync = off\ninclude_dir = 'conf.d'\n`,
    );
    control('-l', at('log'), 'start');
    programs = new Programs(here);
    programs.put('systemctl', `exec runuser -u postgres -- ${bin}/pg_ctl -D ${data()} -s -w -l ${at('log')} restart`);
    process.env.PGHOST = here;
    remote = localRemote();
  });
  afterAll(() => {
    remote?.close();
    delete process.env.PGHOST;
    spawnSync('runuser', ['-u', 'postgres', '--', `${bin}/pg_ctl`, '-D', data(), '-m', 'immediate', 'stop'], {
      cwd: '/',
    });
    rmSync(here, { recursive: true, force: true });
  });
  const open = () =>
    run(openServer(shop), {
      ...{ path: at('data/conf.d/buka.conf'), configuration: at('data/postgresql.conf'), unit: 'postgresql.service' },
      ...{ major: version ?? '', content: "listen_addresses = '*'\n" },
    });

  const login = (password: string) =>
    spawnSync(
      'psql',
      [
        databaseUrl(shop, password).replace('10.0.0.31', `127.0.0.1:${PORT}`),
        '-Atc',
        'CREATE TABLE IF NOT EXISTS t (); SELECT 1',
      ],
      { encoding: 'utf8' },
    );

  it('has neither database nor account, and both are made, the database the account’s own and in UTF-8', async () => {
    expect(await look()).toMatchObject({ belongsTo: 'nobody', accounts: new Map(), listens: 'localhost', clients: 0 });
    await run(runSql('CREATE ROLE pos NOLOGIN'));
    expect(await look()).toMatchObject({ belongsTo: 'somebody', accounts: new Map() });
    await run(runSql('DROP ROLE pos'));
    await run(runSql(accountSql(shop, ['pos'])));
    await run(runSql(accountSql(shop, ['pos'])));
    expect(await look()).toMatchObject({ belongsTo: 'nobody', accounts: new Map([['pos', '']]) });
    await run(makeDatabase(shop));
    expect(await look()).toMatchObject({ belongsTo: 'app' });
    const made = query("SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'shop'");
    expect(made.toString()).toBe('UTF8\n');
  });

  it('lets a worker in with the password, and with no other', async () => {
    await run(runSql(passwordSql(shop, ['pos'], 'right')));
    expect(isKeptOf((await look()).accounts.get('pos') ?? '', 'right')).toBe(true);
    const { hba } = await look();
    if (hba === undefined) throw new Error('no pg_hba.conf');
    const lines = appHbaLines(shop);
    await run(changeHba(hba, { now: withAppHbaLines(shop, hba.content), lines, of: 'the app' }));
    const after = (await look()).hba?.content ?? '';
    expect(after.startsWith(`${lines.join('\n')}\n`)).toBe(true);
    expect(withAppHbaLines(shop, after)).toBe(after);
    expect(login('right').stdout).toContain('1');
    expect(login('wrong').stderr).toContain('password authentication failed');
  });

  it.each(['NOLOGIN', "VALID UNTIL '2020-01-01'"])(
    'an account that was made %s is not fit, and may log in again with the password that it had',
    async (taken) => {
      await run(runSql(`ALTER ROLE pos ${taken}`));
      expect(await look()).toMatchObject({ belongsTo: 'app', accounts: new Map() });
      await run(runSql(accountSql(shop, ['pos'])));
      expect(isKeptOf((await look()).accounts.get('pos') ?? '', 'right')).toBe(true);
      expect(login('right').stdout).toContain('1');
    },
  );

  it('has nothing of a password in its log, whatever it logs, also where the statement fails', async () => {
    const psql = (...commands: string[]) =>
      asPostgres('psql', '-q', '-p', PORT, '-h', here, ...commands.flatMap((one) => ['-c', one]));
    const loud = ["log_statement = 'all'", 'log_min_duration_statement = 0', "log_min_error_statement = 'error'"];
    psql(...loud.map((one) => `ALTER SYSTEM SET ${one}`), 'SELECT pg_reload_conf()');
    await run(runSql('SELECT 1 AS here_it_logs'));
    await run(runSql(passwordSql(shop, ['pos'], 'right')));
    await expect(run(runSql(passwordSql(shop, ['nobody'], 'right')))).rejects.toThrow();
    psql('ALTER SYSTEM RESET ALL', 'SELECT pg_reload_conf()');
    const log = readFileSync(at('log'), 'utf8');
    expect(log).toContain('here_it_logs');
    expect(log).toContain('role "nobody" does not exist');
    expect(log).not.toContain('SCRAM-SHA-256$');
  });

  it('is not restarted while somebody is at work', async () => {
    const customer = spawn(
      'runuser',
      ['-u', 'postgres', '--', 'psql', '-p', PORT, '-h', here, '-c', 'SELECT pg_sleep(60)'],
      { cwd: '/', stdio: 'ignore' },
    );
    try {
      while ((await look()).clients === 0);
      await expect(open()).rejects.toMatchObject({ code: 'restart-needed' });
      expect(existsSync(at('data/conf.d/buka.conf'))).toBe(false);
    } finally {
      query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep%' AND pid <> pg_backend_pid()",
      );
      customer.kill();
    }
    while ((await look()).clients > 0);
  });

  it('is not restarted with settings that it does not take, or that do not come through', async () => {
    for (const wrong of ["nonsense = 'x'\n", "listen_addresses = 'localhost'\n"]) {
      writeFileSync(at('data/conf.d/zz.conf'), wrong);
      await expect(open()).rejects.toMatchObject({ code: 'file-refused' });
      expect(existsSync(at('data/conf.d/buka.conf'))).toBe(false);
    }
    rmSync(at('data/conf.d/zz.conf'));
    expect(await look()).toMatchObject({ listens: 'localhost' });
  });

  it('has its old settings back where it does not start with the new ones', async () => {
    writeFileSync(at('data/conf.d/buka.conf'), "listen_addresses = 'localhost'\n");
    const restart = `runuser -u postgres -- ${bin}/pg_ctl -D ${data()} -s -w -l ${at('log')} restart`;
    programs.put(
      'systemctl',
      `if grep -q '\\*' ${at('data/conf.d/buka.conf')}; then echo 'no such luck'; exit 1; fi\nexec ${restart}`,
    );
    await expect(open()).rejects.toMatchObject({ code: 'not-taken', failure: { seen: 'no such luck' } });
    expect(readFileSync(at('data/conf.d/buka.conf'), 'utf8')).toBe("listen_addresses = 'localhost'\n");
    expect(await look()).toMatchObject({ listens: 'localhost' });
    programs.put('systemctl', `exec ${restart}`);
  });

  it('listens to other machines in the end', async () => {
    await open();
    expect(await look()).toMatchObject({ listens: '*', belongsTo: 'app' });
    expect(readdirSync(at('data/conf.d'))).toEqual(['buka.conf']);
  });
});
