import type { LoadSettings as Settings } from '../../src/load';
import type { Kind } from './shop';

/** A load on the shop. */
export interface LoadSettings extends Settings<Kind> {
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
