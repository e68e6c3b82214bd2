import type { Kind } from './sample';

/** A load: plain data, since it crosses into a process of its own. */
export interface LoadSettings {
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
  /** The same seed gives the same arrivals, kinds, targets and products. */
  readonly seed: number;
  /** Ids of the products that are sold. */
  readonly products: readonly number[];
}

export const defaults = {
  rate: 200,
  maxSeconds: 600,
  shares: { page: 0.2, products: 0.5, sale: 0.2, slow: 0.1 },
  fresh: 0.2,
  browsers: 32,
  timeout: 15_000,
  maxInFlight: 2_000,
  seed: 1,
  products: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
} as const satisfies Omit<LoadSettings, 'targets'>;
