import { appHbaLines, type DatabaseUrl, databaseUrl } from '../../src/provision/app-database';
import { appDatabaseDifferences } from '../../src/provision/app-database-differences';
import type { DatabaseServer } from '../../src/provision/app-database-look';
import { nativeHash } from '../../src/provision/mariadb-reader';
import { scramVerifier } from '../../src/provision/reader';
import { cluster } from './cluster';

const asked = 'name: shop, provision: true }';
const shop = () => cluster('name: shop }', asked);
const maria = () =>
  cluster('database: { kind: postgresql, host: db1, name: shop }', `database: { kind: mariadb, host: db1, ${asked}`);
const salt = Buffer.alloc(16, 7);

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

  it('of pg_hba.conf: which machines it lacks, and which it lets in', () => {
    const content = appHbaLines(shop()).join('\n').replace('.22/', '.99/');
    const urls = new Map([['worker1', ours]]);
    const told = appDatabaseDifferences(shop(), { server: { ...good, hba: { path: '/hba', content } }, urls });
    expect(told.map(({ seen }) => seen)).toEqual(['has no line for 10.0.0.22/32; lets in 10.0.0.99/32']);
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
