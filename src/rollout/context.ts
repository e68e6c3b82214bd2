import type { Cluster, Host } from '../cluster';
import type { Remote } from '../remote';
import type { Reporter } from '../reporter';
import type { Duration } from '../units';

/** Who is at work: named in the lock, in the history of every worker, and to whoever has to wait for it. */
export interface Run {
  /** Unique to this run, `github-<run id>-<attempt>-<job>` or a random UUID; the lock is held under it. */
  readonly id: string;
  /** For people: the actor of a workflow, or `user@machine`. */
  readonly by: string;
  /** The page of the run, where there is one. */
  readonly url?: string | undefined;
}

/** Who did something, for the history: a person, and the page of the run where there is one. */
export const signature = ({ by, url }: Run): string => (url === undefined ? by : `${by}, ${url}`);

/** Time, so that a test can own it. */
export interface Clock {
  now(): Date;
  sleep(duration: Duration): Promise<void>;
}

/** What every use case of the rollout works with. */
export interface Context {
  readonly cluster: Cluster;
  /**
   * The connection to a host, opened at the first call and kept for the run.
   * @throws BukaError `unreachable`, `host-key-mismatch` and the other reasons why a connection can't be made
   */
  remote(host: Host): Promise<Remote>;
  readonly reporter: Reporter;
  readonly run: Run;
  /** Aborted when the run is cancelled: it starts nothing new, makes safe what is under way, and ends. */
  readonly signal?: AbortSignal | undefined;
  /** The machine's own when absent. */
  readonly clock?: Clock | undefined;
}

export const systemClock: Clock = {
  now: () => new Date(),
  sleep: (duration) => new Promise((resolve) => setTimeout(resolve, duration)),
};
