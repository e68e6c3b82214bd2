import { judge, nextRate, type Step, throughputOf } from '../../../src/drill/compare/ramp';
import type { Sample } from '../../../src/load';
import { milliseconds, seconds } from '../../../src/units';

const objectives = { availability: 99, meanResponseTime: seconds(3) };
const lasts = seconds(10);

/** Ten a second for ten seconds. */
const samples = (more: (second: number) => Partial<Sample>): Sample[] =>
  Array.from({ length: 100 }, (_, index) => ({
    ...{ at: 5_000_000 + index * 100, kind: 'page', target: 0, fresh: false, latency: 50, late: 1 },
    ...more(Math.floor(index / 10)),
  }));
const judged = (more: (second: number) => Partial<Sample>) => judge(samples(more), 10, lasts, objectives);

/** A rate that was tried with what came of it. */
const step = (rate: number, broke?: Step['broke'], late = 1): Step => ({
  ...{ rate, perSecond: rate, errorRate: 0, broke },
  late: { p95: milliseconds(late), most: milliseconds(late) },
});

/** All rates that are tried of a service that takes so many requests a second. */
function tried(capacity: number, most: number, start = 50): number[] {
  const steps: Step[] = [];
  for (;;) {
    const rate = nextRate(steps, { start, most });
    if (rate === undefined) return steps.map(({ rate }) => rate);
    steps.push(step(rate, rate <= capacity ? undefined : 'errors'));
    if (steps.length > 100) throw new Error('it never ends');
  }
}

describe('a step holds', () => {
  it('while both objectives do, and tells what was served', () => {
    expect(judged(() => ({}))).toMatchObject({ perSecond: 10, mean: 50, p95: 50, errorRate: 0, broke: undefined });
    expect(judged(() => ({ latency: 3000 })).broke).toBeUndefined();
  });

  it('not when the mean is above the objective', () => {
    expect(judged(() => ({ latency: 3001 })).broke).toBe('response-time');
  });

  it('not when more fail than the objective leaves, and exactly so many may', () => {
    const failing = (count: number) => {
      let left = count;
      return judged(() => (left-- > 0 ? { failure: 'timeout' } : {}));
    };
    expect(failing(1).broke).toBeUndefined();
    expect(failing(2)).toMatchObject({ broke: 'errors', errorRate: 2, perSecond: 9.8 });
  });

  it('not when nobody was served, or nobody came', () => {
    expect(judged(() => ({ failure: 'refused' })).broke).toBe('errors');
    expect(judge([], 10, lasts, objectives).broke).toBe('errors');
  });

  it('not when the queue grows, even if nobody has waited too long yet', () => {
    // Each second another 0.1 s: the mean is half a second, and would be three within a minute.
    expect(judged((second) => ({ latency: 50 + second * 100 }))).toMatchObject({ broke: 'queue', mean: 500 });
    expect(judged((second) => ({ latency: 50 + second * 10 })).broke).toBeUndefined();
    // One that becomes shorter is none.
    expect(judged((second) => ({ latency: 1000 - second * 100 })).broke).toBeUndefined();
  });

  it('with how late the generator was', () => {
    expect(judged((second) => ({ late: second === 9 ? 400 : 2 })).late).toEqual({ p95: 400, most: 400 });
    expect(judged((second) => ({ late: second === 0 ? -1 : 2 })).late).toEqual({ p95: 2, most: 2 });
  });
});

describe('the rates', () => {
  it('double until one does not hold, then close in on it to a tenth', () => {
    expect(tried(333, 2000)).toEqual([50, 100, 200, 400, 300, 350, 325]);
  });

  it('end at the most that may be tried', () => {
    expect(tried(9999, 300)).toEqual([50, 100, 200, 300]);
    expect(tried(9999, 20)).toEqual([20]);
  });

  it('go down where the first one is too much, and end where none holds', () => {
    expect(tried(12, 2000)).toEqual([50, 25, 13, 7, 10, 12]);
    expect(tried(0, 2000)).toEqual([50, 25, 13, 7, 4, 2, 1]);
  });

  it('are never more than twelve', () => {
    expect(tried(1_000_000, 1_000_000, 1).length).toBe(12);
  });
});

describe('the throughput', () => {
  it('is what was served at the highest rate that held', () => {
    const steps = [step(50), step(100), step(200, 'errors'), step(150, 'queue')];
    expect(throughputOf(steps)).toMatchObject({ perSecond: 100, limit: 'objectives' });
  });

  it('is told to be at least that where the most was tried, or the generator itself was late', () => {
    expect(throughputOf([step(50), step(100)])).toMatchObject({ perSecond: 100, limit: 'most-rate' });
    expect(throughputOf([step(50), step(100, 'queue', 101)])).toMatchObject({ perSecond: 50, limit: 'generator' });
    // At a rate that was far too much it says nothing of the one that was just too much.
    expect(throughputOf([step(50), step(400, 'errors', 900), step(100, 'queue')])).toMatchObject({
      limit: 'objectives',
    });
  });

  it('is none where no rate held', () => {
    expect(throughputOf([step(50, 'errors'), step(1, 'errors')])).toMatchObject({ perSecond: 0 });
  });
});
