import type { Sample } from '../../load';
import { milliseconds } from '../../units';
import type { Late } from './report';

/** By how much the generator was late, of all that was sent. Pure. */
export function lateOf(samples: readonly Sample[]): Late {
  const sorted = samples.map(({ late }) => Math.max(0, late)).sort((one, other) => one - other);
  const rank = (share: number) => milliseconds(Math.round(sorted[Math.ceil(share * sorted.length) - 1] ?? 0));
  return { p95: rank(0.95), most: rank(1) };
}
