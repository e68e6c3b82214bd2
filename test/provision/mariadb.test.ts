import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backupProgram, restoreProgram } from '../../src/backup';
import { continuous } from '../../src/backup/programs/continuous';
import { mariadb } from '../../src/backup/programs/mariadb';
import { mariadbRestore } from '../../src/backup/programs/mariadb-restore';
import { postgresql } from '../../src/backup/programs/postgresql';
import { postgresqlRestore } from '../../src/backup/programs/postgresql-restore';
import { restoreContinuous } from '../../src/backup/programs/restore-continuous';
import { type HostRole, mariadbReaderSql, myCnf, nativeHash, type Setup, setupsOf } from '../../src/provision';
import type { BackupSide } from '../../src/provision/backup-side';
import { readPassword } from '../../src/provision/backup-side';
import { type DatabaseSide, type MariaDb, runMariadbSql } from '../../src/provision/database-side';
import { readerDifferences } from '../../src/provision/look';
import { myCnfMark } from '../../src/provision/mariadb-reader';
import { makeSecrets } from '../../src/provision/put';
import { localRemote } from '../remote/local-remote';
import { cluster, facts } from './cluster';

const shop = (old = 'kind: postgresql', now = 'kind: mariadb') =>
  cluster(
    'database: { kind: postgresql, host: db1, name: shop }',
    'database: { kind: postgresql, host: db1, name: shop }'.replace('postgresql', 'mariadb').replace(old, () => now),
  );
const on = (host: string, role: HostRole, of = shop()): Setup => {
  const setup = setupsOf(of, host, facts).find((one) => one.role === role);
  if (setup === undefined) throw new Error(`${host} has no such role`);
  return setup;
};

describe('the account that backups are read with', () => {
  it('reads the database and the accounts, and has no right to write, nor one that is a way to', () => {
    const granted = [...mariadbReaderSql(shop()).matchAll(/^GRANT (.*) TO 'buka_backup'@'10\.0\.0\.41';$/gm)].map(
      ([, rights]) => rights,
    );
    expect(granted).toEqual([
      'RELOAD, PROCESS ON *.*',
      'SELECT, SHOW VIEW ON `shop`.*',
      'SELECT ON mysql.*',
      'EXECUTE ON PROCEDURE buka_backup.definitions',
    ]);
  });

  it('can not be logged in to until it has a password, which is changed only when one is given', () => {
    expect(mariadbReaderSql(shop())).not.toMatch(/IDENTIFIED|UNLOCK/);
    expect(mariadbReaderSql(shop(), nativeHash('pw'))).toMatch(
      /^ALTER USER 'buka_backup'@'10\.0\.0\.41' IDENTIFIED BY PASSWORD '\*[0-9A-F]{40}' ACCOUNT UNLOCK;$/m,
    );
  });

  it('is given no rights on databases that are called alike', () => {
    expect(mariadbReaderSql(shop('name: shop', 'name: my_shop'))).toContain('GRANT SELECT, SHOW VIEW ON `my\\_shop`.*');
  });

  it("gets a password that MariaDB checks without ever having seen it (as its own PASSWORD('pospw') has it)", () => {
    expect(nativeHash('pospw')).toBe('*AF085E2138AD23C171CF211D6DA597EB59070238');
  });
});

describe('the hosts', () => {
  it('the backup server has a MariaDB that does not start by itself, and the password where only its account reads', () => {
    const setup = on('backup1', 'backup');
    expect(setup.packages.map(({ name }) => name)).toEqual(expect.arrayContaining(['mariadb-server', 'restic']));
    expect(setup.preparation.map(({ path }) => path)).toEqual(['/etc/systemd/system/mariadb.service.d/buka.conf']);
    expect(setup.secrets).toContainEqual({
      ...{ kind: 'my.cnf', path: '/etc/buka/backup/pos/my.cnf', mode: 0o600 },
      ...{ owner: 'buka-backup', group: 'buka-backup', line: '# for 10.0.0.31:3306', before: myCnf(shop(), '') },
    });
    const settings = setup.files.find(({ path }) => path === '/etc/buka/backup/pos/settings')?.content;
    expect(settings).toMatch(/^engine=mariadb\nhost=10\.0\.0\.31\nport=3306\n/);
  });

  it('the server of a database that is on the backup server itself is left running', () => {
    const both = cluster('host: backup1,', 'host: db1,');
    const own = { ...both, database: { ...both.database, kind: 'mariadb' } } as typeof both;
    expect(on('db1', 'backup', own).preparation).toEqual([]);
  });

  it('the restore program runs as the account of MariaDB', () => {
    const setup = on('db1', 'database');
    const sudoers = setup.files.find(({ checkedBy }) => checkedBy === 'visudo')?.content;
    expect(sudoers).toBe('dba ALL=(mysql) NOPASSWD: /usr/local/lib/buka/restore ""\n');
    expect(setup.files.find(({ path }) => path === '/etc/buka/restore/pos/settings')).toMatchObject({
      content: expect.stringMatching(/^engine=mariadb\n/),
      group: 'mysql',
    });
  });
});

