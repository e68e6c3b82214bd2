/** A load: plain data, so that it can cross into a process of its own. */
export interface LoadSettings<Kind extends string = string> {
  /** Base URLs; each request goes to one of them at random. */
  readonly targets: readonly string[];
  /** Requests a second; they arrive at random (a Poisson process), whether or not earlier ones were answered. */
  readonly rate: number;
  /** The load stops by itself after this time, in seconds. */
  readonly maxSeconds: number;
  /** The share of each kind; they add up to 1. */
  readonly shares: Readonly<Record<Kind, number>>;
  /** The share of requests on a connection of their own; the others are from browsers that keep theirs open. */
  readonly fresh: number;
  readonly browsers: number;
  /** A customer gives up after this time without an answer, in milliseconds. */
  readonly timeout: number;
  /** A request that is due while so many are in flight fails as `too many in flight`. */
  readonly maxInFlight: number;
  /** The same seed gives the same arrivals, kinds, targets and what is asked. */
  readonly seed: number;
}

/** What a customer asks of the service. */
export interface Ask {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  /** The status that counts as served; `success` is any 2xx. */
  readonly expected: number | 'success';
  /** Of a sale: its idempotency key, and how the answer tells its id. */
  readonly sale?: { readonly key: string; idOf(answer: string): string | undefined };
}
