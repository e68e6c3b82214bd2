import { isNothingToDo, plan, type Task } from '../../src/rollout/plan';
import { planRepair } from '../../src/rollout/plan-repair';
import { planRevert } from '../../src/rollout/plan-revert';
import { clusterOf, observationOf, r1, r2, r3, type WorkerShape } from './ground';

const onTwo: WorkerShape = { active: r2, running: r2, staged: [r1, r2] };
const target = { kind: 'deploy' as const, id: r2, migrations: [] };

describe('a revert', () => {
  const made = (workers: readonly string[], shapes: Record<string, WorkerShape>, rollout = {}) => {
    const cluster = clusterOf({ workers: 4, rollout: { minAvailable: 2, ...rollout } });
    const forward = plan(cluster, target, observationOf(cluster));
    const done = forward.batches.flatMap(({ tasks }) => tasks);
    return planRevert(cluster, observationOf(cluster, shapes), { plan: forward, workers, done });
  };
  const names = ({ batches }: { batches: readonly { tasks: readonly Task[] }[] }) =>
    batches.map(({ tasks }) => tasks.map(({ worker }) => worker));

  it('goes in the order that it is given, to what each worker ran before', () => {
    const back = made(['worker2', 'worker1'], { worker1: onTwo, worker2: onTwo });
    expect(names(back)).toEqual([['worker2'], ['worker1']]);
    expect(back.batches.flatMap(({ tasks }) => tasks.map(({ to }) => to))).toEqual([r1, r1]);
  });

  it('keeps to the batches and to min-available', () => {
    const all = { worker1: onTwo, worker2: onTwo, worker3: onTwo };
    const order = ['worker3', 'worker2', 'worker1'];
    expect(names(made(order, all, { batch: { hosts: 2 } }))).toEqual([['worker3', 'worker2'], ['worker1']]);
    expect(names(made(order, all, { batch: { hosts: 2 }, minAvailable: 3 }))).toHaveLength(3);
    const dead = { ...all, worker4: { active: r1, running: r1, rotation: 'down' } satisfies WorkerShape };
    expect(made(order, dead, { minAvailable: 3 }).problem?.code).toBe('too-few-available');
  });

  it('has no canary, and begins with workers that do not serve', () => {
    const sick: WorkerShape = { ...onTwo, healthy: false };
    const back = made(['worker2', 'worker1'], { worker1: sick, worker2: onTwo }, { canary: { hosts: 1, watch: 1 } });
    expect(back.batches.map(({ title }) => title)).toEqual(['not serving', 'serving']);
  });

  it('takes back an app that dies again and again too, which has no process just then', () => {
    const between: WorkerShape = { active: r2, running: undefined, staged: [r1, r2], healthy: false, rotation: 'down' };
    const back = made(
      ['worker3', 'worker2', 'worker1'],
      { worker1: onTwo, worker2: between, worker3: onTwo },
      { minAvailable: 3 },
    );
    expect(back.problem).toBeUndefined();
    expect(names(back)).toEqual([['worker2'], ['worker3'], ['worker1']]);
  });

  it('leaves a worker where it is that runs another release, or has nothing to go back to', () => {
    const back = made(['worker2', 'worker1'], { worker1: { ...onTwo, staged: [r2] } });
    expect(names(back)).toEqual([]);
    expect(back.stuck).toEqual(['worker1']);
  });
});

describe('a repair', () => {
  const cluster = clusterOf();
  const made = (shapes: Record<string, WorkerShape>) => planRepair(cluster, observationOf(cluster, shapes));
  const tasks = (shapes: Record<string, WorkerShape>) => made(shapes)?.batches.flatMap((batch) => batch.tasks) ?? [];

  it('has nothing to do where every worker is well, were they on two releases', () => {
    const plan = made({ worker1: onTwo });
    expect(plan && isNothingToDo(plan)).toBe(true);
  });

  it('readmits what was left drained, and touches nothing else of it', () => {
    const found = tasks({ worker2: { active: r1, running: r1, rotation: 'drained' } });
    expect(found).toMatchObject([{ worker: 'worker2', does: 'readmit', to: r1, drainOn: ['lb1', 'lb2'] }]);
  });

  it('leaves alone what somebody else drained', () => {
    expect(tasks({ worker2: { active: r1, running: r1, rotation: 'others' } })).toEqual([]);
  });

  it('gives a worker that is not well what most of the others run', () => {
    const half: WorkerShape = { active: r2, running: r1, staged: [r1, r2] };
    expect(tasks({ worker1: half })).toMatchObject([{ worker: 'worker1', does: 'switch', to: r1 }]);
    const sick: WorkerShape = { ...onTwo, healthy: false };
    expect(tasks({ worker1: sick })).toMatchObject([{ worker: 'worker1', does: 'switch', to: r1 }]);
  });

  it('restarts one that lacks that release on its own', () => {
    const stopped: WorkerShape = { active: r3, healthy: false, staged: [r3] };
    expect(tasks({ worker1: stopped })).toMatchObject([{ worker: 'worker1', does: 'switch', to: r3 }]);
  });

  it('is nothing where no worker has a release', () => {
    expect(made({ worker1: {}, worker2: {}, worker3: {} })).toBeUndefined();
  });
});
