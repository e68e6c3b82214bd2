import { figuresOf, firstMet, inWindow } from '../../../src/drill/machine/figures';
import type { Sample } from '../../../src/load';
import { minutes, seconds } from '../../../src/units';

const sample = (at: number, more: Partial<Sample> = {}): Sample => ({
  at,
  kind: 'page',
  target: 0,
  fresh: false,
  latency: 10,
  late: 0,
  ...more,
});
const failure = 'reset';

describe('what customers saw in a span', () => {
  it('is of the requests that were due in it, in whatever order their answers came', () => {
    const figures = figuresOf(
      [sample(3000), sample(1000, { latency: 30 }), sample(999, { failure }), sample(2000, { failure }), sample(4000)],
      { from: 1000, to: 4000 },
    );
    expect(figures).toMatchObject({ requests: 3, failed: 1, mean: 20, p50: 10, p95: 30, p99: 30 });
    expect(figures?.errorRate).toBeCloseTo(33.33, 1);
  });

  it('a request that fails stands for the time until the next one', () => {
    const samples = [
      sample(0),
      sample(1000, { failure }),
      sample(1500, { failure }),
      sample(3000),
      sample(9000, { failure }),
    ];
    expect(figuresOf(samples, { from: 0, to: 10_000 })).toMatchObject({
      down: 3000,
      longestDown: 2000,
      availability: 70,
    });
  });

  it('without a request there are none, and where none was served there is no response time', () => {
    expect(figuresOf([], { from: 0, to: 1000 })).toBeUndefined();
    expect(figuresOf([sample(0, { failure })], { from: 0, to: 1000 })).toMatchObject({
      availability: 0,
      down: 1000,
      mean: undefined,
      p99: undefined,
    });
  });
});

test('a request that is under way as an incident begins is one that the incident met', () => {
  const met = (...samples: Sample[]) => firstMet(samples, 1000);
  expect(met(sample(980), sample(995), sample(990, { latency: 100, failure }), sample(1010, { failure }))).toBe(990);
  expect(met(sample(980), sample(1010))).toBe(1000);
});

describe('whether the objectives would have held for the week', () => {
  const slo = {
    window: minutes(10_080),
    availability: 99.9,
    meanResponseTime: seconds(3),
    histogram: 'h',
    beforeDeploy: false,
  };
  const of = (down: number, mean: number) =>
    figuresOf([sample(0, { latency: mean }), sample(0, { failure }), sample(down, { latency: mean })], {
      from: 0,
      to: down + 1000,
    });
  const calm = figuresOf([sample(0, { latency: 100 })], { from: 0, to: 1000 });

  it('is a question of the time in which nobody was served, of the whole window', () => {
    const held = inWindow(slo, calm, of(302_400, 100), { from: 0, to: 303_400 });
    expect(held).toMatchObject({ budgetShare: 0.5, held: true, availability: { measured: 99.95, held: true } });
    expect(inWindow(slo, calm, of(604_800, 100), { from: 0, to: 604_900 }).held).toBe(true);
    expect(inWindow(slo, calm, of(605_000, 100), { from: 0, to: 605_100 })).toMatchObject({
      held: false,
      availability: { held: false },
      responseTime: { held: true },
    });
  });

  it('and of the mean of all requests, the incident weighing as long as it was', () => {
    const day = 24 * 3600 * 1000;
    const verdict = inWindow(slo, calm, of(1, 14_000), { from: 0, to: day });
    expect(verdict.responseTime?.mean).toBeCloseTo((100 * 6 + 14_000) / 7, 0);
    expect(verdict).toMatchObject({ held: true });
    expect(inWindow(slo, calm, of(1, 30_000), { from: 0, to: day })).toMatchObject({
      held: false,
      responseTime: { held: false },
    });
  });

  it('is not said to have held where no response time is known', () => {
    const silent = figuresOf([sample(0, { failure })], { from: 0, to: 1000 });
    expect(inWindow(slo, calm, silent, { from: 0, to: 1000 })).toMatchObject({ responseTime: undefined, held: false });
  });
});
