import { setupsOf } from '../../src/provision';
import {
  appHbaLines,
  type DatabaseUrl,
  databaseUrl,
  isKeptOf,
  readDatabaseUrl,
  withAppHbaLines,
} from '../../src/provision/app-database';
import { appDatabaseDifferences } from '../../src/provision/app-database-differences';
import type { DatabaseServer } from '../../src/provision/app-database-look';
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

  it('is set without the password itself in the statement, and out of the log of statements', () => {
    for (const one of [shop(), maria()])
      expect(passwordSql(one, ['pos@10.0.0.21'], 'se-cret')).not.toContain('se-cret');
    expect(passwordSql(shop(), ['pos'], 'x')).toMatch(
      /^SET LOCAL log_statement = 'none';\nALTER ROLE "pos" PASSWORD 'SCRAM/,
    );
  });

  it('an account that is made lets nobody in yet; on MariaDB it has rights on this database alone', () => {
    expect(accountSql(shop(), ['pos'])).not.toContain('PASSWORD');
    expect(accountSql(maria(), ['pos@10.0.0.21'])).toBe(
      "CREATE USER IF NOT EXISTS 'pos'@'10.0.0.21' ACCOUNT LOCK;\nGRANT ALL PRIVILEGES ON `shop`.* TO 'pos'@'10.0.0.21';\n",
    );
  });
});

describe('what differs', () => {
  const value = databaseUrl(shop(), 'right');
  const ours: DatabaseUrl = { kind: 'ours', password: 'right', value };
  const missing: DatabaseUrl = { kind: 'missing' };
  const foreign: DatabaseUrl = { kind: 'foreign' };
  type Up = Extract<DatabaseServer, { kind: 'up' }>;
  const good: Up = {
    kind: 'up',
    belongsTo: 'app',
    accounts: new Map([['pos', scramVerifier('right', salt)]]),
    listens: '*',
    clients: 0,
    hba: { path: '/hba', content: `${appHbaLines(shop()).join('\n')}\n` },
    configuration: '/etc/postgresql/15/main/postgresql.conf',
  };
  const fresh: Up = {
    ...good,
    belongsTo: 'nobody',
    accounts: new Map(),
    listens: 'localhost',
    hba: { path: '/hba', content: '' },
  };
  const differ = (
    server: DatabaseServer,
    [one, two]: readonly [DatabaseUrl, DatabaseUrl],
    of = shop(),
    left: string[] = [],
  ) =>
    appDatabaseDifferences(
      of,
      {
        server,
        urls: new Map([
          ['worker1', one],
          ['worker2', two],
        ]),
      },
      left,
    ).map(
      ({ host, mend }) => `${host} ${mend.kind === 'by-hand' ? mend.code : 'part' in mend ? mend.part : mend.kind}`,
    );

  it('nothing, where all is as it should be', () => {
    expect(differ(good, [ours, ours])).toEqual([]);
  });

  it('on a new server: all of it, and each worker', () => {
    const all = ['worker1 url', 'worker2 url', 'db1 listens', 'db1 hba', 'db1 account', 'db1 database'];
    expect(differ(fresh, [missing, missing])).toEqual(all);
    expect(differ({ kind: 'missing' }, [missing, missing])).toEqual(all.slice(0, 2));
  });

  it('a new worker alone gets what the others have', () => {
    expect(differ(good, [ours, missing])).toEqual(['worker2 url']);
  });

  it('a run that ended half way is gone on with: the password is where the workers have it', () => {
    expect(differ({ ...fresh, listens: '*', hba: good.hba }, [ours, missing])).toEqual([
      'worker2 url',
      'db1 account',
      'db1 database',
    ]);
    expect(differ({ ...good, accounts: new Map([['pos', '']]) }, [ours, ours])).toEqual(['db1 password']);
    expect(differ({ ...good, accounts: new Map([['pos', '']]) }, [missing, missing])).toEqual([
      'worker1 url',
      'worker2 url',
    ]);
  });

  it('a database that somebody made in another way is told, and nothing else is done', () => {
    expect(differ({ ...fresh, belongsTo: 'somebody' }, [missing, missing])).toEqual(['db1 database-taken']);
  });

  it('an account that somebody may use gets no new password', () => {
    expect(differ(good, [missing, missing])).toEqual(['db1 database-taken']);
    expect(differ({ ...good, belongsTo: 'nobody' }, [missing, missing])).toEqual(['db1 database-taken']);
  });

  it("a DATABASE_URL of somebody's own stays, and no worker gets another database beside it", () => {
    expect(differ(good, [foreign, foreign])).toEqual([]);
    expect(differ(good, [foreign, missing])).toEqual(['worker2 database-url']);
    expect(differ(fresh, [foreign, missing])).toContain('worker2 database-url');
    expect(differ(fresh, [ours, { kind: 'empty' }])).toContain('worker2 database-url');
  });

  it('workers with different passwords are for a person, and the account keeps the one that it has', () => {
    const other: DatabaseUrl = { ...ours, password: 'other' };
    expect(differ(good, [ours, other])).toEqual(['worker1 database-url', 'worker2 database-url']);
  });

  it('the env file of a worker that is set up by hand is left alone', () => {
    expect(differ(good, [ours, missing], shop(), ['worker2'])).toEqual(['worker2 database-url']);
  });

  it('a server that programs of its own machine work with is not restarted', () => {
    expect(differ({ ...good, listens: 'localhost', clients: 1 }, [ours, ours])).toEqual(['db1 restart-needed']);
    expect(differ({ ...good, listens: '127.0.0.1, ::1' }, [ours, ours])).toEqual(['db1 listens']);
    expect(differ({ ...good, listens: '127.0.0.1, 10.0.0.31' }, [ours, ours])).toEqual([]);
    expect(differ({ ...good, listens: 'localhost', configuration: '/opt/pg/postgresql.conf' }, [ours, ours])).toEqual([
      'db1 database-unreachable',
    ]);
  });

  it('a server that does not answer is for a person', () => {
    expect(differ({ kind: 'down', seen: 'no' }, [missing, missing])).toEqual(['db1 database-down']);
  });

  it('on MariaDB each worker has an account of its own', () => {
    const url: DatabaseUrl = { kind: 'ours', password: 'right', value: databaseUrl(maria(), 'right') };
    const server: Up = { ...good, hba: undefined, accounts: new Map([['pos@10.0.0.21', nativeHash('right')]]) };
    expect(differ(server, [url, url], maria())).toEqual(['db1 account']);
    const accounts = new Map([...server.accounts, ['pos@10.0.0.22', '']]);
    expect(differ({ ...server, accounts }, [url, url], maria())).toEqual(['db1 password']);
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
