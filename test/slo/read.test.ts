import type { Prometheus, Series } from '../../src/slo/prometheus';
import { read } from '../../src/slo/read';
import { clusterOf } from '../rollout/ground';

const DAY = 86_400_000;
const cluster = clusterOf();
/** On a seam between two pieces, that are a day each, a sample falls exactly. */
const window = { from: 3 * DAY, to: 6 * DAY };
const times = Array.from({ length: (4 * DAY) / 60_000 + 1 }, (_, index) => 2 * DAY + index * 60_000);

interface Asked {
  readonly query: string;
}

/** A Prometheus that has a sample a minute of each raw series, and a value for each step. */
function prometheus(beginBelongs: boolean, asked: Asked[] = []): Prometheus {
  const fake: Pick<Prometheus, 'samples' | 'steps'> = {
    async samples(query, at) {
      asked.push({ query });
      const from = at - Number(/\[(\d+)s\]/.exec(query)?.[1]) * 1000;
      const samples = times
        .filter((time) => (beginBelongs ? time >= from : time > from) && time <= at)
        .map((time) => ({ at: time, value: 1 }));
      return [{ labels: { instance: 'one', host: 'worker1' }, samples }];
    },
    async steps(query, { from, to }, step) {
      asked.push({ query });
      if (query.includes('probe_success')) return [{ labels: {}, samples: [{ at: to, value: from < DAY ? 0 : 1 }] }];
      const ends = Array.from({ length: (to - from) / step }, (_, index) => from + (index + 1) * step);
      const series = (le: string | undefined, value: number): Series => ({
        labels: le === undefined ? {} : { le },
        samples: ends.map((at, index) => ({ at, value: index === 0 ? Number.NaN : value })),
      });
      if (query.includes('_bucket')) return [series('+Inf', 10), series('0.5', 4)];
      return [series(undefined, query.includes('_count') ? 10 : 20)];
    },
  };
  return fake as Prometheus;
}

test.each([true, false])(
  'no sample is lost or counted twice at a seam, whether a range has its beginning: %s',
  async (inclusive) => {
    const { probes, scrapes } = await read(prometheus(inclusive), cluster, window);
    const expected = times.filter((at) => at > window.from - 120_000);
    expect(probes.map((samples) => samples.map(({ at }) => at))).toEqual([expected]);
    expect([...scrapes.keys()]).toEqual(['worker1']);
  },
);

test('whether a probe before the window succeeded is told', async () => {
  expect(await read(prometheus(true), cluster, window)).toMatchObject({ servedBefore: true });
  const early = { from: DAY, to: 2 * DAY };
  expect(await read(prometheus(true), cluster, early)).toMatchObject({ servedBefore: false });
});

test('no value, or one that is no number, is no request', async () => {
  const { requests } = await read(prometheus(true), cluster, window);
  expect(requests).toHaveLength(168);
  expect(requests[0]).toMatchObject({ count: 0, sum: 0 });
  expect(requests[1]).toMatchObject({ count: 10, sum: 20 });
  expect(requests[1]?.buckets).toEqual(
    new Map([
      [Number.POSITIVE_INFINITY, 10],
      [0.5, 4],
    ]),
  );
  expect(requests.at(-1)?.to).toBe(window.to);
});

test('what load balancers and monitoring ask for is left out, whatever the label is called', async () => {
  const asked: Asked[] = [];
  await read(prometheus(true, asked), cluster, window);
  const grown = asked.map(({ query }) => query).filter((query) => query.includes('increase('));
  expect(grown).toHaveLength(3);
  for (const query of grown) {
    expect(query).toContain('route!~"/metrics|/readyz"');
    expect(query).toContain('path!~"/metrics|/readyz"');
    expect(query).toContain('job="app"');
  }
});
