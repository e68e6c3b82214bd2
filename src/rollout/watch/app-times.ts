import { BukaError } from '../../errors';
import { type Duration, milliseconds } from '../../units';
import type { Clock } from '../context';
import { type Figures, LEAST_REQUESTS } from './judge';

/** Customers' requests that a worker answered in a span, as the app itself tells. */
export interface Answered {
  readonly requests: number;
  /** All of them together. */
  readonly took: Duration;
}

/**
 * Asks what each worker answered in the last `span`; a worker of which nothing is known is left out.
 * @throws BukaError where nobody answers
 */
export type AskTimes = (span: Duration) => Promise<ReadonlyMap<string, Answered>>;

type MeanTime = Pick<Figures, 'meanTime' | 'untimed'>;

/**
 * Response times by the app's own figures: of the very requests since the switch, however few. A worker's process is
 * restarted before its switch is done, so what it counts since then is of the new release.
 */
export class AppTimes {
  readonly #switched = new Map<string, Date>();
  #fresh: Answered[] = [];
  #rest: Answered[] = [];

  constructor(
    private readonly ask: AskTimes,
    private readonly clock: Clock,
  ) {}

  switched(workers: readonly string[]): void {
    for (const worker of workers) this.#switched.set(worker, this.clock.now());
  }

  /** @returns who did not answer; the figures are those of before then */
  async read(): Promise<readonly BukaError[]> {
    const now = this.clock.now().getTime();
    const spans = [...this.#switched].map(([worker, at]) => [worker, now - at.getTime()] as const);
    const longest = Math.max(0, ...spans.map(([, span]) => span));
    try {
      const asked = [...new Set([longest, ...spans.map(([, span]) => span)])];
      const told = new Map(
        await Promise.all(asked.map(async (span) => [span, await this.ask(milliseconds(span))] as const)),
      );
      this.#fresh = spans.flatMap(([worker, span]) => told.get(span)?.get(worker) ?? []);
      // The others since the first switch: a slow database hurts both sides at the same time.
      this.#rest = [...(told.get(longest) ?? [])]
        .filter(([worker]) => !this.#switched.has(worker))
        .map(([, answered]) => answered);
      return [];
    } catch (error) {
      if (error instanceof BukaError) return [error];
      throw error;
    }
  }

  fresh = (): MeanTime => meanOf(this.#fresh);
  rest = (): MeanTime => meanOf(this.#rest);
}

function meanOf(all: readonly Answered[]): MeanTime {
  const requests = all.reduce((sum, one) => sum + one.requests, 0);
  if (requests < LEAST_REQUESTS)
    return {
      meanTime: undefined,
      untimed: `the app's own figures have fewer than ${LEAST_REQUESTS} requests since then`,
    };
  return { meanTime: milliseconds(all.reduce((sum, one) => sum + one.took, 0) / requests) };
}
