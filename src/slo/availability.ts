import type { Slo } from '../cluster';
import { type Duration, milliseconds } from '../units';
import { type Burn, burnsOf } from './burn';
import { type BlindSpot, blindSpotsOf, type Incident, incidentsOf } from './incidents';
import { intervalOf, type Sample, type Span } from './samples';
import { lasted, type State, type Stretch, sinceFirstUp, timelineOf } from './timeline';
import { LEAST_COVERAGE, type Verdict } from './verdict';

/** The first objective: the share of the measured time in which a customer would have been served. */
export interface Availability {
  readonly verdict: Verdict;
  /** In percent, as in `buka.yml`. */
  readonly objective: number;
  /** In percent of the time that was measured; undefined where none was. */
  readonly measured?: number | undefined;
  /** In percent of the whole window, if the service was down whenever nobody looked. */
  readonly atLeast: number;
  /** The share of the window that was measured, 0 to 1. */
  readonly coverage: number;
  readonly up: Duration;
  readonly down: Duration;
  readonly unmeasured: Duration;
  readonly budget: {
    /** How long the service may be down in a window. */
    readonly whole: Duration;
    readonly spent: Duration;
    /** Below 0 where more was spent than there was. */
    readonly left: Duration;
    /** Of the whole, 0 to 1; below 0 as `left` is. */
    readonly leftShare: number;
  };
  readonly burns: readonly Burn[];
  readonly now: State;
  readonly incidents: readonly Incident[];
  readonly blindSpots: readonly BlindSpot[];
  /** Between two probes. */
  readonly probeInterval: Duration;
  /** The whole window, without a gap. */
  readonly timeline: readonly Stretch[];
}

/**
 * @param probes `probe_success` through the virtual address, a list a series, in the order of time
 * @param servedBefore whether a probe before the window succeeded; else nothing was promised until the first that does, since
 *   a cluster is monitored before its first deploy
 */
export function availabilityOf(
  probes: readonly (readonly Sample[])[],
  window: Span,
  slo: Slo,
  servedBefore = true,
): Availability {
  const all = timelineOf(probes, window);
  const timeline = servedBefore ? all : sinceFirstUp(all);
  const { up, down, unmeasured } = lasted(timeline, window);
  const length = window.to - window.from;
  // In whole milliseconds, since 100 - 99.9 is none exactly.
  const whole = Math.round((length * (100 - slo.availability)) / 100);
  const measured = up + down === 0 ? undefined : (100 * up) / (up + down);
  return {
    verdict: verdictOf({ up, down, whole, length }),
    objective: slo.availability,
    measured,
    atLeast: (100 * up) / length,
    coverage: (up + down) / length,
    up: milliseconds(up),
    down: milliseconds(down),
    unmeasured: milliseconds(unmeasured),
    budget: {
      whole: milliseconds(whole),
      spent: milliseconds(down),
      left: milliseconds(whole - down),
      leftShare: (whole - down) / whole,
    },
    burns: burnsOf(timeline, milliseconds(length), whole / length),
    now: all.at(-1)?.state ?? 'unmeasured',
    incidents: incidentsOf(timeline),
    blindSpots: blindSpotsOf(timeline),
    probeInterval: milliseconds(Math.max(0, ...probes.map(intervalOf))),
    timeline,
  };
}

interface Figures {
  readonly up: number;
  readonly down: number;
  /** The budget of the whole window. */
  readonly whole: number;
  readonly length: number;
}

/** More downtime than the budget of the whole window is a miss, however little was measured. */
function verdictOf({ up, down, whole, length }: Figures): Verdict {
  if (down > whole) return 'missed';
  if (up + down < LEAST_COVERAGE * length) return 'unknown';
  return down * length > whole * (up + down) ? 'missed' : 'met';
}
