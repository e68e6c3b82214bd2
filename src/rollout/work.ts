import type { RolloutSettings } from '../cluster';
import type { BukaError } from '../errors';
import type { LoadBalancerView } from '../load-balancer';
import type { Cancellation } from './cancellation';
import type { Clock, Context } from './context';
import type { Leases } from './leases';
import type { Lock } from './lock';
import type { Target, Task } from './plan';
import type { WatchVerdict, WorkerTimeline } from './report';
import type { Watch } from './watch';

/** A run that has its locks: what the steps share. The cluster of its context is of the hosts that take part. */
export interface Work {
  readonly context: Context;
  readonly clock: Clock;
  readonly cancellation: Cancellation;
  readonly lock: Lock;
  readonly leases: Leases;
  readonly watch: Watch;
  readonly target: Target;
  /** What happens to the workers when one fails. */
  readonly onFailure: RolloutSettings['onFailure'];
  /** For the history: why, where a person gave a reason. */
  readonly reason?: string | undefined;
  /** For the history: the id of the backup that was made before. */
  readonly backup?: string | undefined;
  readonly journal: Journal;
}

type Moment = Exclude<keyof WorkerTimeline, 'worker' | 'batch'>;

/** What the run has seen so far, for its report. */
export class Journal {
  readonly #timelines = new Map<string, WorkerTimeline>();
  /** Requests that were still in flight when a worker was restarted. */
  cut = 0;
  /** Tasks that came to their good end, in order. */
  readonly done: Task[] = [];
  /** The process that the last switch of each worker started. */
  readonly processes = new Map<string, string>();
  /** Workers that were left out because they can't be reached. */
  readonly missed: string[] = [];
  /** Load balancers that went away since the run began, with what was seen. */
  readonly lost = new Map<string, BukaError>();
  readonly watched: WatchVerdict[] = [];
  /** What each load balancer said last about all workers. */
  views: ReadonlyMap<string, LoadBalancerView> = new Map();

  begin(worker: string, batch: number): void {
    this.#timelines.set(worker, { worker, batch });
  }

  at(worker: string, moment: Moment, date: Date): void {
    const timeline = this.#timelines.get(worker);
    if (timeline) this.#timelines.set(worker, { ...timeline, [moment]: date });
  }

  get timeline(): WorkerTimeline[] {
    return [...this.#timelines.values()];
  }
}
