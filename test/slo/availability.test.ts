import { availabilityOf } from '../../src/slo/availability';
import { burnLimits } from '../../src/slo/burn';
import type { Sample } from '../../src/slo/samples';
import { milliseconds, minutes, seconds } from '../../src/units';

const HOUR = 3_600_000;
const slo = {
  window: milliseconds(HOUR),
  availability: 99,
  meanResponseTime: seconds(3),
  histogram: 'h',
  beforeDeploy: false,
};
const window = { from: 0, to: HOUR };

/** A probe each 5 s over the hour, and a little before; undefined where there was none. */
function probes(value: (second: number) => number | undefined, offset = 0): Sample[] {
  const samples: Sample[] = [];
  for (let second = -60 + offset; second < 3600; second += 5) {
    const found = value(second);
    if (found !== undefined) samples.push({ at: second * 1000, value: found });
  }
  return samples;
}
const between = (second: number, from: number, to: number) => second >= from && second < to;

describe('availability', () => {
  test('a failed probe stands for the time until the next one', () => {
    const found = availabilityOf([probes((at) => (at === 600 ? 0 : 1))], window, slo);
    expect(found).toMatchObject({ down: 5000, unmeasured: 0, coverage: 1, verdict: 'met', now: 'up' });
    expect(found.measured).toBeCloseTo(100 * (1 - 5 / 3600), 9);
    expect(found.budget).toMatchObject({ whole: 36_000, spent: 5000, left: 31_000 });
  });

  test('time without probes counts neither as up nor as down', () => {
    const found = availabilityOf([probes((at) => (between(at, 600, 660) ? undefined : at === 0 ? 0 : 1))], window, slo);
    expect(found).toMatchObject({ up: 3_535_000, down: 5000, unmeasured: 60_000 });
    expect(found.measured).toBeCloseTo((100 * 3535) / 3540, 9);
    expect(found.atLeast).toBeCloseTo((100 * 3535) / 3600, 9);
    expect(found.blindSpots).toEqual([{ from: new Date(600_000), to: new Date(660_000), length: 60_000 }]);
  });

  test('nothing is promised before a probe first succeeds, and everything once one did', () => {
    const late = [probes((at) => (at < 1200 ? undefined : between(at, 1200, 1800) || between(at, 2000, 2010) ? 0 : 1))];
    const fresh = availabilityOf(late, window, slo, false);
    expect(fresh).toMatchObject({ down: 10_000, unmeasured: 1_800_000, verdict: 'unknown', now: 'up' });
    expect(fresh.incidents).toHaveLength(1);
    expect(fresh.blindSpots).toHaveLength(1);
    expect(availabilityOf(late, window, slo, true)).toMatchObject({ down: 610_000, verdict: 'missed' });
  });

  test('a service that was never up is down now, and has no verdict', () => {
    const found = availabilityOf([probes(() => 0)], window, slo, false);
    expect(found).toMatchObject({ verdict: 'unknown', down: 0, coverage: 0, now: 'down', incidents: [] });
  });

  test('a window without any probe is unknown, and neither 100 % nor 0 %', () => {
    const found = availabilityOf([], window, slo);
    expect(found).toMatchObject({ verdict: 'unknown', measured: undefined, coverage: 0, now: 'unmeasured' });
    expect(found.burns.map(({ overLong, tooFast }) => ({ overLong, tooFast }))).toEqual([]);
  });

  test('too little coverage is unknown, unless the budget of the whole window is gone', () => {
    const half = (down: number) =>
      availabilityOf([probes((at) => (at < 1800 ? (between(at, 0, down) ? 0 : 1) : undefined))], window, slo).verdict;
    expect(half(35)).toBe('unknown');
    expect(half(40)).toBe('missed');
  });

  test('exactly the budget is still met, and a probe more is not', () => {
    const down = (seconds: number) =>
      availabilityOf([probes((at) => (between(at, 0, seconds) ? 0 : 1))], window, { ...slo, availability: 97.5 });
    expect(down(90)).toMatchObject({ verdict: 'met', budget: { whole: 90_000, left: 0, leftShare: 0 } });
    expect(down(95)).toMatchObject({ verdict: 'missed', budget: { left: -5000 } });
  });

  test('an outage that nobody saw the end of goes on until a probe succeeds', () => {
    const found = availabilityOf(
      [probes((at) => (between(at, 120, 300) ? undefined : between(at, 60, 360) ? 0 : 1))],
      window,
      slo,
    );
    expect(found.incidents).toEqual([
      { from: new Date(60_000), to: new Date(360_000), ongoing: false, length: 300_000, down: 120_000 },
    ]);
  });

  test('an outage that lasts is told to be not over', () => {
    const found = availabilityOf([probes((at) => (at >= 3500 ? 0 : 1))], window, slo);
    expect(found.now).toBe('down');
    expect(found.incidents).toMatchObject([{ ongoing: true, length: 100_000 }]);
  });

  test('of two addresses the one that fails counts, and one that was used before leaves no gap', () => {
    const first = probes((at) => (at < 1800 ? 1 : undefined));
    const second = probes((at) => (at >= 1800 ? 1 : undefined), 2);
    expect(availabilityOf([first, second], window, slo).unmeasured).toBeLessThanOrEqual(5000);
    const failing = probes((at) => (between(at, 600, 620) ? 0 : 1), 2);
    expect(availabilityOf([probes(() => 1), failing], window, slo).down).toBe(20_000);
  });

  test('a probe that comes late is none that is missing', () => {
    const late = probes(() => 1).map(({ at, value }, index) => ({ at: at + (index % 2) * 2000, value }));
    expect(availabilityOf([late], window, slo).unmeasured).toBe(0);
  });
});

describe('the burn rate', () => {
  test('has the limits of a window of seven days', () => {
    const limits = burnLimits(minutes(7 * 24 * 60));
    expect(limits.map(({ limit }) => Number(limit.toFixed(6)))).toEqual([13.44, 3.5, 1.4]);
  });

  const day = { from: 0, to: 48 * HOUR };
  const over = (value: (minutesAgo: number) => number | undefined) => {
    const samples: Sample[] = [];
    for (let at = 0; at < day.to; at += 5000) {
      const found = value((day.to - at) / 60_000);
      if (found !== undefined) samples.push({ at, value: found });
    }
    return availabilityOf([samples], day, { ...slo, availability: 99.9 }).burns;
  };

  test('is too fast while it goes on, and no longer when it is over', () => {
    expect(over((ago) => (ago <= 10 ? 0 : 1))[0]).toMatchObject({ tooFast: true });
    expect(over((ago) => (ago > 10 && ago <= 20 ? 0 : 1))[0]).toMatchObject({ tooFast: false, overShort: 0 });
  });

  test('is not known where nobody looked', () => {
    const [hour, sixHours] = over((ago) => (ago <= 60 ? undefined : 1));
    expect(hour).toMatchObject({ overLong: undefined, overShort: undefined, tooFast: false });
    expect(sixHours).toMatchObject({ overLong: 0, overShort: undefined });
  });
});
