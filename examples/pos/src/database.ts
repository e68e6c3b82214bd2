import { Pool, type PoolClient, types } from 'pg';
import { edition } from './edition';
import { ShopError } from './errors';

// bigint: receipt numbers and totals are far below 2^53.
types.setTypeParser(types.builtins.INT8, Number);

/** Connections that one process may open in all: 8 for sales, 32 for reports, 1 for readiness. */
export interface Database {
  readonly sales: Pool;
  /** Apart from `sales`, so that slow reports never keep a till waiting for a connection. */
  readonly reports: Pool;
  /** True when the database answers within a second and has what this release needs of it. */
  ready(): Promise<boolean>;
  close(): Promise<void>;
}

// Names a column of the newest migration that this release needs: it isn't ready on a database without it.
const readinessQuery = `SELECT ${edition.vat ? 'vat_percent' : 'id'} FROM products LIMIT 1`;

export function connect(connectionString: string): Database {
  const common = { connectionString, application_name: 'pos', keepAlive: true };
  const sales = new Pool({
    ...common,
    max: 8,
    idleTimeoutMillis: 60_000,
    connectionTimeoutMillis: 3000,
    statement_timeout: 5000,
    query_timeout: 6000,
    idle_in_transaction_session_timeout: 10_000,
  });
  const reports = new Pool({
    ...common,
    max: 32,
    // Given back soon: the workers share the server's max_connections, and a drained one's reports go to the others.
    idleTimeoutMillis: 2000,
    connectionTimeoutMillis: 10_000,
    statement_timeout: 15_000,
  });
  const readiness = new Pool({
    ...common,
    max: 1,
    idleTimeoutMillis: 60_000,
    connectionTimeoutMillis: 1000,
    statement_timeout: 1000,
    query_timeout: 1000,
  });
  // Without a listener, an idle connection that the server closes (a restart of PostgreSQL) ends the process.
  for (const pool of [sales, reports, readiness]) pool.on('error', () => undefined);

  // Several load balancers ask at once, every half second: one query answers them all.
  let asking: Promise<boolean> | undefined;
  const ask = () =>
    readiness
      .query(readinessQuery)
      .then(
        () => true,
        () => false,
      )
      .finally(() => {
        asking = undefined;
      });

  return {
    sales,
    reports,
    ready() {
      asking ??= ask();
      return asking;
    },
    async close() {
      await Promise.all([sales.end(), reports.end(), readiness.end()]);
    },
  };
}

/**
 * Commits what `work` did, or nothing of it. A refusal (ShopError) is rolled back and its connection used again; after
 * any other error the connection is closed, and with it the transaction.
 */
export async function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    client.release();
    return result;
  } catch (error) {
    const clean =
      error instanceof ShopError &&
      (await client.query('ROLLBACK').then(
        () => true,
        () => false,
      ));
    client.release(!clean);
    throw error;
  }
}
