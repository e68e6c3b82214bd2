import { parseManifest } from '../../src/backup/manifest';
import type { Current } from '../../src/backup/restore-host';
import { describeLoss, lossOf } from '../../src/backup/restore-loss';
import { bytes } from '../../src/units';
import { manifestOf } from './ground';

const at = (text: string) => new Date(`2026-11-${text}Z`);
const backup = (rows: Record<string, number>) => {
  const tables = Object.fromEntries(Object.entries(rows).map(([name, count]) => [name, { rows: count, hash: 'x' }]));
  return parseManifest(manifestOf({ tables })) as NonNullable<ReturnType<typeof parseManifest>>;
};
const now = (tables: Record<string, number>): Current => ({ exists: true, bytes: bytes(1), others: [], tables });

it('what would be lost is told table by table, those with other numbers of rows only', () => {
  const loss = lossOf(
    backup({ 'public.sales': 1180, 'public.products': 40, 'public.shops': 3, 'public.old': 5 }),
    now({ 'public.sales': 1204, 'public.products': 40, 'public.shops': 3, 'public.new': 1 }),
    at('28T23:20:01'),
  );
  expect(describeLoss('shop', loss)).toEqual([
    'Lost would be all that was written to shop between 2026-11-27T22:15:01.000Z and now: 1 d 1 h.',
    '  public.new: 1 now, no such table in the backup',
    '  public.old: not there now, 5 in the backup',
    '  public.sales: 1,204 now, 1,180 in the backup',
    '  2 other tables with as many rows as in the backup, which may be others',
  ]);
});

it.each([
  ['27T22:15:01', 'less than a second'],
  ['27T22:15:09', '8 s'],
  ['27T23:15:01', '1 h'],
  ['27T23:20:31', '1 h 5 min'],
  ['29T22:15:31', '2 d'],
  // The clocks of two machines differ.
  ['27T22:15:00', 'less than a second'],
])('the span until %s is %s', (instant, words) => {
  expect(describeLoss('shop', lossOf(backup({}), now({}), at(instant)))[0]).toContain(`and now: ${words}.`);
});

it('where there is no database nothing can be lost with it, but what came after the backup is', () => {
  const nothing = { exists: false, bytes: bytes(0), tables: {} };
  expect(describeLoss('shop', lossOf(backup({ 'public.sales': 2 }), nothing, at('27T22:16:01')))).toEqual([
    'There is no database shop now. What was written between 2026-11-27T22:15:01.000Z and now: 1 min, is not in the backup.',
  ]);
});
