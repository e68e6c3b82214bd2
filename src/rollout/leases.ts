import { BukaError } from '../errors';
import { RENEW_EVERY } from '../load-balancer';
import { type Duration, seconds } from '../units';
import type { Clock, Context } from './context';
import { openLoadBalancerNamed } from './hosts';

/** A worker is only touched while every lease was renewed within this time; see `LEASE`. */
const FRESH: Duration = seconds(10);

/** Keeps the leases of the drained workers alive while the run lives. */
export class Leases {
  /** When each was renewed last, by load balancer and worker. */
  readonly #held = new Map<string, Map<string, number>>();
  readonly #timer: NodeJS.Timeout;
  readonly #renewing = new Map<string, Promise<unknown>>();

  constructor(
    private readonly context: Context,
    private readonly clock: Clock,
  ) {
    this.#timer = setInterval(() => this.#beat(), RENEW_EVERY);
    this.#timer.unref();
  }

  /** Call it with the drain: the load balancer starts the lease by itself. */
  hold(worker: string, loadBalancers: readonly string[]): void {
    for (const host of loadBalancers) {
      const workers = this.#held.get(host) ?? new Map<string, number>();
      this.#held.set(host, workers.set(worker, this.clock.now().getTime()));
    }
  }

  /** The worker is in rotation again, or is left to its lease, which fires when the worker is fit. */
  letGo(worker: string): void {
    for (const workers of this.#held.values()) workers.delete(worker);
  }

  /**
   * Call it before the worker's process is touched.
   * @throws BukaError `lease-lost` when a load balancer may give the worker traffic, or what keeps it from being asked
   */
  async confirm(worker: string): Promise<void> {
    await Promise.all(
      [...this.#held].map(async ([host, workers]) => {
        const renewedAt = workers.get(worker);
        if (renewedAt === undefined || this.#isFresh(renewedAt)) return;
        await this.#renew(host, [worker]);
        if (!this.#isFresh(workers.get(worker) ?? 0)) throw leaseLost(worker, host);
      }),
    );
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#held.clear();
  }

  #isFresh(renewedAt: number): boolean {
    return this.clock.now().getTime() - renewedAt <= FRESH;
  }

  /** A load balancer that can't be asked now may be at the next time, and holds no other one up; `confirm` insists. */
  #beat(): void {
    for (const [host, workers] of this.#held) {
      if (workers.size === 0 || this.#renewing.has(host)) continue;
      const renewing = this.#renew(host, [...workers.keys()])
        .catch(ignoreHost)
        .finally(() => this.#renewing.delete(host));
      this.#renewing.set(host, renewing);
    }
  }

  async #renew(host: string, workers: readonly string[]): Promise<void> {
    const asked = this.clock.now().getTime();
    const balancer = await openLoadBalancerNamed(this.context, host);
    const lost = await balancer.renew(workers);
    const held = this.#held.get(host);
    // One that was let go meanwhile stays so.
    for (const worker of workers) if (!lost.includes(worker) && held?.has(worker)) held.set(worker, asked);
  }
}

function ignoreHost(error: unknown): void {
  if (!(error instanceof BukaError)) throw error;
}

const leaseLost = (worker: string, host: string) =>
  new BukaError({
    code: 'lease-lost',
    host,
    message: `${worker} may have traffic again there: its lease fired, since this run could not renew it in time.`,
    hint: '`buka status` shows every worker; run the same again: it goes on from here.',
  });
