import { randomBytes } from 'node:crypto';
import type { Cluster, Host } from '../cluster';
import type { Remote } from '../remote';
import type { Reporter } from '../reporter';
import { accountsOf, appDatabase, appHbaLines, databaseUrl, isKeptOf, withAppHbaLines } from './app-database';
import { agreedUrl } from './app-database-differences';
import { addDatabaseUrl, makeDatabase, openServer } from './app-database-scripts';
import { accountSql, passwordSql } from './app-database-sql';
import type { Difference } from './compare';
import { changeHba, runMariadbSql, runSql } from './database-side';
import type { Look } from './look';
import { environmentFile } from './names';

/**
 * Puts right what differs of the app's database: first the workers get the password, then the server what it keeps of it.
 * So whatever ends it half way, the password is where the next run finds it.
 * @param seen the look that the differences are from
 */
export async function mendAppDatabase(
  cluster: Cluster,
  remote: (host: Host) => Promise<Remote>,
  { differences, seen, reporter }: { differences: readonly Difference[]; seen: Look; reporter: Reporter },
): Promise<void> {
  const side = seen.appDatabase;
  const parts = differences.flatMap(({ host, mend }) =>
    mend.kind === 'app-database' ? [{ host, part: mend.part }] : [],
  );
  if (side === undefined || parts.length === 0) return;
  const { database, workers } = appDatabase(cluster);
  const agreed = agreedUrl(side.urls.values());
  const value = agreed?.value ?? databaseUrl(cluster, randomBytes(32).toString('base64url'));
  const lacking = workers.hosts.filter(({ name }) => parts.some(({ host, part }) => part === 'url' && host === name));
  for (const host of lacking) {
    await (await remote(host)).run(addDatabaseUrl(environmentFile(cluster), value));
    reporter.step({ host: host.name, name: 'DATABASE_URL', state: 'done' });
  }

  const { server } = side;
  if (server.kind !== 'up' || !parts.some(({ part }) => part !== 'url')) return;
  const at = await remote(database.host);
  const has = (wanted: (typeof parts)[number]['part']) => parts.some(({ part }) => part === wanted);
  const say = (name: string) => reporter.step({ host: database.host.name, name, state: 'done' });
  const run = database.kind === 'mariadb' ? runMariadbSql : runSql;
  const backups = differences.some(({ mend }) => mend.kind === 'hba');
  // The lines of the backups were just put in, so this look is of an older file: the next one sees to it.
  if (has('hba') && server.hba !== undefined && !backups) {
    const now = withAppHbaLines(cluster, server.hba.content);
    await at.run(changeHba(server.hba, { now, lines: appHbaLines(cluster), of: 'the app' }));
    say('pg_hba.conf');
  }
  if (has('account')) {
    const missing = accountsOf(cluster).filter((one) => !server.accounts.has(one));
    await at.run(run(accountSql(cluster, missing)));
    say('account');
  }
  if (has('database')) {
    await at.run(makeDatabase(cluster));
    say('database');
  }
  if (has('password') && agreed !== undefined) {
    const others = [...server.accounts].filter(([, kept]) => !isKeptOf(kept, agreed.password)).map(([name]) => name);
    await at.run(run(passwordSql(cluster, others, agreed.password)));
    say('password');
  }
  // Last: nobody comes in before there is something to come in to.
  if (has('listens')) {
    await at.run(openServer(cluster, server.configuration));
    say('listening');
  }
}
