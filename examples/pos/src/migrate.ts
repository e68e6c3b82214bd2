import { join } from 'node:path';
import { runner } from 'node-pg-migrate';
import { Client } from 'pg';

/**
 * Brings the database up to this release's migrations, all or none. Running it again does nothing, and so does an older
 * release on a database that is further on. Two at once take turns, by an advisory lock of the library.
 */
async function main(): Promise<void> {
  const { DATABASE_URL } = process.env;
  if (!DATABASE_URL) throw new Error('DATABASE_URL is not set, for example postgres://pos:secret@db1/pos');
  // A migration that waits for a table lock makes every sale queue up behind it: give up after 5 s instead. The same
  // limit bounds the wait for another migration.
  const client = new Client({
    connectionString: DATABASE_URL,
    application_name: 'pos-migrate',
    connectionTimeoutMillis: 5000,
    options: '-c lock_timeout=5s',
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
      logger: { info: () => undefined, warn: console.error, error: console.error },
    });
    console.log(done.length > 0 ? `migrated: ${done.map(({ name }) => name).join(', ')}` : 'nothing to migrate');
  } finally {
    await client.end();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
