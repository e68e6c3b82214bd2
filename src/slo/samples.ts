/** A value that Prometheus holds of one moment. */
export interface Sample {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly value: number;
}

/** A span of time, in milliseconds since 1970. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Assumed where too few samples are there to tell, in milliseconds: Buka's monitoring probes as often. */
const USUAL = 5_000;
/** Whatever asks less often than once a minute measures nothing in between, in milliseconds. */
const SLOWEST = 60_000;

/**
 * How often samples were taken, in milliseconds: the median of the gaps between them, so that blind spots, however long,
 * don't change it.
 * @param samples in the order of time
 */
export function intervalOf(samples: readonly Sample[]): number {
  const gaps = samples.slice(1).map(({ at }, index) => at - (samples[index]?.at ?? at));
  const median = gaps.sort((one, other) => one - other)[Math.floor(gaps.length / 2)];
  return Math.min(median ?? USUAL, SLOWEST);
}
