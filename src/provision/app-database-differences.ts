import type { Cluster } from '../cluster';
import { accountsOf, appDatabase, type DatabaseUrl, hbaChanges, isKeptOf } from './app-database';
import type { AppDatabaseSide, DatabaseServer } from './app-database-look';
import type { Difference, Mend } from './compare';
import { environmentFile } from './names';

type Up = Extract<DatabaseServer, { kind: 'up' }>;

/**
 * What differs of the app's database, in the order to put it right. Where the database, or the account, is somebody's own,
 * that is all that is told, and nothing of it is changed. Pure.
 * @param left the workers that people set up by hand
 */
export function appDatabaseDifferences(
  cluster: Cluster,
  { server, urls }: AppDatabaseSide,
  left: readonly string[] = [],
): Difference[] {
  const host = appDatabase(cluster).database.host.name;
  if (server.kind === 'down') return [{ host, ...down(cluster, host, server.seen) }];
  if (server.kind === 'missing') return urlDifferences(cluster, urls, left);
  const taken = somebodysOwn(cluster, server, urls);
  if (taken !== undefined) return [{ host, ...taken }];
  return [...urlDifferences(cluster, urls, left), ...serverDifferences(cluster, server, urls)];
}

type What = Omit<Difference, 'host'>;
const byHand = (code: string, hint: string): Mend => ({ kind: 'by-hand', code, hint });

const title = (cluster: Cluster) => (appDatabase(cluster).database.kind === 'mariadb' ? 'MariaDB' : 'PostgreSQL');

function down(cluster: Cluster, host: string, seen: string): What {
  const words = title(cluster) === 'MariaDB' ? '`systemctl status mariadb`' : '`pg_lsclusters`';
  return {
    what: title(cluster),
    seen: `does not answer: ${seen}`,
    mend: byHand('database-down', `On ${host}: ${words}.`),
  };
}

function somebodysOwn(cluster: Cluster, { belongsTo, accounts }: Up, urls: AppDatabaseSide['urls']): What | undefined {
  const { service, database } = appDatabase(cluster);
  const { name } = database;
  if (belongsTo === 'somebody')
    return {
      what: `database ${name}`,
      seen: `is not the account ${service}'s, or that one is a group, which may not log in`,
      mend: byHand(
        'database-taken',
        `Somebody made it in another way, so its accounts are left to people: take \`provision: true\` out of \`database:\` in buka.yml, or give it another name there.`,
      ),
    };
  const inUse = [...accounts].find(([, kept]) => kept !== '')?.[0];
  if (inUse === undefined || [...urls.values()].some(({ kind }) => kind === 'ours' || kind === 'foreign'))
    return undefined;
  return {
    what: `account ${inUse}`,
    seen: 'has a password, and no worker a DATABASE_URL',
    mend: byHand(
      'database-taken',
      `Whoever uses the account would be locked out by a new password. If somebody knows the present one, put DATABASE_URL with it into ${environmentFile(cluster)} on one worker, and the others get it too. If nobody uses it, take its password away: ${withoutPassword(cluster, inUse)}.`,
    ),
  };
}

const withoutPassword = (cluster: Cluster, account: string): string => {
  const [user, host] = account.split('@');
  return title(cluster) === 'MariaDB'
    ? `\`ALTER USER '${user}'@'${host}' ACCOUNT LOCK\``
    : `\`ALTER ROLE "${account}" PASSWORD NULL\``;
};

/** The one that the workers agree on; undefined while they have none, or several. */
export function agreedUrl(urls: Iterable<DatabaseUrl>): Extract<DatabaseUrl, { kind: 'ours' }> | undefined {
  const ours = [...urls].filter((url) => url.kind === 'ours');
  return new Set(ours.map(({ password }) => password)).size === 1 ? ours[0] : undefined;
}

