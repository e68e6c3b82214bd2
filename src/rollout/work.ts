import type { LoadBalancer, LoadBalancerView } from '../load-balancer';
import type { Remote } from '../remote';
import type { Clock, Context } from './context';
import type { Lock } from './lock';
import type { Target } from './plan';
import type { WatchVerdict, WorkerTimeline } from './report';

/** A run that has its locks: what the steps share. */
export interface Work {
  readonly context: Context;
  readonly clock: Clock;
  readonly lock: Lock;
  readonly target: Target;
  /** For the history: why, where a person gave a reason. */
  readonly reason?: string | undefined;
  readonly workers: ReadonlyMap<string, Remote>;
  readonly loadBalancers: ReadonlyMap<string, LoadBalancer>;
  readonly journal: Journal;
}

type Moment = Exclude<keyof WorkerTimeline, 'worker' | 'batch'>;

/** What the run has seen so far, for its report. */
export class Journal {
  readonly #timelines = new Map<string, WorkerTimeline>();
  /** Requests that were still in flight when a worker was restarted. */
  cut = 0;
  /** Workers that were left out because they can't be reached. */
  readonly missed: string[] = [];
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
