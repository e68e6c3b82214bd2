import { type Duration, formatDuration, milliseconds, seconds } from '../../units';
import { binomialTail } from './statistics';

/** What the workers on one release answered. */
export interface Figures {
  readonly workers: readonly string[];
  /** Requests that they were given: answered, or failed without an answer. */
  readonly requests: number;
  /** Of those, the ones that failed or were answered with a 5xx. */
  readonly errors: number;
  /** Undefined until it is wholly of this span. */
  readonly meanTime?: Duration | undefined;
  /** Why there is no mean time, for people. */
  readonly untimed?: string | undefined;
}

/** The phases of a measurement, in Argo Rollouts' words. */
export interface Measurement {
  readonly phase: 'successful' | 'failed' | 'inconclusive';
  /** Why, where it is not successful. */
  readonly why?: string | undefined;
  /** The figures, for people. */
  readonly seen: string;
}

/** With fewer requests than this, a release says nothing. */
export const LEAST_REQUESTS = 20;
/** With fewer errors than this, no release fails. */
export const LEAST_ERRORS = 3;
/** Errors that the objective of 99.9 % allows are no reason to go back. */
export const TOLERATED_SHARE = 0.001;
/** What is clearly worse, of errors and of time: this many times what the old release has. */
export const CLEARLY = 2;
/** The share of errors that no release may exceed when there is nobody to compare it with. */
export const ABSOLUTE_SHARE = 0.01;
/** And the mean response time: the default objective. */
export const ABSOLUTE_TIME = seconds(3);
/** A difference in time that customers notice. */
export const LEAST_TIME_DIFFERENCE = milliseconds(200);
/**
 * HAProxy's mean is accurate to 95 % for the last 1,024 answers (`TIME_STATS_SAMPLES`), so only after as many is it of
 * the new release.
 */
export const ANSWERS_FOR_TIME = 1024;

/**
 * Judges the new release by what its workers answered since they were switched, against what the old one answered since
 * the first of them was.
 * @param chance how probable it may be at most that mere chance makes a good release fail this measurement
 * @param known errors of the new release that a measurement failed for already: these alone don't fail another one
 */
export function judge(fresh: Figures, rest: Figures, chance: number, known = 0): Measurement {
  const seen = [describe('new release', fresh), describe('old release', rest), describeTime(fresh, rest)].join('; ');
  if (fresh.requests < LEAST_REQUESTS)
    return { phase: 'inconclusive', why: `too little traffic: fewer than ${LEAST_REQUESTS} requests`, seen };
  const comparable = rest.requests >= LEAST_REQUESTS;
  const above = isAboveLimit(fresh, chance);
  if (comparable ? isClearlyWorse(fresh, rest, chance) : above) {
    const why = comparable ? 'clearly more errors than the old release' : `more than ${percent(ABSOLUTE_SHARE)} errors`;
    if (fresh.errors > known) return { phase: 'failed', why, seen };
    return { phase: 'inconclusive', why: `${why}, but none of late`, seen };
  }
  if (isSlow(fresh, rest))
    return {
      phase: 'failed',
      why: comparable ? 'clearly slower than the old release' : 'slower than the objective',
      seen,
    };
  if (above) return { phase: 'inconclusive', why: 'many errors, but the old release has them as well', seen };
  return { phase: 'successful', seen };
}

/**
 * The exact test of two rates: were both the same, the errors would fall on the two releases as the requests do.
 */
function isClearlyWorse(fresh: Figures, rest: Figures, chance: number): boolean {
  const share = shareOf(fresh);
  if (fresh.errors < LEAST_ERRORS || share < TOLERATED_SHARE || share < CLEARLY * shareOf(rest)) return false;
  const expected = fresh.requests / (fresh.requests + rest.requests);
  return binomialTail(fresh.errors, fresh.errors + rest.errors, expected) < chance;
}

const isAboveLimit = ({ errors, requests }: Figures, chance: number) =>
  errors >= LEAST_ERRORS && binomialTail(errors, requests, ABSOLUTE_SHARE) < chance;

function isSlow(fresh: Figures, rest: Figures): boolean {
  if (fresh.meanTime === undefined) return false;
  if (rest.meanTime === undefined) return rest.requests < LEAST_REQUESTS && fresh.meanTime > ABSOLUTE_TIME;
  return fresh.meanTime >= Math.max(CLEARLY * rest.meanTime, rest.meanTime + LEAST_TIME_DIFFERENCE);
}

const shareOf = ({ errors, requests }: Figures) => (requests === 0 ? 0 : errors / requests);

function describe(what: string, figures: Figures): string {
  const { workers, requests, errors } = figures;
  if (workers.length === 0) return `${what}: none`;
  const share = requests === 0 ? '' : ` (${percent(shareOf(figures))})`;
  return `${what} on ${workers.join(', ')}: ${errors} of ${requests} requests failed${share}`;
}

function describeTime(fresh: Figures, rest: Figures): string {
  if (fresh.meanTime === undefined) return `response time not judged: ${fresh.untimed}`;
  const against = rest.meanTime === undefined ? '' : ` against ${formatDuration(rest.meanTime)}`;
  return `mean response time ${formatDuration(fresh.meanTime)}${against}`;
}

const percent = (share: number) => `${Number((share * 100).toPrecision(3))} %`;
