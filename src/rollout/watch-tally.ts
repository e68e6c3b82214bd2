import type { Traffic } from '../load-balancer';
import { type Duration, milliseconds } from '../units';
import { ANSWERS_FOR_TIME, type Figures } from './watch-judge';
import type { Counter, Reading } from './watch-source';

/** What one counter has grown by, and the mean that it told last. */
interface Growth {
  readonly worker: string;
  readonly requests: number;
  readonly errors: number;
  /** Requests since the load balancer began anew: its mean is of no others. */
  readonly unbroken: number;
  readonly meanTime: Duration | undefined;
}

/**
 * What each side answered: the workers on the new release since their switch, and the workers that were not switched
 * yet, since the first switch. What a worker does between two readings around its own switch belongs to neither.
 */
export class Tally {
  readonly #switched = new Set<string>();
  readonly #growth = new Map<string, Growth>();
  readonly #last = new Map<string, Counter>();

  get switched(): readonly string[] {
    return [...this.#switched];
  }

  /** Adds what came since the reading before. A counter that fell belongs to a load balancer that began anew. */
  add({ counters }: Reading): void {
    for (const [name, counter] of counters) {
      const last = this.#last.get(name);
      this.#last.set(name, counter);
      if (last === undefined || this.#switched.size === 0) continue;
      const growth = this.#growth.get(name) ?? nothing(counter.worker);
      if (fell(last.traffic, counter.traffic)) this.#growth.set(name, { ...growth, unbroken: 0, meanTime: undefined });
      else this.#growth.set(name, grown(growth, last.traffic, counter.traffic));
    }
  }

  /** From this reading on, what these workers answer is of the new release. */
  switch(workers: readonly string[], reading: Reading): void {
    const moved = new Set(workers);
    for (const names of [this.#growth, this.#last])
      for (const [name, { worker }] of names) if (moved.has(worker)) names.delete(name);
    this.add(reading);
    for (const worker of workers) this.#switched.add(worker);
  }

  fresh(): Figures {
    return this.#sum(({ worker }) => this.#switched.has(worker));
  }

  rest(): Figures {
    return this.#sum(({ worker }) => !this.#switched.has(worker));
  }

  #sum(belongs: (counter: { readonly worker: string }) => boolean): Figures {
    const growths = [...this.#growth.values()].filter(belongs);
    const workers = new Set([...this.#last.values()].filter(belongs).map(({ worker }) => worker));
    return {
      workers: [...workers].sort(),
      requests: growths.reduce((sum, { requests }) => sum + requests, 0),
      errors: growths.reduce((sum, { errors }) => sum + errors, 0),
      meanTime: meanOf(growths),
    };
  }
}

const nothing = (worker: string): Growth => ({ worker, requests: 0, errors: 0, unbroken: 0, meanTime: undefined });

const fell = (before: Traffic, now: Traffic) =>
  now.responses < before.responses || now.serverErrors < before.serverErrors || now.failed < before.failed;

function grown({ worker, requests, errors, unbroken }: Growth, before: Traffic, now: Traffic): Growth {
  const failed = now.failed - before.failed;
  const more = now.responses - before.responses + failed;
  return {
    worker,
    requests: requests + more,
    errors: errors + (now.serverErrors - before.serverErrors) + failed,
    unbroken: unbroken + more,
    meanTime: now.meanTime,
  };
}

/** Weighted by requests; only servers whose mean is of these requests alone. */
function meanOf(growths: readonly Growth[]): Duration | undefined {
  const told = growths.filter(({ unbroken, meanTime }) => meanTime !== undefined && unbroken >= ANSWERS_FOR_TIME);
  const requests = told.reduce((sum, one) => sum + one.requests, 0);
  if (requests === 0) return undefined;
  return milliseconds(told.reduce((sum, one) => sum + one.requests * (one.meanTime ?? 0), 0) / requests);
}
