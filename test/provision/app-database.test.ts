import { setupsOf } from '../../src/provision';
import { appHbaLines, databaseUrl, isKeptOf, readDatabaseUrl, withAppHbaLines } from '../../src/provision/app-database';
import { askDatabaseServer, askDatabaseUrl } from '../../src/provision/app-database-look';
import { addDatabaseUrl, makeDatabase, openServer } from '../../src/provision/app-database-scripts';
import { accountSql, passwordSql } from '../../src/provision/app-database-sql';
import { nativeHash } from '../../src/provision/mariadb-reader';
import { scramVerifier } from '../../src/provision/reader';
import { cluster } from './cluster';

const asked = 'name: shop, provision: true }';
const shop = () => cluster('name: shop }', asked);
const maria = () =>
  cluster('database: { kind: postgresql, host: db1, name: shop }', `database: { kind: mariadb, host: db1, ${asked}`);
const salt = Buffer.alloc(16, 7);

describe('where the database is, for the app', () => {
  const known = (value: string | undefined, of = shop()) => readDatabaseUrl(of, value);

  it('what Buka writes, it knows again, quoted or not, with a port or options added', () => {
    for (const one of [shop(), maria(), cluster('db1: { address: 10.0.0.31,', 'db1: { address: "2001:DB8::31",')]) {
      const url = databaseUrl(one, 'se-cr_et');
      expect(known(url, one)).toEqual({ kind: 'ours', password: 'se-cr_et', value: url });
      expect(known(`"${url}?sslmode=require"`, one)).toMatchObject({ kind: 'ours', password: 'se-cr_et' });
    }
    expect(databaseUrl(shop(), 'x')).toBe('postgres://pos:x@10.0.0.31/shop');
    expect(databaseUrl(maria(), 'x')).toBe('mysql://pos:x@10.0.0.31/shop');
    expect(known('postgresql://pos:a%2Fb@10.0.0.31:5432/shop')).toMatchObject({ kind: 'ours', password: 'a/b' });
  });

  it.each([
    'postgres://app:x@10.0.0.31/shop',
    'postgres://pos:x@10.0.0.32/shop',
    'postgres://pos:x@10.0.0.31:6432/shop',
    'postgres://pos:x@10.0.0.31/other',
    'postgres://pos@10.0.0.31/shop',
    'mysql://pos:x@10.0.0.31/shop',
    'host=db1 user=pos',
  ])('%s is somebody else’s', (value) => expect(known(value)).toEqual({ kind: 'foreign' }));

  it('a line without a value is not none', () => {
    expect([known(undefined), known(' '), known('""')].map(({ kind }) => kind)).toEqual(['missing', 'empty', 'empty']);
  });
});

describe('who is let in', () => {
  it('each worker, to this one database, as the app, and no other machine', () => {
    expect(appHbaLines(shop())).toEqual([
      'host "shop" "pos" 10.0.0.21/32 scram-sha-256 # Buka: the app of pos',
      'host "shop" "pos" 10.0.0.22/32 scram-sha-256 # Buka: the app of pos',
    ]);
  });

  it('a machine that is no worker any more is let in no more; lines of people and of other services stay', () => {
    const [one = '', two = ''] = appHbaLines(shop());
    const others = 'local all all peer\nhost "x" "y" 10.0.0.9/32 scram-sha-256 # Buka: the app of pos2\n';
    const before = `${two.replace('.22/', '.99/')}\n${two}\n${others}`;
    expect(withAppHbaLines(shop(), before)).toBe(`${one}\n${two}\n${others}`);
    expect(withAppHbaLines(shop(), `${one}\n${two}\n${others}`)).toBe(`${one}\n${two}\n${others}`);
  });
});

describe('a password that the server keeps', () => {
  it('is told from another one, without the server being asked', () => {
    expect(isKeptOf(scramVerifier('right', salt), 'right')).toBe(true);
    expect(isKeptOf(scramVerifier('right', salt), 'wrong')).toBe(false);
    expect(isKeptOf(nativeHash('right'), 'right')).toBe(true);
    expect(isKeptOf('', '')).toBe(false);
    expect(isKeptOf('md55f4dcc3b5aa765d61d8327deb882cf99', 'password')).toBe(false);
  });

  it('is set without the password itself in the statement', () => {
    for (const one of [shop(), maria()])
      expect(passwordSql(one, ['pos@10.0.0.21'], 'se-cret')).not.toContain('se-cret');
  });

  it('an account that is made lets nobody in yet; on MariaDB it has rights on this database alone', () => {
    expect(accountSql(shop(), ['pos'])).not.toContain('PASSWORD');
    expect(accountSql(maria(), ['pos@10.0.0.21'])).toBe(
      "CREATE USER IF NOT EXISTS 'pos'@'10.0.0.21' ACCOUNT LOCK;\nGRANT ALL PRIVILEGES ON `shop`.* TO 'pos'@'10.0.0.21';\n",
    );
  });
});

describe('the scripts', () => {
  it('no failure tells what a worker or the server has of a password', () => {
    const stdout = `accounts=${Buffer.from('pos SCRAM-SECRET').toString('base64')}`;
    for (const script of [askDatabaseServer(shop()), askDatabaseUrl(shop())])
      for (const status of [1, 124]) {
        const told = (() => {
          try {
            return JSON.stringify(script.parse({ status, stdout, stderr: '' }));
          } catch (error) {
            return JSON.stringify((error as { failure?: unknown }).failure) + String(error);
          }
        })();
        expect(told).not.toContain(stdout);
      }
  });

  it('a name in buka.yml is in no text', () => {
    for (const script of [
      askDatabaseServer(shop()),
      addDatabaseUrl('/etc/pos/env', 'v'),
      makeDatabase(shop()),
      openServer(shop()),
    ])
      expect(script.text).not.toMatch(/shop|10\.0\.0/);
  });
});

describe('whether it is asked for', () => {
  it('a database is left to the team unless buka.yml says otherwise', () => {
    const backups = 'backup: { host: backup1, keep: { last: 3, daily: 4, weekly: 2 } }\n';
    const alone = (more: string) => {
      const of = cluster(backups, '');
      return { ...of, database: of.database && { ...of.database, provision: more === 'asked' } };
    };
    const packages = (of: ReturnType<typeof alone>) =>
      setupsOf(of, 'db1', { hostKeys: [], authorizedKeys: '' }).flatMap((one) => one.packages.map(({ name }) => name));
    expect(packages(alone(''))).toEqual([]);
    expect(packages(alone('asked'))).toEqual(['postgresql']);
  });
});
