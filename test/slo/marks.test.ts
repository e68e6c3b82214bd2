import type { HistoryEntry, ReleaseId } from '../../src/release';
import { marksFrom } from '../../src/slo/marks';

const release = (name: string) => name as ReleaseId;
const at = (hour: number) => new Date(Date.UTC(2026, 10, 20, hour));
const entry = (hour: number, event: HistoryEntry['event'], id: string, reason?: string) => ({
  ...{ at: at(hour), event, release: release(id), by: 'ann', reason, workers: ['worker1'] },
});
const window = { from: at(2).getTime(), to: at(9).getTime() };

test('deploys, rollbacks and restores of the window are on the time line, and nothing else', () => {
  const history = [
    entry(1, 'activated', 'one'),
    entry(3, 'migrated', 'two'),
    entry(4, 'activated', 'two'),
    entry(5, 'good', 'two'),
    entry(6, 'activated', 'one', 'prices are wrong'),
    entry(7, 'reverted', 'one'),
    entry(8, 'restored', 'one', 'deleted by mistake'),
    entry(9, 'activated', 'four', 'the backup server is away'),
    entry(10, 'activated', 'three'),
  ];
  expect(
    marksFrom(history.toReversed(), window).map(({ at, kind, release }) => [at.getUTCHours(), kind, release]),
  ).toEqual([
    [4, 'deploy', 'two'],
    [6, 'rollback', 'one'],
    [7, 'rollback', 'one'],
    [8, 'restore', 'one'],
    [9, 'deploy', 'four'],
  ]);
});
