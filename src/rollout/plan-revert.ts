import type { Cluster } from '../cluster';
import type { CompleteObservation } from './observe';
import { batchesOf, has, type Plan, places, runs, seenWorkers, type Task } from './plan';

/** What a revert is made from. */
export interface Moved {
  /** The plan that failed. */
  readonly plan: Plan;
  /** Workers that go back, in the order in which they do. */
  readonly workers: readonly string[];
  /** What the run did to them, for what they ran before. */
  readonly done: readonly Task[];
}

export interface Revert extends Pick<Plan, 'batches' | 'problem'> {
  /** Workers that stay on the release, for want of one to go back to. */
  readonly stuck: readonly string[];
}

/** The workers that run the release that failed go back, in batches by the same rules. Pure. */
export function planRevert(cluster: Cluster, observation: CompleteObservation, { plan, workers, done }: Moved): Revert {
  const all = seenWorkers(cluster, observation);
  const stuck: string[] = [];
  const tasks = workers.flatMap((name): Task[] => {
    const worker = all.find((one) => one.name === name);
    // An app that dies again and again has no process at times; what would be started then is what counts.
    if (worker === undefined || !runs(worker.seen).includes(plan.target.id)) return [];
    const to = done.find((task) => task.worker === name)?.previous ?? plan.from;
    if (to === undefined || !has(worker.seen, to)) {
      stuck.push(name);
      return [];
    }
    return [
      { worker: name, does: 'switch', to, why: `goes back to ${to}`, previous: plan.target.id, ...places(worker) },
    ];
  });
  // What they go back to needs no canary.
  const rules = { ...cluster, rollout: { ...cluster.rollout, canary: undefined } };
  const { batches, problem } = batchesOf(rules, tasks, all);
  return { batches, problem, stuck };
}
