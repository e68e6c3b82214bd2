import { randomUUID } from 'node:crypto';
import { type Ask, pick } from '../../src/load';

/** What a customer asks of the shop. `slow` is the report that takes 2 s by design. */
export const kinds = ['page', 'products', 'sale', 'slow'] as const;
export type Kind = (typeof kinds)[number];

/** What the POS offers to a customer; the one place that knows its addresses. */
export function ask(kind: Kind, random: () => number, products: readonly number[]): Ask {
  // Drawn for each kind, so that the same seed brings the same customers whatever their shares.
  const product = pick(random, products);
  switch (kind) {
    case 'page':
      return { method: 'GET', path: '/', expected: 200 };
    case 'products':
      return { method: 'GET', path: '/products', expected: 200 };
    case 'slow':
      return { method: 'GET', path: '/reports/day?seconds=2', expected: 200 };
    case 'sale': {
      const key = randomUUID();
      return {
        method: 'POST',
        path: '/sales',
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify({ lines: [{ productId: product, quantity: 1 }] }),
        expected: 201,
        sale: { key, idOf: saleId },
      };
    }
  }
}

/** The id in the shop's answer to a sale; undefined where the answer has none. */
function saleId(answer: string): string | undefined {
  try {
    const { id } = JSON.parse(answer) as { id?: unknown };
    return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined;
  } catch {
    return undefined;
  }
}
