import { type Duration, milliseconds, minutes } from '../units';
import { lasted, type Stretch } from './timeline';

/**
 * How fast the error budget is being spent: 1 spends it in exactly one window. Two spans, as in the SRE Workbook ("Alerting
 * on SLOs", 6: multiwindow, multi-burn-rate): the long one tells that it matters, the short one that it goes on.
 */
export interface Burn {
  readonly long: Duration;
  readonly short: Duration;
  /** From this on it is too fast. */
  readonly limit: number;
  /** Undefined where nothing was measured in the span. */
  readonly overLong?: number | undefined;
  readonly overShort?: number | undefined;
  readonly tooFast: boolean;
}

const hours = (count: number) => minutes(60 * count);

/** The share of the budget that the long span may spend at most; for 7 days the limits are 13.44, 3.5 and 1.4. */
const spans = [
  { long: hours(1), short: minutes(5), share: 0.08 },
  { long: hours(6), short: minutes(30), share: 0.125 },
  { long: hours(24), short: hours(2), share: 0.2 },
] as const;

/** The limits for a window; spans that are no shorter than the window are left out. */
export const burnLimits = (window: Duration) =>
  spans
    .filter(({ long }) => long < window)
    .map(({ long, short, share }) => ({ long, short, limit: (share * window) / long }));

/** @param allowed the share of the time that may be down, 0.001 for 99.9 % */
export function burnsOf(line: readonly Stretch[], window: Duration, allowed: number): Burn[] {
  const end = line.at(-1)?.to ?? 0;
  const rate = (length: Duration) => {
    const { up, down } = lasted(line, { from: end - length, to: end });
    return up + down === 0 ? undefined : down / (up + down) / allowed;
  };
  return burnLimits(window).map(({ long, short, limit }) => {
    const [overLong, overShort] = [rate(milliseconds(long)), rate(milliseconds(short))];
    const tooFast = (overLong ?? 0) >= limit && (overShort ?? 0) >= limit;
    return { long, short, limit, overLong, overShort, tooFast };
  });
}
