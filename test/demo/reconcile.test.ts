import type { Sample } from '../../demo/load';
import { type Books, reconcile } from '../../demo/reconcile';

const sale = (key: string, id?: string): Sample => ({
  at: 0,
  kind: 'sale',
  target: 0,
  fresh: false,
  latency: 1,
  late: 0,
  ...(id === undefined && { failure: 'reset' }),
  sale: { key, ...(id !== undefined && { id }) },
});

const empty: Books = { sales: [], stock: [{ product: 1, shelf: 100, sold: 0 }] };
const books = (sales: readonly [id: string, key: string, pieces?: number][], shelf = 100): Books => {
  const booked = sales.map(([id, key, pieces = 1]) => ({ id, key, pieces }));
  const sold = booked.reduce((sum, { pieces }) => sum + pieces, 0);
  return { sales: booked, stock: [{ product: 1, shelf: shelf - sold, sold }] };
};
const clean = { acknowledged: 0, lost: 0, doubled: 0, unknown: 0, unknownButBooked: 0, stockOff: [] };

describe('the reconciliation', () => {
  test('sales that are booked once each agree', () => {
    const after = books([
      ['1', 'a'],
      ['2', 'b'],
    ]);
    expect(reconcile([sale('a', '1'), sale('b', '2')], empty, after)).toEqual({ ...clean, acknowledged: 2 });
  });

  test('an acknowledged sale that is not in the books is lost', () => {
    const result = reconcile([sale('a', '1'), sale('b', '2')], empty, books([['1', 'a']]));
    expect(result).toEqual({ ...clean, acknowledged: 2, lost: 1 });
  });

  test('a receipt with a number that the books have for nobody is lost', () => {
    expect(reconcile([sale('a', '7')], empty, books([['1', 'a']]))).toMatchObject({ acknowledged: 1, lost: 1 });
  });

  test('a sale that is booked twice is doubled, acknowledged or not', () => {
    const after = books([
      ['1', 'a'],
      ['2', 'a'],
      ['3', 'b'],
      ['4', 'b'],
    ]);
    const result = reconcile([sale('a', '1'), sale('b')], empty, after);
    expect(result).toEqual({ ...clean, acknowledged: 1, doubled: 2, unknown: 1, unknownButBooked: 1 });
  });

  test('a sale that took two pieces for one is doubled', () => {
    expect(reconcile([sale('a', '1')], empty, books([['1', 'a', 2]]))).toMatchObject({ doubled: 1, lost: 0 });
  });

  test('a sale without an answer may be booked or not: neither is an error', () => {
    const result = reconcile([sale('a'), sale('b')], empty, books([['1', 'a']]));
    expect(result).toEqual({ ...clean, unknown: 2, unknownButBooked: 1 });
  });

  test('a piece that left the shelf without a receipt shows', () => {
    const after = books([['1', 'a']], 99);
    expect(reconcile([sale('a', '1')], empty, after)).toEqual({ ...clean, acknowledged: 1, stockOff: [1] });
  });
});