function urlDifferences(cluster: Cluster, urls: AppDatabaseSide['urls'], left: readonly string[]): Difference[] {
  const what = environmentFile(cluster);
  const all = [...urls.values()];
  const haveOurs = all.some(({ kind }) => kind === 'ours');
  const differ = haveOurs && agreedUrl(all) === undefined;
  const isUnclear = differ || all.some(({ kind }) => kind === 'foreign');
  return [...urls].flatMap(([host, { kind }]): Difference[] => {
    const people = (seen: string, hint: string) => [{ host, what, seen, mend: byHand('database-url', hint) }];
    if (kind === 'empty')
      return people(
        'DATABASE_URL is empty',
        'Take the line out, and it is written; or say there where the database is.',
      );
    if (kind === 'ours' && differ)
      return people(
        'DATABASE_URL has another password than on another worker',
        'Put the one that is right into all of them: the account in the database then gets it.',
      );
    if (kind !== 'missing') return [];
    if (isUnclear || left.includes(host))
      return people(
        'has no DATABASE_URL',
        left.includes(host)
          ? 'This worker is set up by hand: put the line of the other workers into it.'
          : 'Other workers have one of their own there: put in what this one is to have.',
      );
    return [{ host, what, seen: 'has no DATABASE_URL', mend: { kind: 'app-database', part: 'url' } }];
  });
}

function serverDifferences(cluster: Cluster, server: Up, urls: AppDatabaseSide['urls']): Difference[] {
  const { database } = appDatabase(cluster);
  const host = database.host.name;
  const { hba, accounts, belongsTo } = server;
  const differences: Difference[] = [];
  const differ = (what: string, seen: string, mend: Mend) => differences.push({ host, what, seen, mend });
  const part = (name: Extract<Mend, { kind: 'app-database' }>['part']): Mend => ({ kind: 'app-database', part: name });

  if (isClosed(server.listens)) differ(title(cluster), `listens on ${server.listens} alone`, opening(cluster, server));
  const lines = hba === undefined ? '' : hbaWords(cluster, hba.content);
  if (hba !== undefined && lines !== '') differ(hba.path, lines, part('hba'));
  const agreed = agreedUrl(urls.values());
  for (const account of accountsOf(cluster)) {
    const kept = accounts.get(account);
    if (kept === undefined) differ(`account ${account}`, 'missing, or can not work with the database', part('account'));
    else if (agreed !== undefined && !isKeptOf(kept, agreed.password))
      differ(`account ${account}`, "has another password than the workers' DATABASE_URL", part('password'));
  }
  if (belongsTo === 'nobody') differ(`database ${database.name}`, 'missing', part('database'));
  return differences;
}

/** '' where nothing is to change. */
function hbaWords(cluster: Cluster, content: string): string {
  const { lacking, surplus } = hbaChanges(cluster, content);
  // host, database, account, machine.
  const machines = (of: string[]) => of.map((line) => line.split(' ')[3]).join(', ');
  return [
    ...(lacking.length > 0 ? [`has no line for ${machines(lacking)}`] : []),
    ...(surplus.length > 0 ? [`lets in ${machines(surplus)}`] : []),
  ].join('; ');
}

/** Nobody from another machine can be at work in it. */
const isClosed = (listens: string): boolean =>
  listens.split(',').every((one) => ['127.0.0.1', '::1', 'localhost', 'nowhere'].includes(one.trim()));

function opening(cluster: Cluster, { clients, configuration }: Up): Mend {
  const { kind, host } = appDatabase(cluster).database;
  if (clients > 0)
    return byHand(
      'restart-needed',
      `${title(cluster)} would have to be restarted, and programs on ${host.name} work with it. When they don't, run this again.`,
    );
  if (kind === 'postgresql' && !DEBIANS.test(configuration ?? ''))
    return byHand(
      'database-unreachable',
      `PostgreSQL has its settings in ${configuration}, where Debian's tools don't: set listen_addresses there, and restart it.`,
    );
  return { kind: 'app-database', part: 'listens' };
}

/** Where Debian's tools have the settings of a server, of which they know the major version and the name. */
export const DEBIANS = /^\/etc\/postgresql\/(\d+)\/([A-Za-z0-9_]+)\/postgresql\.conf$/;
