import { type Duration, milliseconds } from '../units';
import type { Stretch } from './timeline';

/** The service was down, from the first probe that failed until the first one after it that did not. */
export interface Incident {
  readonly from: Date;
  readonly to: Date;
  /** It is not over: the newest probe failed. */
  readonly ongoing: boolean;
  readonly length: Duration;
  /** How much of the length was measured to be down; nobody looked during the rest. */
  readonly down: Duration;
}

/** Time in which nobody looked. */
export interface BlindSpot {
  readonly from: Date;
  readonly to: Date;
  readonly length: Duration;
}

/** A blind spot between two failed probes is part of the incident: whoever looks away sees no recovery. */
export function incidentsOf(line: readonly Stretch[]): Incident[] {
  const found: { from: number; to: number; down: number }[] = [];
  let open = false;
  for (const { from, to, state } of line) {
    if (state === 'up') open = false;
    if (state !== 'down') continue;
    const last = found.at(-1);
    if (open && last !== undefined) {
      last.to = to;
      last.down += to - from;
    } else found.push({ from, to, down: to - from });
    open = true;
  }
  return found.map(({ from, to, down }, index) => ({
    from: new Date(from),
    to: new Date(to),
    ongoing: open && index === found.length - 1,
    length: milliseconds(to - from),
    down: milliseconds(down),
  }));
}

export function blindSpotsOf(line: readonly Stretch[]): BlindSpot[] {
  return line
    .filter(({ state }) => state === 'unmeasured')
    .map(({ from, to }) => ({ from: new Date(from), to: new Date(to), length: milliseconds(to - from) }));
}
