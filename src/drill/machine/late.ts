import type { Sample } from '../../load';
import { type Duration, milliseconds } from '../../units';

/** By how much the generator itself was late in sending; it is in the response times. */
export interface Late {
  readonly p95: Duration;
  readonly most: Duration;
}

/** Of all that was sent. Pure. */
export function lateOf(samples: readonly Sample[]): Late {
  const sorted = samples.map(({ late }) => Math.max(0, late)).sort((one, other) => one - other);
  const rank = (share: number) => milliseconds(Math.round(sorted[Math.ceil(share * sorted.length) - 1] ?? 0));
  return { p95: rank(0.95), most: rank(1) };
}
