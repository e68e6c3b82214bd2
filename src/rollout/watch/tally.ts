import type { Traffic } from '../../load-balancer';
import { type Duration, milliseconds } from '../../units';
import { ANSWERS_FOR_TIME, type Figures } from './judge';
import type { Counter, Reading } from './source';

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
 * What each side answered since the first switch: workers on the new release since their own, and workers on the old one
 * until theirs. What a worker does between the two readings around its switch belongs to neither.
 */
export class Tally {
  readonly #switched = new Set<string>();
  readonly #growth = new Map<string, Growth>();
  readonly #last = new Map<string, Counter>();
  /** Of workers that were switched meanwhile, while they were on the old release. */
  readonly #former: Growth[] = [];

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
    for (const [name, growth] of this.#growth) {
      if (!moved.has(growth.worker)) continue;
      if (!this.#switched.has(growth.worker)) this.#former.push({ ...growth, meanTime: undefined });
      this.#growth.delete(name);
    }
    for (const [name, { worker }] of this.#last) if (moved.has(worker)) this.#last.delete(name);
    this.add(reading);
    for (const worker of workers) this.#switched.add(worker);
  }

  fresh(): Figures {
    return this.#sum(({ worker }) => this.#switched.has(worker));
  }

  rest(): Figures {
    return this.#sum(({ worker }) => !this.#switched.has(worker), this.#former);
  }

  #sum(belongs: (counter: { readonly worker: string }) => boolean, former: readonly Growth[] = []): Figures {
    const growths = [...former, ...[...this.#growth.values()].filter(belongs)];
    const present = [...this.#last.values()].filter(belongs);
    const workers = new Set([...former.filter(({ requests }) => requests > 0), ...present].map(({ worker }) => worker));
    return {
      workers: [...workers].sort(),
      requests: total(growths, 'requests'),
      errors: total(growths, 'errors'),
      meanTime: meanOf(growths),
      untimed: `no server answered ${ANSWERS_FOR_TIME} times since its switch`,
    };
  }
}

const total = (growths: readonly Growth[], what: 'requests' | 'errors') =>
  Math.max(
    0,
    growths.reduce((sum, growth) => sum + growth[what], 0),
  );

const nothing = (worker: string): Growth => ({ worker, requests: 0, errors: 0, unbroken: 0, meanTime: undefined });

/** What failed is a difference of counters, which may fall a little while requests are in flight; answers never do. */
const fell = (before: Traffic, now: Traffic) =>
  now.responses < before.responses || now.serverErrors < before.serverErrors;

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
