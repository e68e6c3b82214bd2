import { quantile } from '../../src/slo/histogram';
import { type Requests, responseTimeOf } from '../../src/slo/response-time';
import { milliseconds, seconds } from '../../src/units';

const HOUR = 3_600_000;
const window = { from: 0, to: 2 * HOUR };
const slo = { window: milliseconds(2 * HOUR), availability: 99.9, meanResponseTime: seconds(3), histogram: 'h' };
const scraped = (from = 0, to = 2 * HOUR, value = 1) =>
  Array.from({ length: (to - from) / 15_000 }, (_, index) => ({ at: from + index * 15_000, value }));
const hour = (index: number, count: number, each: number): Requests => ({
  from: index * HOUR,
  to: (index + 1) * HOUR,
  count,
  sum: count * each,
  buckets: new Map([1, 5, Number.POSITIVE_INFINITY].map((bound) => [bound, each <= bound ? count : 0])),
});
const all = new Map([['worker1', [scraped()]]]);

describe('the mean response time', () => {
  test('is of all requests, so an hour with few of them weighs little', () => {
    const found = responseTimeOf([hour(0, 990, 0.1), hour(1, 10, 10)], all, window, slo);
    expect(found.mean).toBeCloseTo(199, 6);
    expect(found).toMatchObject({ verdict: 'met', requests: 1000, coverage: 1 });
    expect(found.course.map(({ mean }) => Math.round(mean ?? 0))).toEqual([100, 10_000]);
  });

  test('above the objective it is missed', () => {
    expect(responseTimeOf([hour(0, 10, 3.1)], all, window, slo).verdict).toBe('missed');
    expect(responseTimeOf([hour(0, 10, 3)], all, window, slo).verdict).toBe('met');
  });

  test('without a request it is unknown, and is no number', () => {
    const found = responseTimeOf([hour(0, 0, 0), hour(1, 0, 0)], all, window, slo);
    expect(found).toMatchObject({ verdict: 'unknown', requests: 0 });
    expect([found.mean, found.p50, found.p99]).toEqual([undefined, undefined, undefined]);
  });

  test('a worker that is off is no blind spot, as long as another one is asked', () => {
    const two = new Map([...all, ['worker2', [scraped(0, HOUR), scraped(HOUR, 2 * HOUR, 0)]]] as const);
    const found = responseTimeOf([hour(0, 10, 1)], two, window, slo);
    expect(found).toMatchObject({ verdict: 'met', coverage: 1 });
    expect(found.workers[1]?.coverage).toBeCloseTo(0.5, 6);
  });

  test('where no worker could be asked for long it is unknown', () => {
    const found = responseTimeOf([hour(0, 10, 1)], new Map([['worker1', [scraped(0, HOUR)]]]), window, slo);
    expect(found.verdict).toBe('unknown');
    expect(found.coverage).toBeCloseTo(0.5, 6);
  });
});

describe('a quantile', () => {
  const buckets = new Map([
    [1, 50],
    [2, 90],
    [Number.POSITIVE_INFINITY, 100],
  ]);

  test('is within its bucket, as Prometheus estimates it', () => {
    expect(quantile(0.5, buckets)).toEqual({ time: 1000, beyond: false });
    expect(quantile(0.7, buckets)).toEqual({ time: 1500, beyond: false });
  });

  test('beyond the last bound is told to be beyond it', () => {
    expect(quantile(0.95, buckets)).toEqual({ time: 2000, beyond: true });
  });

  test('of no request is none', () => {
    expect(quantile(0.5, new Map([[1, 0]]))).toBeUndefined();
    expect(quantile(0.5, new Map())).toBeUndefined();
  });
});
