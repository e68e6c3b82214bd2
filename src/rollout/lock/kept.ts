import type { Host } from '../../cluster';
import { BukaError } from '../../errors';
import { RENEW_EVERY } from '../../load-balancer';
import { type Duration, formatDuration, seconds } from '../../units';
import type { Clock, Context } from '../context';
import { releaseLock, renewLock, TIME_TO_LIVE } from './scripts';
import { lockLost, unanswered } from './words';

/** A worker is changed only when its lock was renewed within this time; see `LEASE`. */
const FRESH = seconds(10);
/** What giving back may take. Nobody waits for a dead host: its lock expires. */
const SOON = seconds(3);

/** The workers' locks while this run holds them. They are renewed until `release`. */
export interface Lock {
  /** The owner's line, as the workers have it; scripts that change a worker compare it. */
  readonly owner: string;
  /**
   * Makes sure that the run holds the lock of the worker that is named, else of every worker, renewed within the last
   * 10 s; asks only those whose last renewal is older. A lock that another run took, of whatever worker, ends the run.
   * @throws BukaError `lock-lost`, `lock-unconfirmed`, or what keeps a worker from being reached
   */
  confirm(worker?: string): Promise<void>;
  /** Leaves a worker out from here on: it counts as missed, and its lock expires by itself. */
  forget(worker: string): void;
  /** Gives up what is still ours, in a few seconds; a worker that can't be told is named, its lock expires by itself. */
  release(): Promise<void>;
}

interface Held {
  readonly host: Host;
  /** When the last renewal that succeeded was asked for. */
  renewedAt: number;
  renewing?: Promise<void> | undefined;
  /** Why the last renewal failed. */
  failure?: unknown;
}

/** The locks of a run, each renewed by itself: a worker that hangs holds up no other. */
export class KeptLock implements Lock {
  readonly owner: string;
  readonly #held: Map<string, Held>;
  readonly #timer: NodeJS.Timeout;
  #lost: BukaError | undefined;
  #released = false;

  /** @param askedAt when the locks were asked for, in milliseconds */
  constructor(
    private readonly context: Context,
    private readonly clock: Clock,
    hosts: readonly Host[],
    owner: string,
    askedAt: number,
  ) {
    this.owner = owner;
    this.#held = new Map(hosts.map((host) => [host.name, { host, renewedAt: askedAt }]));
    this.#timer = setInterval(() => {
      for (const held of this.#held.values()) void this.#renew(held);
    }, RENEW_EVERY);
    this.#timer.unref();
  }

  async confirm(worker?: string): Promise<void> {
    const wanted = worker === undefined ? [...this.#held.values()] : [this.#holdOf(worker)];
    await Promise.all(wanted.map((held) => this.#refresh(held)));
    if (this.#lost !== undefined) throw this.#lost;
    const stale = wanted.find((held) => !this.#isFresh(held));
    if (stale !== undefined) throw stale.failure ?? unanswered(stale.host.name, FRESH);
  }

  forget(worker: string): void {
    this.#held.delete(worker);
  }

  async release(): Promise<void> {
    this.#released = true;
    clearInterval(this.#timer);
    const held = [...this.#held.values()];
    await giveBack(this.context, held, this.owner);
  }

  #holdOf(worker: string): Held {
    const held = this.#held.get(worker);
    if (held === undefined) throw new Error(`this run has no lock on ${worker}`);
    return held;
  }

  #isFresh({ renewedAt }: Held): boolean {
    // A clock that was set back makes no old renewal fresh.
    const age = this.clock.now().getTime() - renewedAt;
    return age >= 0 && age <= FRESH;
  }

  /** The renewal that runs may have been asked for too long ago; then another follows it. */
  async #refresh(held: Held): Promise<void> {
    for (let tries = 0; tries < 2 && this.#lost === undefined && !this.#isFresh(held); tries += 1)
      await within(FRESH, this.#renew(held));
  }

  /** Never two at once, and never throws: `confirm` insists. */
  #renew(held: Held): Promise<void> {
    held.renewing ??= this.#ask(held).finally(() => {
      held.renewing = undefined;
    });
    return held.renewing;
  }

  async #ask(held: Held): Promise<void> {
    const { name } = held.host;
    const { reporter, cluster } = this.context;
    const askedAt = this.clock.now().getTime();
    try {
      const remote = await this.context.remote(held.host);
      const answer = await remote.run(renewLock(cluster.workers.root, this.owner));
      if (!this.#isKept(name)) return;
      if (answer === 'renewed') {
        held.renewedAt = askedAt;
        if (held.failure !== undefined) reporter.info(`${name}: the lock is renewed again.`);
        held.failure = undefined;
      } else this.#lost ??= lockLost(name, answer.lost);
    } catch (error) {
      // It may be reached at the next time.
      if (held.failure === undefined && this.#isKept(name)) reporter.warning(notRenewed(name, error), 'nothing');
      held.failure = error;
    }
  }

  #isKept(worker: string): boolean {
    return !this.#released && this.#held.has(worker);
  }
}

function notRenewed(worker: string, error: unknown): string {
  const why = error instanceof BukaError ? error.failure.message : String(error);
  return `${worker}: the lock can't be renewed just now, and expires in ${formatDuration(TIME_TO_LIVE)} unless it can be. ${why}`;
}

interface Given {
  readonly host: Host;
  readonly renewing?: Promise<void> | undefined;
}

/** Removes what is ours on each of the hosts; one that doesn't answer soon is named. */
export async function giveBack(context: Context, given: readonly Given[], owner: string): Promise<void> {
  const { root } = context.cluster.workers;
  await Promise.all(
    given.map(async ({ host, renewing }) => {
      const told = async () => (await context.remote(host)).run(releaseLock(root, owner));
      const failure = await within(
        SOON,
        Promise.all([told(), renewing]).then(
          () => 'none',
          (error) => error,
        ),
      );
      if (failure === 'none') return;
      if (failure !== undefined && !(failure instanceof BukaError)) throw failure;
      const why = failure?.failure.message ?? `It did not answer within ${formatDuration(SOON)}.`;
      context.reporter.warning(
        `${host.name}: the lock could not be given back; it expires by itself within ${formatDuration(TIME_TO_LIVE)}. ${why}`,
        'nothing',
      );
    }),
  );
}

/** What the work comes to, or undefined when that takes longer; it goes on unattended then. */
async function within<T>(time: Duration, work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), time);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
