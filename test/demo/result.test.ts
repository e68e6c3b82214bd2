import type { Sample } from '../../demo/load';
import { holds, resultOf } from '../../demo/result';
import { summaryOf, timeLine } from '../../demo/summary';

const start = 1_700_000_000_000;
const sales = { acknowledged: 4, lost: 0, doubled: 0, unknown: 0, unknownButBooked: 0, stockOff: [] };
const sample = (second: number, more: Partial<Sample> = {}): Sample => ({
  at: start + second * 1000,
  kind: 'products',
  target: 0,
  fresh: false,
  latency: 10,
  late: 0,
  release: second < 5 ? 'r1' : 'r2',
  ...more,
});
const changing = { from: start + 2_000, until: start + 8_000 };
const phases = [{ name: 'deploy', from: start, until: start + 1_234 }];
const samples = [sample(0), sample(1, { kind: 'slow', latency: 2_000 }), sample(4, { latency: 30 }), sample(9)];

describe('the result of the demo', () => {
  test('a request belongs to the stage in which it was due, and slow reports are set apart', () => {
    const { latency, latencyOfQuickRequests, phases: told } = resultOf(samples, changing, phases, sales);
    expect(latency.before).toEqual({ mean: 1_005, p50: 10, p95: 2_000, p99: 2_000 });
    expect(latency.during).toEqual({ mean: 30, p50: 30, p95: 30, p99: 30 });
    expect(latencyOfQuickRequests.before).toEqual({ mean: 10, p50: 10, p95: 10, p99: 10 });
    expect(told).toEqual([{ name: 'deploy', seconds: 1.2 }]);
  });

  test('it tells who answered when', () => {
    expect(resultOf(samples, changing, phases, sales).releases).toEqual([
      { second: 0, seen: { r1: 1 } },
      { second: 1, seen: { r1: 1 } },
      { second: 4, seen: { r1: 1 } },
      { second: 9, seen: { r2: 1 } },
    ]);
  });

  test('it tells what failed when', () => {
    const failed = [...samples, sample(6, { failure: 'reset' }), sample(6.5, { failure: 'reset' })];
    expect(resultOf(failed, changing, phases, sales).failures).toEqual([
      { second: 6, reasons: { 'products: reset': 2 } },
    ]);
  });

  test('one failed request, one lost or doubled sale, one piece astray, or no customers at all: it does not hold', () => {
    const result = resultOf(samples, changing, phases, sales);
    expect(holds(result)).toBe(true);
    expect(holds(resultOf([...samples, sample(5, { failure: 'reset' })], changing, phases, sales))).toBe(false);
    expect(holds({ ...result, sales: { ...sales, lost: 1 } })).toBe(false);
    expect(holds({ ...result, sales: { ...sales, doubled: 1 } })).toBe(false);
    expect(holds({ ...result, sales: { ...sales, stockOff: [3] } })).toBe(false);
    expect(holds({ ...result, sales: { ...sales, acknowledged: 0 } })).toBe(false);
    expect(holds(resultOf([], changing, phases, sales))).toBe(false);
  });
});

describe('the summary', () => {
  const names = new Map([
    ['r1', 'release 1'],
    ['r2', 'release 2'],
  ]);

  test('fits a screen, and names what failed', () => {
    const failed = [...samples, sample(6, { failure: 'status 503' })];
    const text = summaryOf(resultOf(failed, changing, phases, sales), failed, names);
    expect(text).toContain('CUSTOMERS NOTICED');
    expect(text).toContain('1 × products: status 503');
    const lines = text.split('\n');
    expect(lines.length).toBeLessThan(24);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test('the time line shows one release giving way to the other', () => {
    const seen = [{ r1: 10 }, { r1: 5, r2: 5 }, { r2: 10 }];
    const releases = seen.map((each, second) => ({ second, seen: each as Record<string, number> }));
    expect(timeLine(releases, names)).toEqual(['Who answered, over 3 s:', '  release 1   █▒', '  release 2    ▒█']);
  });
});
