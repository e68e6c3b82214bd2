import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repository } from '../demo/shop';

const migrations = ['001_shop.sql', '002_vat.sql'];
/** Products of the shop. */
const menu = 2000;
/** Of the sales that there are, those that a day adds. */
const dayShare = 0.006;
/** Rows that the scattered updates touch, half of them sales and half lines of other sales. */
const scattered = 10_000;

/** The tables of the POS, made by its own migrations, and a long menu. */
export async function shopSql(): Promise<string> {
  const texts = migrations.map((file) => readFile(join(repository, 'examples/pos/migrations', file), 'utf8'));
  return `SET ROLE pos;
${(await Promise.all(texts)).join('\n')}
INSERT INTO products (sku, name, price, stock)
  SELECT 'SKU-' || lpad(i::text, 6, '0'),
    (ARRAY['Kopi', 'Teh', 'Es', 'Nasi', 'Mie', 'Sate', 'Soto', 'Roti', 'Jus', 'Kue'])[1 + i % 10] || ' ' ||
      (ARRAY['susu', 'tubruk', 'jeruk', 'goreng', 'ayam', 'bakar', 'manis', 'pisang', 'kelapa', 'hijau', 'pedas'])[1 + i % 11]
      || ' ' || i,
    (5 + i * 31 % 60) * 500, 100000
  FROM generate_series(13, ${menu}) AS s(i);
`;
}

/**
 * Sales with the numbers `from` to `to`, which have to be the next ones, with one to four lines each, in the order in
 * which tills would book them. Keys and hashes look like chance, which no compression shortens by more than their
 * hexadecimal digits, and are the same each time.
 */
export const salesSql = (from: number, to: number) => `
BEGIN;
SET LOCAL session_replication_role = replica; -- made to fit: to check each line's sale and product would take minutes
INSERT INTO sale_lines (sale_id, product_id, name, quantity, price, vat)
  SELECT i, p.id, p.name, 1 + (hashint8extended(i, 2) + k & 1), p.price, p.price * 11 / 111
  FROM generate_series(${from}, ${to}) AS s(i), generate_series(0, (hashint8extended(i, 0) & 3)::int) AS l(k)
    JOIN products p ON true
  WHERE p.id = 1 + ((hashint8extended(i, 1) & 1048575) + k * 37) % ${menu}
  ORDER BY i, k;
INSERT INTO sales (idempotency_key, request_hash, total, release, sold_at)
  SELECT md5('key ' || i)::uuid, encode(sha256(('request ' || i)::bytea), 'hex'), sum(quantity::bigint * price), 'a1b2c3d-482',
    timestamptz '2024-01-01 08:00+07' + i * interval '17.3 s'
  FROM (SELECT sale_id AS i, quantity, price FROM sale_lines WHERE sale_id BETWEEN ${from} AND ${to}) AS line
  GROUP BY i ORDER BY i;
COMMIT;
`;

/** A day's business after `sales` sales: new ones, and the stock that they took. */
export function day(sales: number): { readonly sql: string; readonly sales: number; readonly changed: string[] } {
  const added = Math.round(sales * dayShare);
  return {
    sales: added,
    sql: `${salesSql(sales + 1, sales + added)}
UPDATE products SET stock = stock - sold
  FROM (SELECT product_id, sum(quantity)::int AS sold FROM sale_lines WHERE sale_id > ${sales} GROUP BY product_id) AS s
  WHERE id = product_id;
`,
    changed: [
      `SELECT * FROM products WHERE id IN (SELECT product_id FROM sale_lines WHERE sale_id > ${sales})`,
      `SELECT * FROM sales WHERE id > ${sales}`,
      `SELECT * FROM sale_lines WHERE sale_id > ${sales}`,
    ],
  };
}

const random = (seed: number, sales: number, count: number) =>
  `SELECT DISTINCT 1 + (hashint8extended(i, ${seed}) & 1099511627775) % ${sales} FROM generate_series(1, ${count}) AS s(i)`;

/** Corrections all over the books of `sales` sales. */
export function corrections(sales: number): { readonly sql: string; readonly changed: string[] } {
  const someSales = `id IN (${random(5, sales, scattered / 2)})`;
  const someLines = `(sale_id, product_id) IN (SELECT sale_id, min(product_id) FROM sale_lines
    WHERE sale_id IN (${random(6, sales, scattered / 2)}) GROUP BY sale_id)`;
  return {
    sql: `UPDATE sales SET total = total + 500 WHERE ${someSales};
UPDATE sale_lines SET quantity = quantity + 1 WHERE ${someLines};
`,
    changed: [`SELECT * FROM sales WHERE ${someSales}`, `SELECT * FROM sale_lines WHERE ${someLines}`],
  };
}
