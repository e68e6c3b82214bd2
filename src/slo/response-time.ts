import type { Slo } from '../cluster';
import { type Duration, milliseconds, seconds } from '../units';
import { addUp, type Buckets, type Quantile, quantile } from './histogram';
import type { Sample, Span } from './samples';
import { lasted, timelineOf } from './timeline';
import { LEAST_COVERAGE, type Verdict } from './verdict';

/** Real requests of a span, as the workers counted them. */
export interface Requests extends Span {
  readonly count: number;
  /** How long they took together, in seconds. */
  readonly sum: number;
  readonly buckets: Buckets;
}

/** What they took; the times are undefined where there were none. */
export interface Times {
  readonly requests: number;
  readonly mean?: Duration | undefined;
  readonly p50?: Quantile | undefined;
  readonly p95?: Quantile | undefined;
  readonly p99?: Quantile | undefined;
}

/** The second objective: what real requests took on average. A request that nobody made counts neither way. */
export interface ResponseTime extends Times {
  readonly verdict: Verdict;
  readonly objective: Duration;
  /** The share of the window in which at least one worker was asked for its figures, 0 to 1. */
  readonly coverage: number;
  /** The same for each worker: one that is missing for long while it serves is missing from the mean. */
  readonly workers: readonly { readonly worker: string; readonly coverage: number }[];
  /** The window in equal parts. */
  readonly course: readonly (Span & Times)[];
}

/** @param scrapes by worker: when its figures were read, and a value above 0 if they could be */
export function responseTimeOf(
  parts: readonly Requests[],
  scrapes: ReadonlyMap<string, readonly (readonly Sample[])[]>,
  window: Span,
  slo: Slo,
): ResponseTime {
  const covered = (series: readonly (readonly Sample[])[]) => {
    // One that failed is a gap: of a worker that can't be asked nothing is known.
    const answered = series.map((samples) => samples.filter(({ value }) => value > 0));
    return lasted(timelineOf(answered, window), window).up / (window.to - window.from);
  };
  const coverage = covered([...scrapes.values()].flat());
  const all = timesOf({
    count: parts.reduce((total, { count }) => total + count, 0),
    sum: parts.reduce((total, { sum }) => total + sum, 0),
    buckets: addUp(parts.map(({ buckets }) => buckets)),
  });
  return {
    verdict: verdictOf(all.mean, coverage, slo.meanResponseTime),
    objective: slo.meanResponseTime,
    ...all,
    coverage,
    workers: [...scrapes].map(([worker, series]) => ({ worker, coverage: covered(series) })),
    course: parts.map(({ from, to, ...requests }) => ({ from, to, ...timesOf(requests) })),
  };
}

function verdictOf(mean: Duration | undefined, coverage: number, objective: Duration): Verdict {
  if (mean === undefined || coverage < LEAST_COVERAGE) return 'unknown';
  return mean > objective ? 'missed' : 'met';
}

function timesOf({ count, sum, buckets }: Omit<Requests, keyof Span>): Times {
  // Prometheus extrapolates a counter's growth, so a count is no whole number; less than half a request is none.
  if (count < 0.5) return { requests: 0 };
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => quantile(share, buckets));
  return { requests: Math.round(count), mean: milliseconds(seconds(sum / count)), p50, p95, p99 };
}
