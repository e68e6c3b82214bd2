import type { Kind } from './sample';

/** What the POS offers to a customer; the one place that knows its addresses. */
export interface Ask {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  /** The only status that counts as served. */
  readonly expected: number;
}

export function ask(kind: Kind, sale: { key: string; product: number }): Ask {
  switch (kind) {
    case 'page':
      return { method: 'GET', path: '/', expected: 200 };
    case 'products':
      return { method: 'GET', path: '/products', expected: 200 };
    case 'slow':
      return { method: 'GET', path: '/reports/day?seconds=2', expected: 200 };
    case 'sale':
      return {
        method: 'POST',
        path: '/sales',
        headers: { 'content-type': 'application/json', 'idempotency-key': sale.key },
        body: JSON.stringify({ lines: [{ productId: sale.product, quantity: 1 }] }),
        expected: 201,
      };
  }
}

/** The id in the shop's answer to a sale; undefined where the answer has none. */
export function saleId(answer: string): string | undefined {
  try {
    const { id } = JSON.parse(answer) as { id?: unknown };
    return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined;
  } catch {
    return undefined;
  }
}
