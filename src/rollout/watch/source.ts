import { BukaError } from '../../errors';
import type { LoadBalancer, LoadBalancerView, Traffic } from '../../load-balancer';
import { askEach } from '../hosts';
import { rotationOf } from '../worker-state';

/** What a worker answered, as one counter tells it since it began to count. */
export interface Counter {
  readonly worker: string;
  readonly traffic: Traffic;
}

/** What was told at one moment. */
export interface Reading {
  /** By a name that is the same in every reading. */
  readonly counters: ReadonlyMap<string, Counter>;
  /** Workers that should take requests but fail a load balancer's check, with the load balancers that say so. */
  readonly down: ReadonlyMap<string, readonly string[]>;
  /** Who did not answer. */
  readonly silent: readonly BukaError[];
}

/** Where the figures come from. */
export interface WatchSource {
  /** Never throws for a host that doesn't answer: that is in the reading. */
  read(): Promise<Reading>;
}

/** The load balancers' own counters: there wherever Buka is, of real requests, and of all of them. */
export class LoadBalancerSource implements WatchSource {
  constructor(
    private readonly hosts: readonly string[],
    /** The driver, over a new connection when the last was lost. */
    private readonly open: (host: string) => Promise<LoadBalancer>,
  ) {}

  async read(): Promise<Reading> {
    const hosts = this.hosts.map((name) => ({ name }));
    return readingOf(await askEach(hosts, async ({ name }) => (await this.open(name)).observe()));
  }
}

/** The reading that views which the caller has already amount to. */
export function readingOf(views: ReadonlyMap<string, LoadBalancerView | BukaError>): Reading {
  const counters = new Map<string, Counter>();
  const down = new Map<string, string[]>();
  const silent: BukaError[] = [];
  for (const [host, view] of views) {
    if (view instanceof BukaError) {
      silent.push(view);
      continue;
    }
    for (const { worker, servers } of view.workers.values()) {
      for (const { backend, server, traffic } of servers)
        counters.set(`${host} ${backend}/${server}`, { worker, traffic });
      if (rotationOf(view, worker) === 'down') down.set(worker, [...(down.get(worker) ?? []), host]);
    }
  }
  return { counters, down, silent };
}
