import { buildApp } from './app';
import { connect } from './database';
import { afterStart, beforeStart, readFault } from './faults';
import { releaseId } from './release-id';
import { silentConnections } from './silent-connections';

// A little below systemd's TimeoutStopSec (60 s): the exit status then says that the stop wasn't clean.
const longestStop = 55_000;

async function main(): Promise<void> {
  const { DATABASE_URL, HOST = '0.0.0.0', PORT = '3000' } = process.env;
  if (!DATABASE_URL) throw new Error('DATABASE_URL is not set, for example postgres://pos:secret@db1/pos');
  const fault = readFault(__dirname, process.env);
  await beforeStart(fault);

  let stopping = false;
  const database = connect(DATABASE_URL);
  const app = await buildApp({
    database,
    release: releaseId(process.cwd(), process.env),
    wanted: () => !stopping && fault?.name !== 'never-ready',
  });

  const closeSilent = silentConnections(app.server);

  // Stop accepting, finish the requests in flight, then close the database connections and exit.
  const stop = async () => {
    if (fault?.name === 'exit-on-sigterm') process.exit(0);
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), longestStop).unref();
    // A client that connected just now has a second to send its request.
    setTimeout(closeSilent, 1000).unref();
    await app.close();
    await database.close();
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);

  await app.listen({ host: HOST, port: Number(PORT) });
  afterStart(fault);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
