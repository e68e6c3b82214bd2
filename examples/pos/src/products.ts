import type { Pool } from 'pg';
import { ShopError } from './errors';

export interface Product {
  readonly id: number;
  readonly sku: string;
  readonly name: string;
  /** Whole rupiah. */
  readonly price: number;
  readonly stock: number;
}

/** Everything on the menu. */
export async function listProducts(pool: Pool): Promise<Product[]> {
  const { rows } = await pool.query<Product>({
    name: 'products',
    text: 'SELECT id, sku, name, price, stock FROM products ORDER BY id',
  });
  return rows;
}

/** Sets the stock to what was counted. Saying it twice changes nothing. */
export async function setStock(pool: Pool, id: number, stock: number): Promise<Product> {
  const { rows } = await pool.query<Product>({
    name: 'set-stock',
    text: 'UPDATE products SET stock = $2 WHERE id = $1 RETURNING id, sku, name, price, stock',
    values: [id, stock],
  });
  const [product] = rows;
  if (!product) throw new ShopError(404, 'unknown-product', `There is no product ${id}.`);
  return product;
}
