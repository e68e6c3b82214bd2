import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runner } from 'node-pg-migrate';
import { Client } from 'pg';

/** SQLSTATE of a lock that wasn't to be had in time. */
const lockNotAvailable = '55P03';
/** Milliseconds after which no new try is begun. */
const patience = 10_000;

/**
 * The server's side of the connection. When this host goes away in the middle, PostgreSQL keeps the transaction with all
 * its locks until it notices, by default after hours; so, within 15 s.
 */
const settings = [
  'lock_timeout=200ms',
  'tcp_user_timeout=15s',
  'tcp_keepalives_idle=5',
  'tcp_keepalives_interval=3',
  'tcp_keepalives_count=3',
];

/**
 * Brings the database up to this release's migrations, all or none. Running it again does nothing, and so does an older
 * release on a database that is further on. Two at once take turns, by an advisory lock of the library.
 */
async function main(): Promise<void> {
  const { DATABASE_URL } = process.env;
  if (!DATABASE_URL) throw new Error('DATABASE_URL is not set, for example postgres://pos:secret@db1/pos');
  const deadline = Date.now() + patience;
  for (;;) {
    try {
      const done = await migrate(DATABASE_URL);
      console.log(done.length > 0 ? `migrated: ${done.join(', ')}` : 'nothing to migrate');
      return;
    } catch (error) {
      if ((error as { code?: string }).code !== lockNotAvailable || Date.now() > deadline) throw error;
      await sleep(100 + Math.random() * 400);
    }
  }
}

/** One try. Where it throws, all that it did is undone. */
async function migrate(connectionString: string): Promise<string[]> {
  // Whoever comes after a migration that waits for a table's lock waits too, readiness checks as well. So it lets go
  // after 0.2 s, before a load balancer takes the workers for dead, and tries again. Another migration's turn is
  // waited for in the same way.
  const client = new Client({
    connectionString,
    application_name: 'pos-migrate',
    connectionTimeoutMillis: 5000,
    options: settings.map((setting) => `-c ${setting}`).join(' '),
  });
  await client.connect();
  try {
    const done = await runner({
      dbClient: client,
      dir: join(__dirname, 'migrations'),
      migrationsTable: 'migrations',
      direction: 'up',
      singleTransaction: true,
      advisoryLockMode: 'wait',
      logger: { info: () => undefined, warn: console.error, error: () => undefined },
    });
    return done.map(({ name }) => name);
  } finally {
    await client.end();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
