import { generate, type Sample } from '../../load';

/** A service under a drill gets no more than this. */
export const MOST_RATE = 200;
/** The load ends by itself after this time, in seconds. */
const MOST_SECONDS = 900;

export interface Customers {
  /** Those whose answer, or failure, is there. */
  readonly samples: readonly Sample[];
  /** No new ones; waits for the answers of those who are there. */
  stop(): Promise<void>;
}

/**
 * Customers who only look: GET of one path through the shared address, at their own rate whether or not they are served.
 * @param rate requests a second, at most `MOST_RATE`
 */
export function customersOf(target: string, path: string, rate: number): Customers {
  const samples: Sample[] = [];
  const stopped = new AbortController();
  const settings = {
    ...{ targets: [target], rate: Math.min(rate, MOST_RATE), maxSeconds: MOST_SECONDS, shares: { page: 1 } },
    ...{ fresh: 0.2, browsers: 16, timeout: 15_000, maxInFlight: 2_000, seed: 1 },
  };
  const ended = generate(settings, {
    ask: () => ({ method: 'GET', path, expected: 'success' }),
    onSample: (sample) => samples.push(sample),
    stopped: stopped.signal,
  });
  return {
    samples,
    stop: () => {
      stopped.abort();
      return ended;
    },
  };
}
