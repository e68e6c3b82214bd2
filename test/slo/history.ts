/**
 * Seven days as a Prometheus would have recorded them, and what they come to by hand. Times are seconds after the window's
 * beginning; each day begins with its night.
 */
export const DAY = 86_400;
export const HOUR = 3600;
export const WINDOW = 7 * DAY;
const PROBE = 5;
const SCRAPE = 60;
const workers = ['worker1', 'worker2', 'worker3'];

export interface Gap {
  readonly from: number;
  readonly to: number;
}
const within = (at: number, gaps: readonly Gap[]) => gaps.some(({ from, to }) => at >= from && at < to);

/** The service was down: five minutes; one probe; and a minute on either side of ten that nobody looked. */
const outages: readonly Gap[] = [
  { from: DAY + 9 * HOUR, to: DAY + 9 * HOUR + 300 },
  { from: 2 * DAY + 15 * HOUR, to: 2 * DAY + 15 * HOUR + PROBE },
  { from: 3 * DAY + 10 * HOUR, to: 3 * DAY + 10 * HOUR + 720 },
];
/** How long nothing was deployed yet, an hour before the window. */
export const NOT_DEPLOYED = 600;
/** Prometheus did not run: six hours of a day; and in the middle of the last outage. */
const blind: readonly Gap[] = [
  { from: 4 * DAY + 8 * HOUR, to: 4 * DAY + 14 * HOUR },
  { from: 3 * DAY + 10 * HOUR + 60, to: 3 * DAY + 10 * HOUR + 660 },
];
/** Nobody buys in the first six hours of a day. */
const isNight = (at: number) => at % DAY < 6 * HOUR;
/** Each request took 8 s instead of 0.2 s. */
const slow: readonly Gap[] = [{ from: 5 * DAY + 12 * HOUR, to: 5 * DAY + 14 * HOUR }];
/** A deploy: worker2's counters begin again, and of that minute's requests half are lost. */
const RESTART = 2 * DAY + 12 * HOUR + 30 * 60;
const PER_SCRAPE = 10;

/** Text in the OpenMetrics format, for `promtool tsdb create-blocks-from openmetrics`. @param begin seconds since 1970 */
export function history(begin: number): string {
  const lines: string[] = [];
  const put = (series: string, value: number, at: number) =>
    lines.push(`${series} ${value} ${(begin + at).toFixed(3)}`);
  // From a little before the window, since a Prometheus has run before.
  for (let at = -HOUR + 1.2; at < WINDOW; at += PROBE)
    if (!within(at, blind))
      put(
        'probe_success{job="availability",instance="http://10.20.0.10/readyz"}',
        within(at, outages) || at < -HOUR + NOT_DEPLOYED ? 0 : 1,
        at,
      );
  for (const worker of workers) {
    const counters = { real: counter(0), machine: counter(0) };
    for (let at = -HOUR + 7.3; at < WINDOW; at += SCRAPE) {
      const restarted = worker === 'worker2' && at - SCRAPE < RESTART && at >= RESTART;
      if (restarted) Object.assign(counters, { real: counter(0), machine: counter(0) });
      const count = isNight(at) || at < 0 ? 0 : restarted ? PER_SCRAPE / 2 : PER_SCRAPE;
      counters.real.observe(count, within(at, slow) ? 8 : 0.2);
      // Load balancers ask all night, too.
      counters.machine.observe(100, 0.001);
      if (within(at, blind)) continue;
      const labels = `job="app",host="${worker}",instance="${worker}:3000"`;
      put(`up{${labels}}`, 1, at);
      for (const [route, { total, sum, buckets }] of [
        ['/sales', counters.real],
        ['/readyz', counters.machine],
      ] as const) {
        const of = `${labels},route="${route}",method="GET",status="200"`;
        put(`http_request_duration_seconds_count{${of}}`, total, at);
        put(`http_request_duration_seconds_sum{${of}}`, sum, at);
        for (const [bound, value] of buckets)
          put(`http_request_duration_seconds_bucket{${of},le="${bound}"}`, value, at);
      }
    }
  }
  return `${lines.join('\n')}\n# EOF\n`;
}

interface Counter {
  total: number;
  sum: number;
  readonly buckets: Map<string, number>;
  observe(count: number, time: number): void;
}

function counter(start: number): Counter {
  const buckets = new Map(['0.1', '0.5', '2', '10', '+Inf'].map((bound) => [bound, start]));
  return {
    total: start,
    sum: start,
    buckets,
    observe(count, time) {
      this.total += count;
      this.sum = Number((this.sum + count * time).toFixed(6));
      for (const [bound, value] of buckets)
        if (time <= Number(bound.replace('+Inf', 'Infinity'))) buckets.set(bound, value + count);
    },
  };
}

const blindTime = 6 * HOUR + 600;
const downTime = 300 + PROBE + 120;
/** Of seven days of 18 h, 6 h in which nobody looked. */
const dayTime = 7 * 18 * HOUR - 6 * HOUR;
/** The ten minutes' blind spot is in a day as well: what was counted then is in no hour's growth but that of its own. */
const requests = workers.length * (dayTime / SCRAPE) * PER_SCRAPE - PER_SCRAPE / 2;
const slowRequests = workers.length * ((2 * HOUR) / SCRAPE) * PER_SCRAPE;

/** What the report must come to, within a probe or a reading of the workers' figures. */
export const byHand = {
  budget: 604.8,
  down: downTime,
  unmeasured: blindTime,
  availability: 100 * (1 - downTime / (WINDOW - blindTime)),
  coverage: 1 - blindTime / WINDOW,
  incidents: [300, PROBE, 720],
  blindSpots: [600, 6 * HOUR],
  requests,
  mean: (slowRequests * 8 + (requests - slowRequests) * 0.2) / requests,
  /** Of that many in the bucket from 0.1 to 0.5 s, spread evenly. */
  p50: 0.1 + 0.4 * ((0.5 * requests) / (requests - slowRequests)),
  /** 720 of 21,600-odd are slow: p99 is among them. */
  p99: 2 + 8 * ((0.99 * requests - (requests - slowRequests)) / slowRequests),
  slowHours: 2,
  probe: PROBE,
  scrape: SCRAPE,
};
