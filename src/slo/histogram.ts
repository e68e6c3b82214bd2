import { type Duration, seconds } from '../units';

/** How many requests took at most so long: Prometheus's cumulative buckets, by their upper bound in seconds. */
export type Buckets = ReadonlyMap<number, number>;

export interface Quantile {
  readonly time: Duration;
  /** It is beyond the histogram's last bound, which `time` is. */
  readonly beyond: boolean;
}

/**
 * The time within which a share of the requests was answered; within a bucket they are taken to be spread evenly, as
 * Prometheus's own `histogram_quantile` does.
 * @param share 0.95 for p95
 * @returns undefined where there was no request
 */
export function quantile(share: number, buckets: Buckets): Quantile | undefined {
  const bounds = [...buckets].sort(([one], [other]) => one - other);
  const all = bounds.at(-1)?.[1] ?? 0;
  if (!(all > 0)) return undefined;
  const rank = share * all;
  let [lower, below] = [0, 0];
  for (const [bound, count] of bounds) {
    if (count >= rank) {
      if (bound === Number.POSITIVE_INFINITY) return { time: seconds(lower), beyond: true };
      const part = count > below ? (rank - below) / (count - below) : 1;
      return { time: seconds(lower + (bound - lower) * part), beyond: false };
    }
    [lower, below] = [bound, count];
  }
  return { time: seconds(lower), beyond: true };
}

/** Requests of several spans together. */
export function addUp(all: readonly Buckets[]): Buckets {
  const sums = new Map<number, number>();
  for (const buckets of all) for (const [bound, count] of buckets) sums.set(bound, (sums.get(bound) ?? 0) + count);
  return sums;
}
