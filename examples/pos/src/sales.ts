import { createHash } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { inTransaction } from './database';
import { edition } from './edition';
import { ShopError } from './errors';

export interface RequestedLine {
  readonly productId: number;
  readonly quantity: number;
}

export interface ReceiptLine extends RequestedLine {
  readonly name: string;
  /** Of one piece, in whole rupiah, as it was at the sale. */
  readonly price: number;
}

export interface Receipt {
  readonly id: number;
  readonly soldAt: string;
  readonly lines: readonly ReceiptLine[];
  readonly total: number;
  /** Contained in the total; null for a sale that release 1 booked. Only release 2 knows it. */
  readonly vat?: number | null;
}

/** A booked sale, and whether it had been booked before under the same key. */
export interface Booking {
  readonly receipt: Receipt;
  readonly replayed: boolean;
}

// Waits for another transaction with the same key, on any worker, and then does nothing if that one was booked.
const begin = {
  name: 'sale-begin',
  text: `INSERT INTO sales (idempotency_key, request_hash, release) VALUES ($1, $2, $3)
         ON CONFLICT (idempotency_key) DO NOTHING RETURNING id, sold_at`,
};

// Locks the products in the order of their ids, so that two sales never wait for each other in a circle. Products
// that are missing or short give no line: the caller sees that and rolls back.
const book = {
  name: 'sale-book',
  text: `
    WITH locked AS (
      SELECT p.id, p.name, p.price, p.stock, w.quantity${
        edition.vat ? ', round(p.price::numeric * w.quantity * p.vat_percent / (100 + p.vat_percent))::int AS vat' : ''
      }
      FROM products p JOIN unnest($2::int[], $3::int[]) AS w (product_id, quantity) ON w.product_id = p.id
      ORDER BY p.id FOR UPDATE OF p
    ), taken AS (
      UPDATE products p SET stock = p.stock - l.quantity FROM locked l
      WHERE p.id = l.id AND l.stock >= l.quantity RETURNING p.id
    ), lines AS (
      INSERT INTO sale_lines (sale_id, product_id, name, quantity, price${edition.vat ? ', vat' : ''})
      SELECT $1, l.id, l.name, l.quantity, l.price${edition.vat ? ', l.vat' : ''} FROM locked l JOIN taken USING (id)
      RETURNING product_id, name, quantity, price${edition.vat ? ', vat' : ''}
    ), totalled AS (
      UPDATE sales SET total = (SELECT coalesce(sum(price::bigint * quantity), 0) FROM lines) WHERE id = $1
    )
    SELECT * FROM lines ORDER BY product_id`,
};

const select = `
  SELECT s.id, s.request_hash, s.sold_at,
         l.product_id, l.name, l.quantity, l.price${edition.vat ? ', l.vat' : ''}
  FROM sales s JOIN sale_lines l ON l.sale_id = s.id`;
const byKey = { name: 'sale-by-key', text: `${select} WHERE s.idempotency_key = $1 ORDER BY l.product_id` };
const byId = { name: 'sale-by-id', text: `${select} WHERE s.id = $1 ORDER BY l.product_id` };

interface LineRow {
  product_id: number;
  name: string;
  quantity: number;
  price: number;
  /** Null where release 1 booked it. */
  vat?: number | null;
}
interface SaleRow extends LineRow {
  id: number;
  request_hash: string;
  sold_at: Date;
}

/**
 * Books a sale once for a key, however often and wherever the same request arrives, and takes the stock in the same
 * transaction. Throws ShopError 409 `out-of-stock`, 422 `unknown-product` or `key-reused`.
 */
export async function sell(
  pool: Pool,
  release: string,
  key: string,
  requested: readonly RequestedLine[],
): Promise<Booking> {
  const lines = merge(requested);
  const hash = createHash('sha256').update(JSON.stringify(lines)).digest('hex');
  return inTransaction(pool, async (client) => {
    const started = await client.query<{ id: number; sold_at: Date }>(begin, [key, hash, release]);
    const sale = started.rows[0];
    if (!sale) return { receipt: await earlier(client, key, hash), replayed: true };
    const { rows } = await client.query<LineRow>(book, [
      sale.id,
      lines.map((line) => line.productId),
      lines.map((line) => line.quantity),
    ]);
    if (rows.length < lines.length) throw await refusal(client, lines);
    return { receipt: receipt(sale.id, sale.sold_at, rows), replayed: false };
  });
}

/** Throws ShopError 404 `unknown-sale`. */
export async function findSale(pool: Pool, id: number): Promise<Receipt> {
  const { rows } = await pool.query<SaleRow>(byId, [id]);
  const found = fromRows(rows);
  if (!found) throw new ShopError(404, 'unknown-sale', `There is no sale ${id}.`);
  return found;
}

async function earlier(client: PoolClient, key: string, hash: string): Promise<Receipt> {
  const { rows } = await client.query<SaleRow>(byKey, [key]);
  const found = fromRows(rows);
  if (!found || rows[0]?.request_hash !== hash) {
    throw new ShopError(422, 'key-reused', 'This Idempotency-Key was used for another sale. Use a new key.');
  }
  return found;
}

async function refusal(client: PoolClient, lines: readonly RequestedLine[]): Promise<ShopError> {
  const { rows } = await client.query<{ id: number; name: string; stock: number }>({
    name: 'stock-of',
    text: 'SELECT id, name, stock FROM products WHERE id = ANY ($1::int[])',
    values: [lines.map((line) => line.productId)],
  });
  const known = new Map(rows.map((row) => [row.id, row]));
  const unknown = lines.filter((line) => !known.has(line.productId)).map((line) => line.productId);
  if (unknown.length > 0) {
    return new ShopError(422, 'unknown-product', `There is no product ${unknown.join(', ')}.`, { products: unknown });
  }
  const short = lines.flatMap((line) => {
    const product = known.get(line.productId);
    return product && product.stock < line.quantity
      ? [{ productId: product.id, name: product.name, available: product.stock }]
      : [];
  });
  const names = short.map((product) => `${product.name} (${product.available} left)`).join(', ');
  return new ShopError(409, 'out-of-stock', `Not enough in stock: ${names}.`, { products: short });
}

/** One line for a product, in the order of ids: the same basket has the same hash however it was filled. */
function merge(requested: readonly RequestedLine[]): RequestedLine[] {
  const quantities = new Map<number, number>();
  for (const { productId, quantity } of requested) {
    quantities.set(productId, (quantities.get(productId) ?? 0) + quantity);
  }
  return [...quantities]
    .map(([productId, quantity]) => ({ productId, quantity }))
    .sort((a, b) => a.productId - b.productId);
}

function fromRows(rows: readonly SaleRow[]): Receipt | undefined {
  const sale = rows[0];
  return sale && receipt(sale.id, sale.sold_at, rows);
}

function receipt(id: number, soldAt: Date, rows: readonly LineRow[]): Receipt {
  return {
    id,
    soldAt: soldAt.toISOString(),
    lines: rows.map((row) => ({
      productId: row.product_id,
      name: row.name,
      quantity: row.quantity,
      price: row.price,
    })),
    total: rows.reduce((sum, row) => sum + row.price * row.quantity, 0),
    ...(edition.vat ? { vat: vatOf(rows) } : {}),
  };
}

function vatOf(rows: readonly LineRow[]): number | null {
  const known = rows.flatMap(({ vat }) => vat ?? []);
  return known.length < rows.length ? null : known.reduce((sum, vat) => sum + vat, 0);
}
