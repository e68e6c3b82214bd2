import type { Host } from '../cluster';
import { type Duration, seconds } from '../units';

/** How one load balancer sees one worker in one backend. */
export interface ServerView {
  readonly backend: string;
  readonly server: string;
  /** What an operator has asked of it: takes traffic, finishes what it has, or takes nothing. */
  readonly admin: 'ready' | 'drain' | 'maintenance';
  /** What the health check last said. `unchecked`: no check is configured, or none has finished. */
  readonly check: 'passed' | 'failed' | 'unchecked';
  /** The load balancer's own word, `UP 1/2`, `DRAIN`, `no check`. */
  readonly status: string;
  /** Requests in flight and queued, over every process. */
  readonly inFlight: number;
  readonly traffic: Traffic;
}

/** What a server has answered since its process began, over every process of the load balancer that tells. */
export interface Traffic {
  /** Answers to customers; health checks are not among them. */
  readonly responses: number;
  /** Of those, the ones with a 5xx status. */
  readonly serverErrors: number;
  /** Requests that got no answer: the connection failed, or broke before or in the answer. */
  readonly failed: number;
  /** Mean total time of the last 1,024 requests at most; undefined where there was none. */
  readonly meanTime?: Duration | undefined;
}

export interface WorkerView {
  /** By its name in `buka.yml`. */
  readonly worker: string;
  readonly servers: readonly ServerView[];
  /** In every backend: ready, and checked as up where it is checked. */
  readonly inRotation: boolean;
  /** This toolkit drained it here, in this run or in one that died; somebody else's drain is left as it was found. */
  readonly drainedByBuka: boolean;
  /** The timer that readmits it when no run renews it; undefined when Buka did not drain it here. */
  readonly lease?: Lease | undefined;
}

export interface Lease {
  /** Until it fires; zero when it is due. */
  readonly left: Duration;
  /** Its process lives. When it was killed, nothing readmits the worker but the next run or `buka repair`. */
  readonly alive: boolean;
}

export interface LoadBalancerView {
  readonly host: Host;
  readonly workers: ReadonlyMap<string, WorkerView>;
  /** Operating-system processes that can hold requests: more than one while an old one finishes after a reload. */
  readonly processes: number;
}

export type DrainOutcome =
  /** No request in flight twice in a row, in every process. */
  | { readonly kind: 'drained'; readonly waited: Duration }
  /** The deadline passed with requests still in flight; the worker is still drained. */
  | {
      readonly kind: 'still-in-flight';
      readonly inFlight: number;
      /** Processes that don't tell what they hold, and may hold more. */
      readonly unreadable: number;
      readonly waited: Duration;
    };

/**
 * How long a drained worker stays out of rotation without a sign of life from the run that drained it. Longer than the
 * lock of a worker lives plus `RENEW_EVERY` twice over: what a run may still do to a worker reaches it before then.
 */
export const LEASE = seconds(45);

/** Between two signs of life. */
export const RENEW_EVERY = seconds(5);

/**
 * One load balancer. Every change is made in every process and every backend of the worker, and read back before it
 * counts. A server that somebody else drained is never changed. While a worker is out of rotation the load balancer's
 * host keeps it so by itself, also over a reload, until its lease fires: then that host readmits it, as carefully.
 */
export interface LoadBalancer {
  readonly host: Host;

  /**
   * Every method refuses before anything changes.
   * @throws BukaError `unknown-backend`, `unknown-server`, `socket-denied`, `master-socket-missing`,
   *   `load-balancer-down`, `tool-missing`, `too-old`
   */
  observe(): Promise<LoadBalancerView>;

  /**
   * Stops new requests to the worker and waits on the load balancer's host until none is in flight. Drained already, by
   * this run or one that died, it stays as it is and is waited for again.
   * @throws BukaError `drained-by-others`, `last-server`, `tracked-elsewhere`, `state-folder`, `not-applied`,
   *   `superseded`
   */
  drain(
    worker: string,
    options: { deadline: Duration; onProgress?: (inFlight: number) => void },
  ): Promise<DrainOutcome>;

  /**
   * Takes a drained worker out wholly: sticky clients too, idle connections closed. Requests that came since the drain
   * are waited for again, 10 s unless told; `cut` are those still in flight, which a stop of the worker would cut.
   */
  maintain(worker: string, options?: { deadline?: Duration }): Promise<{ cut: number }>;

  /**
   * Lets the load balancer check the worker afresh, still without traffic. `passed` false: the deadline went by. Where
   * no check is configured it passes, and `seen` says so: the word of the rollout's own health check is all there is.
   */
  check(worker: string, options: { deadline: Duration }): Promise<{ passed: boolean; seen: string }>;

  /**
   * Gives the worker traffic again. One that is in rotation stays as it is.
   * @throws BukaError `not-checked` after maintenance or a check that has not passed, `drained-by-others`,
   *   `not-applied`, `still-down`
   */
  readmit(worker: string): Promise<void>;

  /**
   * Pushes the leases of drained workers forward, to `LEASE` from now. A lease that has fired, or whose worker is in
   * rotation again, is not brought back to life: the worker is in the answer.
   * @returns the workers of those named that Buka no longer holds out of rotation here
   */
  renew(workers: readonly string[]): Promise<readonly string[]>;
}
