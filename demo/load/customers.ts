import * as load from '../../src/load';
import type { LoadSettings } from './settings';
import { ask, type Kind, kinds } from './shop';

/** One request to the shop as its customer saw it. */
export type Sample = load.Sample<Kind>;

/** Customers of the shop, until the load was stopped or its time has passed. */
export const generate = (
  settings: LoadSettings,
  { onSample, stopped }: { onSample: (sample: Sample) => void; stopped: AbortSignal },
): Promise<void> =>
  load.generate(settings, { ask: (kind, random) => ask(kind, random, settings.products), onSample, stopped });

export const count = (samples: readonly Sample[]) => load.count(samples, kinds);