describe('what differs', () => {
  const up: MariaDb = { kind: 'up', version: '10.11.6', reader: true, listens: '0.0.0.0' };
  const differ = (reading: BackupSide['reading'], mariadb: MariaDb) => {
    const database: DatabaseSide = {
      restoreKey: 'k',
      postgres: { kind: 'missing' },
      source: { kind: 'reached' },
      mariadb,
    };
    return readerDifferences(shop(), { ...facts, reading }, database).map(({ host, mend }) => [
      host,
      mend.kind === 'by-hand' ? mend.code : mend.kind,
    ]);
  };

  it('nothing, when the backup server reads the database', () => {
    expect(differ({ kind: 'works' }, up)).toEqual([]);
  });

  it('an account that is missing is made before its password is thought wrong', () => {
    const refused = { kind: 'refused', seen: 'no' } as const;
    expect(differ(refused, { ...up, reader: false })).toEqual([['db1', 'reader']]);
    expect(differ(refused, up)).toEqual([['db1', 'reader-password']]);
  });

  it('a server that is down, or listens to its own machine alone, is for a person', () => {
    expect(differ({ kind: 'not-yet' }, { kind: 'down', seen: 'no' })).toEqual([['db1', 'database-down']]);
    expect(differ({ kind: 'not-yet' }, { ...up, listens: '127.0.0.1' })).toEqual([['backup1', 'database-unreachable']]);
    expect(differ({ kind: 'unreachable', seen: 'no' }, up)).toEqual([['backup1', 'database-unreachable']]);
  });
});

const asRoot = process.getuid?.() === 0 ? it : it.skip;

asRoot('the file with the password is made once, for its owner alone', async () => {
  const here = mkdtempSync(join(tmpdir(), 'buka-my-cnf-'));
  const remote = localRemote();
  try {
    const path = join(here, 'my.cnf');
    const place = {
      path,
      owner: 'root',
      group: 'root',
      mode: 0o600,
      line: myCnfMark(shop()),
      before: myCnf(shop(), ''),
    };
    await remote.run(makeSecrets([{ kind: 'my.cnf', ...place }], 'first'));
    expect(readFileSync(path, 'utf8')).toBe(myCnf(shop(), 'first'));
    expect(statSync(path).mode & 0o7777).toBe(0o600);
    await remote.run(makeSecrets([{ kind: 'my.cnf', ...place }], 'second'));
    expect(readFileSync(path, 'utf8')).toBe(myCnf(shop(), 'first'));
  } finally {
    remote.close();
    rmSync(here, { recursive: true });
  }
});

it('the password is read out of that file, and a failure tells neither it nor its hash', () => {
  const { parse } = readPassword(shop());
  expect(parse({ status: 0, stdout: 'password=abc\n', stderr: '' })).toBe('abc');
  const hash = nativeHash('abc');
  const work = () => runMariadbSql('').parse({ status: 1, stdout: '', stderr: `ERROR near '${hash}'` });
  expect(work).toThrow();
  try {
    work();
  } catch (error) {
    expect(JSON.stringify(error) + String(error)).not.toContain(hash);
  }
});

describe('the programs on the hosts', () => {
  const defined = (text: string) => new Set([...text.matchAll(/^([a-z_]+)\(\) \{/gm)].map(([, name]) => name));

  it.each([
    ['backup', backupProgram, postgresql, mariadb, continuous],
    ['restore', restoreProgram, postgresqlRestore, mariadbRestore, restoreContinuous],
  ])('the %s program has each of its engine’s functions for both engines', (_, program, first, second, mode) => {
    // The continuous mode is the first one's alone.
    const rest = [first, second, mode].reduce((text, part) => text.replace(part, ''), program);
    const called = [...defined(first)].filter((name) => new RegExp(`\\b${name}\\b`).test(rest));
    expect(called.length).toBeGreaterThan(7);
    expect(called.filter((name) => !defined(second).has(name))).toEqual([]);
  });

  it.each([
    ['backup', backupProgram],
    ['restore', restoreProgram],
  ])('the %s program is what a POSIX shell reads', (_, input) => {
    expect(spawnSync('sh', ['-n'], { input }).stderr.toString()).toBe('');
  });
});
