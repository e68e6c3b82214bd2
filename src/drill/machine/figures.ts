import type { Slo } from '../../cluster';
import { latency, type Sample } from '../../load';
import { type Duration, milliseconds } from '../../units';

/** What customers saw in a span of a drill. */
export interface Figures {
  readonly requests: number;
  readonly failed: number;
  /** Percent of the requests. */
  readonly errorRate: number;
  /**
   * Percent of the time. Each request is a probe that stands for the time until the next one, as in the objectives.
   */
  readonly availability: number;
  /** How long nobody would have been served, by the same measure. */
  readonly down: Duration;
  /** From the first to the end of the last of requests in a row that failed; the longest of those. */
  readonly longestDown: Duration;
  /** Of the requests that were served; undefined where none was. */
  readonly mean?: Duration | undefined;
  readonly p50?: Duration | undefined;
  readonly p95?: Duration | undefined;
  readonly p99?: Duration | undefined;
}

/** A span of time, in milliseconds since 1970. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The figures of the requests that were due in a span; undefined where none was. Pure. */
export function figuresOf(samples: readonly Sample[], { from, to }: Span): Figures | undefined {
  const due = samples.filter(({ at }) => at >= from && at < to).sort((one, other) => one.at - other.at);
  const [first] = due;
  if (first === undefined) return undefined;
  let [down, run, longest] = [0, 0, 0];
  for (const [index, { at, failure }] of due.entries()) {
    const until = due[index + 1]?.at ?? to;
    run = failure === undefined ? 0 : run + (until - at);
    if (failure !== undefined) down += until - at;
    longest = Math.max(longest, run);
  }
  const failed = due.filter(({ failure }) => failure !== undefined).length;
  const times = latency(due);
  return {
    requests: due.length,
    failed,
    errorRate: (100 * failed) / due.length,
    availability: 100 * (1 - down / (to - first.at)),
    down: milliseconds(Math.round(down)),
    longestDown: milliseconds(Math.round(longest)),
    mean: times && milliseconds(times.mean),
    p50: times && milliseconds(times.p50),
    p95: times && milliseconds(times.p95),
    p99: times && milliseconds(times.p99),
  };
}

/** When the first request that an incident met was due: those that were under way as it began are its own. Pure. */
export const firstMet = (samples: readonly Sample[], began: number): number =>
  Math.min(began, ...samples.filter(({ at, latency }) => at < began && at + latency >= began).map(({ at }) => at));

/** Whether a week, or whatever the window of buka.yml is, would have met the objectives with this in it. */
export interface WindowVerdict {
  readonly window: Duration;
  readonly availability: { readonly objective: number; readonly measured: number; readonly held: boolean };
  /** Undefined where no request of before or of the incident was served. */
  readonly responseTime?: { readonly objective: Duration; readonly mean: Duration; readonly held: boolean } | undefined;
  /** The share of the window's error budget that the incident spent, 0 to 1 and beyond. */
  readonly budgetShare: number;
  readonly held: boolean;
}

/**
 * As if the incident were the only one in the window, and all the rest of it as the time before: served without a failure,
 * in the mean time of then. Pure.
 */
export function inWindow(
  slo: Slo,
  before: Figures | undefined,
  during: Figures | undefined,
  span: Span,
): WindowVerdict {
  const { window, availability: objective, meanResponseTime } = slo;
  const down = during?.down ?? 0;
  const length = Math.min(span.to - span.from, window);
  // In whole milliseconds, since 100 - 99.9 is none exactly.
  const budget = Math.round((window * (100 - objective)) / 100);
  const availability = { objective, measured: 100 * (1 - down / window), held: down <= budget };
  const mean =
    before?.mean === undefined || during?.mean === undefined
      ? undefined
      : milliseconds((before.mean * (window - length) + during.mean * length) / window);
  const responseTime = mean && { objective: meanResponseTime, mean, held: mean <= meanResponseTime };
  return {
    window,
    availability,
    responseTime,
    budgetShare: down / budget,
    held: availability.held && responseTime?.held === true,
  };
}

/** How often each reason occurred, of requests that failed. */
export function reasonsOf(samples: readonly Sample[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { failure } of samples) if (failure !== undefined) counts[failure] = (counts[failure] ?? 0) + 1;
  return counts;
}
