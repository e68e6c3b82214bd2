import type { Cluster } from '../cluster';
import type { ReleaseId } from '../release';
import type { CompleteObservation } from './observe';
import { batchesOf, has, mostCommon, type Plan, places, placesWhere, type Seen, seenWorkers, type Task } from './plan';

/**
 * What puts right what a run that died, or a fault, left behind: each worker runs one release, is healthy, and is in
 * rotation wherever Buka had drained it. A worker that is well keeps its release; one that isn't gets what most of the
 * healthy workers run, where it has that. Pure.
 * @returns undefined where no worker has a release yet
 */
export function planRepair(cluster: Cluster, observation: CompleteObservation): Plan | undefined {
  const workers = seenWorkers(cluster, observation);
  const well = workers.filter((worker) => whatIsWrong(worker) === undefined);
  const common =
    mostCommon(well.flatMap(({ seen }) => seen.probe.running ?? [])) ??
    mostCommon(workers.flatMap(({ seen }) => seen.releases.active ?? []));
  if (common === undefined) return undefined;
  const tasks = workers.flatMap((worker) => taskFor(worker, common));
  const busy = new Set(tasks.map(({ worker }) => worker));
  return {
    target: { kind: 'repair', id: common, migrations: [] },
    from: undefined,
    stage: [],
    ...batchesOf(cluster, tasks, workers),
    finished: workers.map(({ name }) => name).filter((name) => !busy.has(name)),
    proven: true,
    settle: false,
  };
}

function taskFor(worker: Seen, common: ReleaseId): Task[] {
  const { name, seen } = worker;
  const wrong = whatIsWrong(worker);
  if (wrong !== undefined) {
    const to = has(seen, common) ? common : seen.releases.active;
    if (to === undefined) return [];
    return [{ worker: name, does: 'switch', to, why: wrong, ...places(worker) }];
  }
  const drainOn = placesWhere(worker, (state) => state === 'drained');
  const to = seen.probe.running;
  if (drainOn.length === 0 || to === undefined) return [];
  const why = `was left drained on ${drainOn.join(', ')}`;
  return [{ worker: name, does: 'readmit', to, why, drainOn, leaveOn: places(worker).leaveOn }];
}

/** Undefined for a healthy worker whose process is of the release that its symlink leads to. */
function whatIsWrong({ seen: { releases, probe } }: Seen): string | undefined {
  if (releases.active === undefined) return 'has no release';
  if (probe.running === undefined) return `has ${releases.active}, which isn't running`;
  if (probe.running !== releases.active) return `runs ${probe.running} while current is ${releases.active}`;
  return probe.healthy ? undefined : `runs ${probe.running}, unhealthy`;
}
