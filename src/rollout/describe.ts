import type { Cluster } from '../cluster';
import { formatDuration } from '../units';
import { type Batch, countOf, isNothingToDo, type Plan, type Task } from './plan';
import type { WorkerState } from './report';

/**
 * The plan for people: what a dry run prints, and a real run before it starts.
 * @param backup what is said of the backup, where one is due
 */
export function describePlan(cluster: Cluster, plan: Plan, backup?: string): string[] {
  const { target, stage, migrate, batches, finished } = plan;
  if (isNothingToDo(plan)) return [nothingToDo(target)];
  return [
    headline(plan),
    ...(stage.length > 0 ? [`stage on ${stage.join(', ')}: only what each lacks is sent`] : []),
    ...(backup === undefined ? [] : [backup]),
    ...(migrate
      ? [`migrate once, on ${migrate.worker}, by ${cluster.release.migrate?.join(' ')}: ${newOnes(migrate.migrations)}`]
      : []),
    ...(finished.length > 0 ? [`leave ${finished.join(', ')}: ${whyLeft(target)}`] : []),
    ...smallerBatches(cluster, batches),
    ...batches.flatMap((batch, index) => describeBatch(cluster, batch, index, batches.length)),
    ...(target.kind === 'repair'
      ? []
      : [`settle: mark ${target.id} good, keep ${cluster.release.keep} good releases besides those in use`]),
  ];
}

const whyLeft = ({ kind }: Plan['target']) =>
  kind === 'repair' ? 'nothing is wrong there' : 'runs it already, healthy and in rotation';

const nothingToDo = ({ kind, id }: Plan['target']) =>
  kind === 'repair'
    ? 'Every worker that can be reached is healthy, runs one release, and is not left drained: nothing to repair.'
    : `Every worker runs ${id}, healthy and in rotation: nothing to do.`;

function headline({ target, from }: Plan): string {
  if (target.kind === 'repair') return `Repair; most workers run ${target.id}`;
  const verb = target.kind === 'deploy' ? 'Deploy' : 'Roll back to';
  return `${verb} ${target.id}${from === undefined ? '' : `; most others run ${from}`}`;
}

const newOnes = (migrations: readonly string[]) =>
  migrations.length > 0 ? migrations.join(', ') : 'the program knows which are new';

function smallerBatches({ rollout, workers }: Cluster, batches: readonly Batch[]): string[] {
  const size = countOf(rollout.batch, workers.hosts.length);
  const largest = Math.max(0, ...batches.filter(({ title }) => title === 'serving').map(({ tasks }) => tasks.length));
  const left = batches.filter(({ title }) => title === 'serving').reduce((sum, { tasks }) => sum + tasks.length, 0);
  if (largest === 0 || largest >= Math.min(size, left)) return [];
  return [`batches of ${largest} instead of ${size}: min-available is ${rollout.minAvailable}`];
}

function describeBatch(cluster: Cluster, { title, tasks, available }: Batch, index: number, of: number): string[] {
  const { drainTimeout, healthyAfter } = cluster.rollout;
  const kind = { 'not serving': ', not serving now', canary: ', the canary', serving: '' }[title];
  return [
    `batch ${index + 1} of ${of}${kind}: ${available} of ${cluster.workers.hosts.length} workers stay in rotation`,
    ...tasks.flatMap((task) => [
      `  ${task.worker}: ${task.why}`,
      ...describeTask(task, `wait up to ${formatDuration(drainTimeout)} for requests in flight`, healthyAfter),
    ]),
  ];
}

function describeTask({ does, to, drainOn, leaveOn, previous }: Task, wait: string, healthyAfter: number): string[] {
  const on = drainOn.join(', ');
  const back = previous === undefined ? 'there is no release to go back to' : `if it fails, back to ${previous}`;
  return [
    ...(drainOn.length > 0 ? [`    drain on ${on}; ${wait}; maintenance`] : []),
    ...(does === 'switch' ? [`    switch to ${to} and restart; healthy ${healthyAfter} times in a row; ${back}`] : []),
    ...(drainOn.length > 0 ? [`    fresh check on ${on}; readmit`] : []),
    ...(leaveOn.length > 0 ? [`    stays as it is on ${leaveOn.join(', ')}: somebody else drained it there`] : []),
  ];
}

/** `worker1 runs 3f2a…, healthy, in rotation`: a line for each worker. */
export function describeState({ worker, active, running, healthy, rotation }: WorkerState): string {
  const runs = running === undefined ? 'runs no known release' : `runs ${running}`;
  const other = active === undefined || active === running ? '' : ` while current is ${active}`;
  const places = [...rotation];
  const word = {
    in: 'in rotation',
    drained: 'drained',
    'drained-by-others': 'drained by others',
    down: 'down',
    unknown: 'unknown',
  };
  const [first] = places;
  const same = first !== undefined && places.every(([, state]) => state === first[1]);
  const where = same ? word[first[1]] : places.map(([host, state]) => `${word[state]} on ${host}`).join(', ');
  const health = healthy === undefined ? 'health unknown' : healthy ? 'healthy' : 'unhealthy';
  return `${worker} ${runs}${other}, ${health}, ${where}`;
}
