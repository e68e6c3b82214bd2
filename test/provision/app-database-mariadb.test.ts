import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isKeptOf } from '../../src/provision/app-database';
import { askDatabaseServer } from '../../src/provision/app-database-look';
import { makeDatabase, openServer } from '../../src/provision/app-database-scripts';
import { accountSql, passwordSql } from '../../src/provision/app-database-sql';
import { runMariadbSql } from '../../src/provision/database-side';
import { nativeHash } from '../../src/provision/mariadb-reader';
import type { Script } from '../../src/remote';
import { type LocalRemote, localRemote } from '../remote/local-remote';
import { cluster } from './cluster';
import { Programs } from './programs';

/** The scripts themselves against a MariaDB of the test's own. They are root's, and it is Debian's. */
const hasServer = process.getuid?.() === 0 && existsSync('/usr/bin/mariadb-install-db');
const withServer = hasServer ? describe : describe.skip;
const shop = cluster(
  'database: { kind: postgresql, host: db1, name: shop }',
  'database: { kind: mariadb, host: db1, name: my_shop, provision: true }',
);
const accounts = ['pos@10.0.0.21', 'pos@10.0.0.22'];

/** Below 32768, from where on the kernel gives ports to whoever connects: it may be taken, and no server starts. */
const PORT = '23306';

let here: string;
let server: ChildProcess | undefined;
let remote: LocalRemote;
let programs: Programs;
const at = (name: string) => join(here, name);
const client = () => ['/usr/bin/mariadb', '--no-defaults', `--socket=${at('sock')}`];
const sql = (text: string) => spawnSync('runuser', ['-u', 'mysql', '--', ...client(), '-e', text], { cwd: '/' });
const run = <Result>(one: Script<Result>) => remote.run(programs.with(one));
const look = async () => {
  const found = await run(askDatabaseServer(shop));
  if (found.kind !== 'up') throw new Error(JSON.stringify(found));
  return found;
};

withServer('a MariaDB that is new', () => {
  beforeAll(async () => {
    here = mkdtempSync(join(tmpdir(), 'buka-mariadb-'));
    execFileSync('chown', ['mysql:', here]);
    const as = ['--no-defaults', `--datadir=${at('data')}`, '--user=mysql'];
    const asked = ['--auth-root-authentication-method=socket', '--auth-root-socket-user=mysql', '--skip-test-db'];
    execFileSync('mariadb-install-db', [...as, ...asked], { stdio: 'pipe' });
    const alone = ['--bind-address=127.0.0.1', `--port=${PORT}`, `--socket=${at('sock')}`];
    const log = openSync(at('log'), 'w');
    const child = spawn('mariadbd', [...as, ...alone, `--pid-file=${at('pid')}`], { stdio: ['ignore', log, log] });
    closeSync(log);
    server = child;
    while (sql('SELECT 1').status !== 0) {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(readFileSync(at('log'), 'utf8'));
      await sleep(100);
    }
    programs = new Programs(here);
    programs.put('mariadb', `exec ${client().join(' ')} "$@"`);
    execFileSync('chmod', ['755', here]);
    remote = localRemote();
  });
  afterAll(async () => {
    remote?.close();
    if (server?.exitCode === null) {
      const exited = once(server, 'exit');
      server.kill('SIGKILL');
      await exited;
    }
    rmSync(here, { recursive: true, force: true });
  });

  it('has neither database nor account, and both are made, also where that ended half way', async () => {
    expect(await look()).toMatchObject({ belongsTo: 'nobody', accounts: new Map(), listens: '127.0.0.1', clients: 0 });
    await run(runMariadbSql(accountSql(shop, accounts)));
    expect(await look()).toMatchObject({ belongsTo: 'nobody', accounts: new Map(accounts.map((one) => [one, ''])) });
    await run(runMariadbSql(accountSql(shop, accounts)));
    await run(makeDatabase(shop));
    await run(makeDatabase(shop));
    expect(await look()).toMatchObject({ belongsTo: 'app' });
  });

  it('gives each account the password, whose text it never gets, nor its log what it keeps of it', async () => {
    sql(`SET GLOBAL general_log_file = '${at('general')}', general_log = 1`);
    sql(`SET GLOBAL slow_query_log_file = '${at('slow')}', slow_query_log = 1, long_query_time = 0`);
    sql("SELECT 'it logs'");
    await run(runMariadbSql(passwordSql(shop, accounts, 'right')));
    sql('SET GLOBAL general_log = 0, slow_query_log = 0');
    for (const log of ['general', 'slow']) {
      expect(readFileSync(at(log), 'utf8')).toContain('it logs');
      expect(readFileSync(at(log), 'utf8')).not.toContain(nativeHash('right'));
    }
    const { accounts: kept } = await look();
    for (const one of accounts) expect(isKeptOf(kept.get(one) ?? '', 'right')).toBe(true);
  });

  it('an account that lost one of its rights is not fit, and gets it back with the password that it has', async () => {
    const [one = '', other = ''] = accounts;
    const before = await look();
    for (const right of ['UPDATE', 'TRIGGER', 'DELETE HISTORY']) {
      sql(`REVOKE ${right} ON \`my\\_shop\`.* FROM '${one.replace('@', "'@'")}'`);
      const seen = await look();
      expect(seen.belongsTo).toBe('app');
      expect([...seen.accounts.keys()]).toEqual([other]);
      await run(runMariadbSql(accountSql(shop, [one])));
      expect(await look()).toEqual(before);
    }
  });

  it('a database that somebody made with accounts of another kind is somebody’s own', async () => {
    for (const one of accounts) sql(`DROP USER '${one.replace('@', "'@'")}'`);
    sql("CREATE USER pos@'%'; GRANT ALL ON `my\\_shop`.* TO pos@'%'");
    expect(await look()).toMatchObject({ belongsTo: 'somebody', accounts: new Map() });
  });

  it('is not restarted with a setting that does not come through, and the folder is as it was', async () => {
    const open = openServer(shop);
    await expect(run({ ...open, values: { ...open.values, path: at('conf.d/99-buka.cnf') } })).rejects.toMatchObject({
      code: 'file-refused',
      failure: { seen: expect.stringContaining('127.0.0.1') },
    });
    expect(readdirSync(at('conf.d'))).toEqual([]);
    expect(programs.asked.filter((one) => one.startsWith('systemctl'))).toEqual([]);
  });
});
