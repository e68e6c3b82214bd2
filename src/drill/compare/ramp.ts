import type { Slo } from '../../cluster';
import { latency, type Sample } from '../../load';
import { type Duration, milliseconds, seconds } from '../../units';
import { type Late, lateOf } from '../machine/late';

/** More steps than this are not tried. */
const MOST_STEPS = 12;
/** The rate is found to this share of itself. */
const CLOSE = 0.1;
/** A queue that would pass the objective within this time, as it grows in the step, is one that is too long. */
const AHEAD = seconds(60);
/** A generator that is later than this in sending one of twenty can't tell what the service would do. */
const TOO_LATE = milliseconds(100);

/** One rate that was tried. */
export interface Step {
  /** Requests a second that came. */
  readonly rate: number;
  /** Requests a second that were served. */
  readonly perSecond: number;
  readonly mean?: Duration | undefined;
  readonly p95?: Duration | undefined;
  /** Percent. */
  readonly errorRate: number;
  readonly late: Late;
  /** What didn't hold; undefined where both objectives did. */
  readonly broke?: 'response-time' | 'errors' | 'queue' | undefined;
}

/** The most requests a second that were served within the objectives. */
export interface Throughput {
  readonly perSecond: number;
  /**
   * Why it isn't more: an objective; it was the most that may be tried; or the next rate failed while the generator
   * itself was late, so it may have been the one that couldn't.
   */
  readonly limit: 'objectives' | 'most-rate' | 'generator';
  readonly steps: readonly Step[];
}

/**
 * Whether the objectives held at a rate. A queue that grows all the while is no throughput, even if the step ended before
 * it was too long: it is told by how much longer the second half of the customers waited than the first. Pure.
 * @param lasts the time in which customers came
 */
export function judge(
  samples: readonly Sample[],
  rate: number,
  lasts: Duration,
  { availability, meanResponseTime }: Pick<Slo, 'availability' | 'meanResponseTime'>,
): Step {
  const failed = samples.filter(({ failure }) => failure !== undefined).length;
  const errorRate = samples.length === 0 ? 100 : (100 * failed) / samples.length;
  const times = latency(samples);
  const begin = Math.min(...samples.map(({ at }) => at));
  const half = (late: boolean) => latency(samples.filter(({ at }) => at >= begin + lasts / 2 === late))?.mean;
  const [first, second] = [half(false), half(true)];
  // The middles of both halves are half the time apart.
  const growth = first === undefined || second === undefined ? 0 : Math.max(0, (second - first) / (lasts / 2));
  const held = {
    // Rounded, as 100 - 99.9 is none exactly.
    errors: errorRate <= Number((100 - availability).toFixed(6)),
    'response-time': times !== undefined && times.mean <= meanResponseTime,
    queue: times !== undefined && times.mean + growth * AHEAD <= meanResponseTime,
  };
  const broke = (['errors', 'response-time', 'queue'] as const).find((what) => !held[what]);
  return {
    ...{ rate, perSecond: (1000 * (samples.length - failed)) / lasts, errorRate, late: lateOf(samples), broke },
    mean: times && milliseconds(times.mean),
    p95: times && milliseconds(times.p95),
  };
}

/**
 * The rate to try next: twice as much until one doesn't hold, then the middle between the last that held and the first that
 * didn't. Undefined when it is known well enough. Pure.
 */
export function nextRate(steps: readonly Step[], { start, most }: { start: number; most: number }): number | undefined {
  if (steps.length >= MOST_STEPS) return undefined;
  const { held, lost } = between(steps);
  if (lost === undefined) {
    if (held === undefined) return Math.min(start, most);
    return held.rate >= most ? undefined : Math.min(2 * held.rate, most);
  }
  const low = held?.rate ?? 0;
  const middle = Math.round((low + lost.rate) / 2);
  return lost.rate - low <= CLOSE * lost.rate || middle === low || middle === lost.rate ? undefined : middle;
}

/** Pure. */
export function throughputOf(steps: readonly Step[]): Throughput {
  const { held, lost } = between(steps);
  const limit = lost === undefined ? 'most-rate' : lost.late.p95 > TOO_LATE ? 'generator' : 'objectives';
  return { perSecond: held?.perSecond ?? 0, limit, steps };
}

/** The highest rate that held, and the lowest that didn't. */
function between(steps: readonly Step[]) {
  const byRate = [...steps].sort((one, other) => one.rate - other.rate);
  return {
    held: byRate.findLast(({ broke }) => broke === undefined),
    lost: byRate.find(({ broke }) => broke !== undefined),
  };
}
