import type { Host } from '../../src/cluster';
import { databaseUrl } from '../../src/provision/app-database';
import { appDatabaseDifferences } from '../../src/provision/app-database-differences';
import type { AppDatabaseSide } from '../../src/provision/app-database-look';
import { mendAppDatabase } from '../../src/provision/app-database-mend';
import type { Remote } from '../../src/remote';
import { RecordingReporter } from '../../src/reporter';
import { cluster } from './cluster';

const shop = cluster('name: shop }', 'name: shop, provision: true }');
const server: AppDatabaseSide['server'] = {
  ...{ kind: 'up', belongsTo: 'nobody', accounts: new Map(), listens: 'localhost', clients: 0 },
  ...{ hba: { path: '/hba', content: '' }, configuration: '/etc/postgresql/15/main/postgresql.conf' },
};

/** What is run where, in order; a host can be one that nobody reaches. */
async function mend(side: AppDatabaseSide, { lost = '' } = {}) {
  const ran: { host: string; script: string; values: Readonly<Record<string, string>> }[] = [];
  const reporter = new RecordingReporter();
  const remote = async (host: Host): Promise<Remote> => ({
    host,
    run: async (script) => {
      if (host.name === lost) throw new Error('lost');
      ran.push({ host: host.name, script: script.name, values: script.values });
      return undefined as never;
    },
  });
  const differences = appDatabaseDifferences(shop, side);
  const seen = { differences, byHand: [], serving: [], appDatabase: side };
  const end = await mendAppDatabase(shop, remote, { differences, seen, reporter }).then(
    () => 'done',
    () => 'failed',
  );
  return { ran, end, lines: reporter.lines };
}
const urls = (one: AppDatabaseSide['urls'] extends ReadonlyMap<string, infer Url> ? Url : never) =>
  new Map([
    ['worker1', one],
    ['worker2', { kind: 'missing' }],
  ] as const);

it('the workers have the password before the server is touched, all of them the same, and nobody is told of it', async () => {
  const { ran, lines } = await mend({ server, urls: urls({ kind: 'missing' }) });
  expect(ran.map(({ host, script }) => `${host} ${script}`)).toEqual([
    ...['worker1 DATABASE_URL', 'worker2 DATABASE_URL'],
    ...['db1 pg_hba.conf', 'db1 role', 'db1 database', 'db1 listening'],
  ]);
  const [one, two] = ran.map(({ values }) => values.value ?? '');
  expect(one).toMatch(/^postgres:\/\/pos:[A-Za-z0-9_-]{43}@10\.0\.0\.31\/shop$/);
  expect(two).toBe(one);
  const password = new URL(one ?? '').password;
  expect(lines.join('\n')).not.toContain(password);
  expect(JSON.stringify(ran.slice(2))).not.toContain(password);
});

it('a worker that is not reached keeps the server as it is', async () => {
  const { ran, end } = await mend({ server, urls: urls({ kind: 'missing' }) }, { lost: 'worker2' });
  expect(end).toBe('failed');
  expect(ran.map(({ host }) => host)).toEqual(['worker1']);
});

it('a new worker gets the line that the others have, word for word', async () => {
  const value = `"${databaseUrl(shop, 'theirs')}?sslmode=require"`;
  const { ran } = await mend({ server, urls: urls({ kind: 'ours', password: 'theirs', value }) });
  expect(ran[0]).toMatchObject({ host: 'worker2', values: { value } });
});
