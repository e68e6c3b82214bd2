import { bracketed } from '../../cluster';
import { ConfigurationError } from '../../errors';
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
 * @param rate requests a second; 15 minutes at most, and no more than 2,000 that wait for an answer
 */
export function customersOf(target: string, path: string, rate: number): Customers {
  const samples: Sample[] = [];
  const stopped = new AbortController();
  const settings = {
    ...{ targets: [target], rate, maxSeconds: MOST_SECONDS, shares: { page: 1 } },
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

/** Where customers come to. @throws ConfigurationError `address-missing` */
export function targetOf(address: string | undefined): string {
  if (address === undefined)
    throw new ConfigurationError({
      code: 'address-missing',
      message: 'buka.yml names no address that the load balancers share, so nobody knows how customers come.',
      left: 'Nothing was changed.',
      hint: '`load-balancers: { address: … }` in buka.yml.',
    });
  return urlOf(address);
}

/** @param port the one of HTTP when absent */
export const urlOf = (address: string, port?: number): string =>
  `http://${bracketed(address)}${port === undefined ? '' : `:${port}`}`;
