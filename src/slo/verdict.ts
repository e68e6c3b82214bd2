/** `unknown`: too little was measured to say either. It is no success. */
export type Verdict = 'met' | 'missed' | 'unknown';

/** The share of the window that has to be measured for a verdict: all but 8.4 h of a week. */
export const LEAST_COVERAGE = 0.95;

/** The worse of two, where a miss is worse than not knowing. */
export function worst(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('missed')) return 'missed';
  return verdicts.includes('unknown') ? 'unknown' : 'met';
}
