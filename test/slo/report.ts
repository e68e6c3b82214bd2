import type { Slo } from '../../src/cluster';
import type { SloReport } from '../../src/slo';
import { availabilityOf } from '../../src/slo/availability';
import type { Mark } from '../../src/slo/marks';
import { responseTimeOf } from '../../src/slo/response-time';
import type { Sample } from '../../src/slo/samples';
import { worst } from '../../src/slo/verdict';
import { minutes, seconds } from '../../src/units';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const begin = Date.UTC(2026, 10, 20, 12);
const window = { from: begin, to: begin + 7 * DAY };
const slo: Slo = { window: minutes(7 * 24 * 60), availability: 99.9, meanResponseTime: seconds(3), histogram: 'h' };

export interface Week {
  /** Length of an outage on the second day. */
  readonly down?: number;
  /** Hours in which nobody looked on the fifth day. */
  readonly blind?: number;
  /** Seconds a request by day. */
  readonly time?: number;
  readonly marks?: readonly Mark[] | undefined;
}

/** A report of a week with idle nights. */
export function reportOf({ down = 240, blind = 0, time = 0.18, marks = [] }: Week = {}): SloReport {
  const probes: Sample[] = [];
  for (let at = window.from; at < window.to; at += 5000) {
    const since = at - window.from;
    if (since >= 4 * DAY && since < 4 * DAY + blind * HOUR) continue;
    probes.push({ at, value: since >= DAY && since < DAY + down * 1000 ? 0 : 1 });
  }
  const parts = Array.from({ length: 168 }, (_, index) => {
    const count = (index + 12) % 24 < 6 ? 0 : 600 + 400 * Math.sin(index / 4);
    const each = time * (1 + 0.3 * Math.sin(index / 3));
    const buckets = new Map(
      [0.05, 0.1, 0.25, 0.5, 1, 3, 10, Number.POSITIVE_INFINITY].map((bound) => [
        bound,
        count * (1 - Math.exp(-bound / each)),
      ]),
    );
    return { from: begin + index * HOUR, to: begin + (index + 1) * HOUR, count, sum: count * each, buckets };
  });
  const availability = availabilityOf([probes], window, slo);
  const scrapes = new Map(['worker1', 'worker2', 'worker3'].map((worker) => [worker, [probes]]));
  const responseTime = responseTimeOf(parts, scrapes, window, slo);
  const verdict = worst([availability.verdict, responseTime.verdict]);
  return {
    service: 'pos',
    from: new Date(window.from),
    to: new Date(window.to),
    verdict,
    availability,
    responseTime,
    marks,
  };
}

export const deployMark: Mark = {
  at: new Date(begin + 2 * DAY),
  kind: 'deploy',
  release: 'a1b2c3d-0123abcd',
  by: '<b>ann</b>, https://github.com/simplifypos/pos/actions/runs/1',
  reason: '</script><script>alert(1)</script>',
};
