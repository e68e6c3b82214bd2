import type { Host } from '../cluster';
import type { Duration } from '../units';

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
}

export interface WorkerView {
  /** By its name in `buka.yml`. */
  readonly worker: string;
  readonly servers: readonly ServerView[];
  /** In every backend: ready, and checked as up where it is checked. */
  readonly inRotation: boolean;
  /** This toolkit drained it here, in this run or in one that died; somebody else's drain is left as it was found. */
  readonly drainedByBuka: boolean;
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
 * One load balancer. Every change is made in every process and every backend of the worker, and read back before it
 * counts. A server that somebody else drained is never changed. While a worker is out of rotation the load balancer's
 * host keeps it so by itself, also over a reload.
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
}
