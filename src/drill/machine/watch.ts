import type { Host } from '../../cluster';
import { loadBalancer, lookAtAddress } from '../../load-balancer';
import { askEach, type Clock, type ClusterStatus, type Context, sorted, status } from '../../rollout';
import { type Duration, milliseconds, minutes } from '../../units';
import { isOfLoadBalancer, type MachineDrill } from './incident';

const EVERY = milliseconds(300);
/** A machine boots, its app starts, and each load balancer checks it twice. */
const PATIENCE = minutes(5);

/** What the cluster itself makes of an incident, asked of those that are not hit. */
export class Watch {
  constructor(
    private readonly context: Context,
    private readonly clock: Clock,
    private readonly drill: MachineDrill,
    private readonly host: Host,
  ) {}

  /**
   * When the cluster had noticed: no load balancer sends requests to the worker, or another one has the address.
   * @returns undefined where that was not seen before `stopped`
   */
  async detected(stopped: AbortSignal): Promise<Date | undefined> {
    while (!stopped.aborted) {
      if (await this.#isDetected()) return this.clock.now();
      await this.clock.sleep(EVERY);
    }
    return undefined;
  }

  async #isDetected(): Promise<boolean> {
    const { cluster, remote } = this.context;
    const { hosts, address = '' } = cluster.loadBalancers;
    const others = hosts.filter(({ name }) => name !== this.host.name);
    if (isOfLoadBalancer(this.drill)) {
      const seen = await askEach(others, async (one) => (await remote(one)).run(lookAtAddress(address)));
      return sorted(seen).answers.some(([, { here }]) => here);
    }
    const seen = await askEach(others, async (one) => loadBalancer(cluster, one, await remote(one)).observe());
    const { answers } = sorted(seen);
    return answers.length > 0 && answers.every(([, { workers }]) => workers.get(this.host.name)?.inRotation === false);
  }

  recovered(): Promise<Date | undefined> {
    return recovered(this.context, this.clock);
  }
}

/**
 * Waits until every worker and load balancer is as it should be again, and customers find one load balancer only;
 * undefined where that was not within 5 min.
 */
export async function recovered(context: Context, clock: Clock): Promise<Date | undefined> {
  const until = clock.now().getTime() + PATIENCE;
  for (;;) {
    if (isWell(await status(context))) return clock.now();
    if (clock.now().getTime() >= until) return undefined;
    await clock.sleep(EVERY);
  }
}

/** One that was cut off still has the address when it is back, until it hears of another that has it. */
const isWell = ({ ok, loadBalancers }: ClusterStatus): boolean =>
  ok && loadBalancers.filter(({ hasAddress }) => hasAddress).length <= 1;

/** Waits, but no longer than until the run is cancelled. */
export async function waitFor(
  duration: Duration,
  { clock, signal }: { clock: Clock; signal: AbortSignal | undefined },
) {
  if (signal?.aborted) return;
  const cancelled = new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
  await Promise.race([clock.sleep(duration), cancelled]);
}
