import type { Sample } from './load';

/** A sale as the database has it. */
export interface Booked {
  readonly id: string;
  readonly key: string;
  /** Pieces, over all its lines; a customer of the demo buys one. */
  readonly pieces: number;
}

/** Pieces of a product: on the shelf, and on all receipts. Their sum never changes while nobody restocks. */
export interface Stock {
  readonly product: number;
  readonly shelf: number;
  readonly sold: number;
}

export interface Books {
  readonly sales: readonly Booked[];
  readonly stock: readonly Stock[];
}

export interface Reconciliation {
  readonly acknowledged: number;
  /** Acknowledged, but not in the books, or under another id than the customer was told. */
  readonly lost: number;
  /** Acknowledged or not: booked more than once, or with more pieces than the customer bought. */
  readonly doubled: number;
  /** Not acknowledged, so that the customer doesn't know; of these `unknownButBooked` are in the books. */
  readonly unknown: number;
  readonly unknownButBooked: number;
  /** Products whose pieces on the shelf and on receipts don't add up to what they were before. */
  readonly stockOff: readonly number[];
}

/** Every acknowledged sale is in the books exactly once, and the shelves agree. */
export function reconcile(samples: readonly Sample[], before: Books, after: Books): Reconciliation {
  const booked = new Map<string, Booked[]>();
  for (const sale of after.sales) booked.set(sale.key, [...(booked.get(sale.key) ?? []), sale]);

  const result = { acknowledged: 0, lost: 0, doubled: 0, unknown: 0, unknownButBooked: 0 };
  for (const { sale, failure } of samples) {
    if (sale === undefined) continue;
    const found = booked.get(sale.key) ?? [];
    if (found.length > 1 || found.some(({ pieces }) => pieces > 1)) result.doubled += 1;
    if (failure === undefined) {
      result.acknowledged += 1;
      if (!found.some(({ id }) => id === sale.id)) result.lost += 1;
    } else {
      result.unknown += 1;
      if (found.length > 0) result.unknownButBooked += 1;
    }
  }

  const pieces = ({ stock }: Books) => new Map(stock.map(({ product, shelf, sold }) => [product, shelf + sold]));
  const now = pieces(after);
  const stockOff = [...pieces(before)].filter(([product, count]) => now.get(product) !== count).map(([each]) => each);
  return { ...result, stockOff };
}
