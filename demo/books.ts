import type { Lab } from '../lab';
import type { Books } from './reconcile';

/** One statement, so that all parts are of the same moment. */
const query = `
  SELECT json_build_object(
    'sales', (SELECT coalesce(json_agg(json_build_object('id', id::text, 'key', idempotency_key, 'pieces',
        (SELECT coalesce(sum(quantity), 0) FROM sale_lines WHERE sale_id = sales.id))), '[]') FROM sales),
    'stock', (SELECT coalesce(json_agg(json_build_object('product', id, 'shelf', stock, 'sold',
        (SELECT coalesce(sum(quantity), 0) FROM sale_lines WHERE product_id = products.id)) ORDER BY id), '[]')
      FROM products));`;

/** Reads the shop's books on the database's own machine, past the app and its load balancers. */
export async function readBooks(lab: Lab): Promise<Books> {
  const { database } = lab.cluster;
  if (database === undefined) throw new Error('This cluster has no database to reconcile with.');
  const psql = `runuser -u postgres -- psql --no-psqlrc --tuples-only --no-align -v ON_ERROR_STOP=1 '${database.name}'`;
  const { status, stdout, stderr } = await lab.shell(database.host.name, psql, { input: query });
  if (status !== 0) throw new Error(`psql on ${database.host.name} ended with ${status}: ${stderr.trim()}`);
  return JSON.parse(stdout) as Books;
}
