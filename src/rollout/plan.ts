import type { Cluster, Count } from '../cluster';
import { BukaError } from '../errors';
import type { ReleaseId } from '../release';
import type { CompleteObservation, WorkerObservation } from './observe';
import type { Rotation } from './report';
import { takenAway } from './restored';
import { rotationOf } from './worker-state';

/** The release that the workers shall run. */
export interface Target {
  readonly kind: 'deploy' | 'rollback' | 'repair';
  readonly id: ReleaseId;
  readonly migrations: readonly string[];
}

/** What happens to one worker in its batch. */
export interface Task {
  readonly worker: string;
  /**
   * `switch`: drain, switch to the target, check, readmit. `readmit`: the target runs there already and is healthy; a
   * run that died left it out of rotation.
   */
  readonly does: 'switch' | 'readmit';
  /** The release that it runs in the end. */
  readonly to: ReleaseId;
  /** For people: why the worker needs it. */
  readonly why: string;
  /** What it ran before and can go back to; undefined when nothing else is staged there. */
  readonly previous?: ReleaseId | undefined;
  /** Load balancers that it is taken out of and put back into. */
  readonly drainOn: readonly string[];
  /** Load balancers where somebody else drained it: they stay as they were found. */
  readonly leaveOn: readonly string[];
}

export interface Batch {
  readonly title: 'not serving' | 'canary' | 'serving';
  readonly tasks: readonly Task[];
  /** Workers in rotation on every load balancer while the batch is out. */
  readonly available: number;
}

/** All that a run would do. Made from what was observed, by no other knowledge. */
export interface Plan {
  readonly target: Target;
  /** What most of the workers that don't run the target run. */
  readonly from?: ReleaseId | undefined;
  /** Workers that lack the release. */
  readonly stage: readonly string[];
  readonly migrate?: { readonly worker: string; readonly migrations: readonly string[] } | undefined;
  readonly batches: readonly Batch[];
  /** Workers that run the target, healthy and in rotation. */
  readonly finished: readonly string[];
  /** A rollout to it was settled before, on some worker: it is known to work. */
  readonly proven: boolean;
  /** Some worker doesn't have the release marked as good yet. */
  readonly settle: boolean;
  /** Why the batches can't be run as planned. */
  readonly problem?: BukaError | undefined;
}

export const isNothingToDo = ({ stage, migrate, batches, settle }: Plan): boolean =>
  stage.length === 0 && migrate === undefined && batches.length === 0 && !settle;

/** Pure: the same cluster, target and observation give the same plan. */
export function plan(cluster: Cluster, target: Target, observation: CompleteObservation): Plan {
  const workers = seenWorkers(cluster, observation);
  const tasks = workers.flatMap((worker) => taskFor(worker, target));
  const busy = new Set(tasks.map(({ worker }) => worker));
  return {
    target,
    from: mostCommon(workers.flatMap(({ seen }) => runs(seen)).filter((id) => id !== target.id)),
    stage: workers.filter(({ seen }) => !has(seen, target.id)).map(({ name }) => name),
    migrate: migration(cluster, target, workers, tasks),
    ...batchesOf(cluster, tasks, workers),
    finished: workers.filter(({ name }) => !busy.has(name)).map(({ name }) => name),
    proven: workers.some(({ seen }) => isGood(seen, target.id)),
    settle: workers.some(({ seen }) => !isGood(seen, target.id)),
  };
}

/** A worker with all that was observed of it. */
export interface Seen {
  readonly name: string;
  readonly seen: WorkerObservation;
  readonly rotation: ReadonlyMap<string, Rotation>;
}

export function seenWorkers(cluster: Cluster, observation: CompleteObservation): Seen[] {
  return cluster.workers.hosts.map(({ name }) => ({
    name,
    seen: observation.workers.get(name) as WorkerObservation,
    rotation: new Map([...observation.loadBalancers].map(([host, view]) => [host, rotationOf(view, name)])),
  }));
}

/** Customers reach it through every load balancer, and it can serve them. */
const isServing = ({ seen, rotation }: Seen) =>
  seen.probe.healthy && [...rotation.values()].every((state) => state === 'in');

export const has = ({ releases }: WorkerObservation, id: ReleaseId) =>
  releases.staged.some((release) => release.id === id);

/** What the worker runs; where it has no process just then, what it would start. */
export const runs = ({ releases, probe }: WorkerObservation): ReleaseId[] =>
  [probe.running ?? releases.active].filter((id) => id !== undefined);

const isGood = ({ releases }: WorkerObservation, id: ReleaseId) =>
  releases.staged.some((release) => release.id === id && release.good);

/** Load balancers where the worker is in a state. */
export const placesWhere = ({ rotation }: Seen, wanted: (state: Rotation) => boolean): string[] =>
  [...rotation].filter(([, state]) => wanted(state)).map(([host]) => host);

/** Where a task takes the worker out of rotation, and where somebody else has. */
export const places = (worker: Seen): Pick<Task, 'drainOn' | 'leaveOn'> => ({
  drainOn: placesWhere(worker, (state) => state !== 'drained-by-others'),
  leaveOn: placesWhere(worker, (state) => state === 'drained-by-others'),
});

function taskFor(worker: Seen, target: Target): Task[] {
  const { name, seen } = worker;
  const { drainOn: everywhere, leaveOn } = places(worker);
  const reason = reasonToSwitch(seen, target.id);
  if (reason !== undefined) {
    const previous = previousOf(seen, target.id);
    return [{ worker: name, does: 'switch', to: target.id, why: reason, previous, drainOn: everywhere, leaveOn }];
  }
  const drainOn = placesWhere(worker, (state) => state === 'drained' || state === 'down');
  if (drainOn.length === 0) return [];
  const why = `runs it, but is out of rotation on ${drainOn.join(', ')}`;
  return [{ worker: name, does: 'readmit', to: target.id, why, previous: undefined, drainOn, leaveOn }];
}

function reasonToSwitch({ releases, probe }: WorkerObservation, target: ReleaseId): string | undefined {
  if (releases.active === undefined) return 'has no release yet';
  if (probe.running === undefined && probe.workingFolder !== undefined)
    return `its process runs in ${probe.workingFolder}`;
  if (probe.running === undefined) return `has ${releases.active}, which isn't running`;
  if (probe.running !== target && releases.active === target) return `still runs ${probe.running}, to be restarted`;
  if (!probe.healthy) return `runs ${probe.running}, unhealthy: ${describeAnswer(probe.answer)}`;
  if (probe.running !== target || releases.active !== target) return `runs ${probe.running}`;
  return undefined;
}

const describeAnswer = (answer: string) => (answer === '000' ? 'no answer' : `answers ${answer}`);

/** What the worker goes back to: what it has active, else what runs, else its newest good release. */
function previousOf({ releases, probe }: WorkerObservation, target: ReleaseId): ReleaseId | undefined {
  const staged = new Set(releases.staged.map(({ id }) => id));
  const newestGood = releases.staged.findLast(({ id, good }) => good && id !== target)?.id;
  // The active release of a worker whose run died half way may be the target already; the process tells then.
  return [releases.active, probe.running, newestGood].find((id) => id !== undefined && id !== target && staged.has(id));
}

/** Unhealthy workers first: they have nothing to lose. Then the canary, then the rest, each as large as allowed. */
export function batchesOf(
  cluster: Cluster,
  tasks: readonly Task[],
  workers: readonly Seen[],
): Pick<Plan, 'batches' | 'problem'> {
  const { batch, canary, minAvailable } = cluster.rollout;
  const size = countOf(batch, cluster.workers.hosts.length);
  const serving = new Set(workers.filter(isServing).map(({ name }) => name));
  const out = tasks.filter(({ worker }) => !serving.has(worker));
  const rest = tasks.filter(({ worker }) => serving.has(worker));
  const batches: Batch[] = [];
  let available = serving.size;
  while (out.length > 0) {
    const next = out.splice(0, size);
    batches.push({ title: 'not serving', tasks: next, available });
    available += next.filter(({ leaveOn }) => leaveOn.length === 0).length;
  }
  let canaries = canary?.hosts ?? 0;
  while (rest.length > 0) {
    const allowed = available - minAvailable;
    if (allowed < 1) return { batches, problem: tooFew(cluster, available, rest) };
    const next = rest.splice(0, Math.min(canaries || size, allowed));
    batches.push({ title: canaries > 0 ? 'canary' : 'serving', tasks: next, available: available - next.length });
    canaries = 0;
  }
  return { batches };
}

/** A share is rounded down, and is at least one. */
export const countOf = (count: Count, of: number): number =>
  'hosts' in count ? count.hosts : Math.max(1, Math.floor((of * count.percent) / 100));

function tooFew(cluster: Cluster, available: number, rest: readonly Task[]): BukaError {
  const { minAvailable } = cluster.rollout;
  const names = rest.map(({ worker }) => worker).join(', ');
  return new BukaError({
    code: 'too-few-available',
    step: 'preflight',
    message: `Draining one of ${names} would leave ${available - 1} in rotation; min-available is ${minAvailable}.`,
    seen: `${available} of ${cluster.workers.hosts.length} workers would be healthy and in rotation on every load balancer`,
    left: 'Nothing was changed.',
    hint: '`buka status` shows which worker is out and why: bring it back, or lower rollout.min-available in buka.yml.',
  });
}

/**
 * Once, before the first switch, where the target carries a migration that no active release carries, or that a restore
 * of the database took away, also where every worker runs the target. An app that doesn't list its migrations has its
 * program run for every release: the program knows what is applied.
 */
function migration(
  cluster: Cluster,
  target: Target,
  workers: readonly Seen[],
  tasks: readonly Task[],
): Plan['migrate'] {
  const { migrate, migrations: listed } = cluster.release;
  const worker = workers[0];
  if (migrate === undefined || worker === undefined || target.kind !== 'deploy') return undefined;
  const gone = takenAway(
    workers.map(({ seen }) => seen.releases),
    target,
  );
  if (gone.length === 0 && !tasks.some(({ does }) => does === 'switch')) return undefined;
  const active = workers.flatMap(({ seen }) => seen.releases.staged.filter(({ id }) => id === seen.releases.active));
  if (gone.length === 0 && active.some(({ id }) => id === target.id)) return undefined;
  if (listed === undefined) return { worker: worker.name, migrations: [] };
  const applied = new Set(active.flatMap(({ migrations }) => migrations));
  const migrations = target.migrations.filter((name) => !applied.has(name) || gone.includes(name));
  return migrations.length === 0 ? undefined : { worker: worker.name, migrations };
}

export function mostCommon<T>(values: readonly T[]): T | undefined {
  const count = (value: T) => values.filter((other) => other === value).length;
  return values.reduce<T | undefined>(
    (best, value) => (best === undefined || count(value) > count(best) ? value : best),
    undefined,
  );
}
