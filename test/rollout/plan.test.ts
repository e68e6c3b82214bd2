import fc from 'fast-check';
import { isNothingToDo, plan, type Target } from '../../src/rollout/plan';
import { clusterOf, observationOf, r1, r2, r3, type WorkerShape } from './ground';

const deploy = (migrations: readonly string[] = []): Target => ({ kind: 'deploy', id: r2, migrations });
const batches = (made: ReturnType<typeof plan>) => made.batches.map(({ tasks }) => tasks.map(({ worker }) => worker));
const finished: WorkerShape = { active: r2, running: r2, staged: [r1, r2] };

describe('which worker moves when', () => {
  it('moves one worker after the other, in the order of buka.yml', () => {
    const cluster = clusterOf();
    const made = plan(cluster, deploy(), observationOf(cluster));
    expect(batches(made)).toEqual([['worker1'], ['worker2'], ['worker3']]);
    expect(made.from).toBe(r1);
    expect(made.stage).toEqual(['worker1', 'worker2', 'worker3']);
    expect(made.batches.every(({ available }) => available === 2)).toBe(true);
    expect(made.batches[0]?.tasks[0]).toMatchObject({
      does: 'switch',
      previous: r1,
      drainOn: ['lb1', 'lb2'],
      leaveOn: [],
    });
  });

  it('moves a share of the workers at once, rounded down and at least one', () => {
    const five = clusterOf({ workers: 5, rollout: { batch: { percent: 50 }, minAvailable: 1 } });
    expect(batches(plan(five, deploy(), observationOf(five))).map(({ length }) => length)).toEqual([2, 2, 1]);
    const three = clusterOf({ rollout: { batch: { percent: 10 } } });
    expect(batches(plan(three, deploy(), observationOf(three)))).toHaveLength(3);
  });

  it('begins with the workers that do not serve, then the canary', () => {
    const cluster = clusterOf({
      workers: 6,
      rollout: {
        batch: { hosts: 2 },
        minAvailable: 2,
        canary: { hosts: 1, watch: 1000 as never, responseTime: 'load-balancers' },
      },
    });
    const made = plan(
      cluster,
      deploy(),
      observationOf(cluster, { worker5: { active: r1, running: r1, healthy: false } }),
    );
    expect(batches(made)).toEqual([['worker5'], ['worker1'], ['worker2', 'worker3'], ['worker4', 'worker6']]);
    expect(made.batches.map(({ title }) => title)).toEqual(['not serving', 'canary', 'serving', 'serving']);
  });

  it('takes smaller batches where min-available asks for it', () => {
    const cluster = clusterOf({ rollout: { batch: { hosts: 3 }, minAvailable: 2 } });
    expect(batches(plan(cluster, deploy(), observationOf(cluster)))).toEqual([['worker1'], ['worker2'], ['worker3']]);
  });

  it('refuses when draining even one would leave too few', () => {
    const cluster = clusterOf();
    const made = plan(
      cluster,
      deploy(),
      observationOf(cluster, { worker3: { active: r1, running: r1, rotation: 'others' } }),
    );
    expect(made.problem?.code).toBe('too-few-available');
    expect(made.problem?.message).toContain('min-available is 2');
  });

  it('counts on an unhealthy worker once the release has mended it', () => {
    const cluster = clusterOf();
    const made = plan(
      cluster,
      deploy(),
      observationOf(cluster, { worker3: { active: r1, running: undefined, healthy: false, rotation: 'down' } }),
    );
    expect(made.problem).toBeUndefined();
    expect(batches(made)).toEqual([['worker3'], ['worker1'], ['worker2']]);
  });

  it('deploys to workers that never had a release', () => {
    const cluster = clusterOf();
    const bare: WorkerShape = { healthy: false, rotation: 'down' };
    const made = plan(cluster, deploy(), observationOf(cluster, { worker1: bare, worker2: bare, worker3: bare }));
    expect(made.problem).toBeUndefined();
    expect(made.from).toBeUndefined();
    expect(made.batches[0]?.tasks[0]).toMatchObject({ previous: undefined, why: 'has no release yet' });
  });

  it('leaves a load balancer alone where somebody else drained the worker', () => {
    const cluster = clusterOf({ rollout: { minAvailable: 1 } });
    const made = plan(
      cluster,
      deploy(),
      observationOf(cluster, { worker2: { active: r1, running: r1, rotation: 'others' } }),
    );
    expect(made.batches[0]?.tasks[0]).toMatchObject({ worker: 'worker2', drainOn: [], leaveOn: ['lb1', 'lb2'] });
  });
});

describe('running it again', () => {
  it('has nothing to do where every worker runs the release, healthy and in rotation', () => {
    const cluster = clusterOf();
    const made = plan(
      cluster,
      deploy(),
      observationOf(cluster, { worker1: finished, worker2: finished, worker3: finished }),
    );
    expect(isNothingToDo(made)).toBe(true);
  });

  it('goes on with the workers that are not finished', () => {
    const cluster = clusterOf();
    const made = plan(cluster, deploy(), observationOf(cluster, { worker1: finished }));
    expect(batches(made)).toEqual([['worker2'], ['worker3']]);
    expect(made.finished).toEqual(['worker1']);
  });

  it('restarts a worker whose symlink leads to the release while the old process still runs', () => {
    const cluster = clusterOf();
    const half: WorkerShape = { active: r2, running: r1, staged: [r1, r2] };
    const [first] = plan(cluster, deploy(), observationOf(cluster, { worker1: half })).batches.flatMap(
      ({ tasks }) => tasks,
    );
    expect(first).toMatchObject({
      worker: 'worker1',
      does: 'switch',
      previous: r1,
      why: `still runs ${r1}, to be restarted`,
    });
  });

  it('only readmits a worker that a dead run left drained on the release', () => {
    const cluster = clusterOf();
    const made = plan(cluster, deploy(), observationOf(cluster, { worker1: { ...finished, rotation: 'drained' } }));
    expect(made.batches[0]?.tasks).toMatchObject([{ worker: 'worker1', does: 'readmit', drainOn: ['lb1', 'lb2'] }]);
  });

  it('still settles a release that a dead run left unsettled', () => {
    const cluster = clusterOf();
    const unsettled: WorkerShape = { ...finished, good: [r1] };
    const made = plan(
      cluster,
      deploy(),
      observationOf(cluster, { worker1: unsettled, worker2: finished, worker3: finished }),
    );
    expect(made.batches).toEqual([]);
    expect(made.settle).toBe(true);
    expect(isNothingToDo(made)).toBe(false);
  });
});

describe('the migration', () => {
  const settings = { migrate: ['node', 'migrate.js'], migrations: 'migrations' };
  const carrying = (list: readonly string[]): WorkerShape => ({ active: r1, running: r1, migrations: { [r1]: list } });
  const migrateOf = (target: Target, list: readonly string[], release: object = settings) => {
    const cluster = clusterOf({ release });
    const shape = carrying(list);
    return plan(cluster, target, observationOf(cluster, { worker1: shape, worker2: shape, worker3: shape })).migrate;
  };

  it('runs once, on the first worker, for what no active release carries', () => {
    expect(migrateOf(deploy(['1.sql', '2.sql']), ['1.sql'])).toEqual({ worker: 'worker1', migrations: ['2.sql'] });
  });

  it('does not run when the release brings none that is new', () => {
    expect(migrateOf(deploy(['1.sql']), ['1.sql', '2.sql'])).toBeUndefined();
  });

  it('runs for every release of an app that does not list its migrations', () => {
    expect(migrateOf(deploy(), [], { migrate: ['migrate'] })).toEqual({ worker: 'worker1', migrations: [] });
  });

  it('runs again for the release on the workers when a restore of the database took it away, and for no rollback', () => {
    const cluster = clusterOf({ release: settings });
    const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 12, minute));
    const entry = { by: 'test', release: r2 };
    const migrated = { ...entry, at: at(10), event: 'migrated' as const };
    const restored = { ...entry, at: at(20), event: 'restored' as const, backup: 'b', recoveryPoint: at(5) };
    const seen = (history: WorkerShape['history'] = []) => {
      const shape = { ...finished, migrations: { [r1]: ['1.sql'], [r2]: ['1.sql', '2.sql'] }, history };
      return observationOf(cluster, { worker1: shape, worker2: shape, worker3: shape });
    };
    const again = plan(cluster, deploy(['1.sql', '2.sql']), seen([migrated, restored]));
    expect(again.migrate).toEqual({ worker: 'worker1', migrations: ['1.sql', '2.sql'] });
    expect(isNothingToDo(again)).toBe(false);
    // A newer release brings what is missing, too, and what is noted of it says so.
    const newer: Target = { kind: 'deploy', id: r3, migrations: ['1.sql', '2.sql', '3.sql'] };
    expect(plan(cluster, newer, seen([migrated, restored])).migrate?.migrations).toEqual(['1.sql', '2.sql', '3.sql']);
    const done = plan(cluster, deploy(['1.sql', '2.sql']), seen([migrated, restored, { ...migrated, at: at(30) }]));
    expect(isNothingToDo(done)).toBe(true);
    expect(plan(cluster, { ...newer, kind: 'rollback' }, seen([migrated, restored])).migrate).toBeUndefined();
  });

  it('never runs for a rollback, nor for a release that is active somewhere: it was migrated before that', () => {
    expect(migrateOf({ kind: 'rollback', id: r2, migrations: ['1.sql'] }, [])).toBeUndefined();
    const cluster = clusterOf({ release: settings });
    const seen = observationOf(cluster, { worker1: { ...finished, migrations: { [r2]: ['1.sql'] } } });
    expect(plan(cluster, deploy(['1.sql']), seen).migrate).toBeUndefined();
  });
});

describe('for any cluster in any state', () => {
  const release = fc.constantFrom(undefined, r1, r2, r3);
  const shape: fc.Arbitrary<WorkerShape> = fc.record({
    active: release,
    running: release,
    healthy: fc.boolean(),
    staged: fc.subarray([r1, r2, r3]),
    good: fc.subarray([r1, r2, r3]),
    rotation: fc.constantFrom('in', 'in', 'in', 'drained', 'others', 'down'),
  });
  const scene = fc
    .record({
      shapes: fc.array(shape, { minLength: 1, maxLength: 12 }),
      batch: fc.oneof(
        fc.integer({ min: 1, max: 5 }).map((hosts) => ({ hosts })),
        fc.integer({ min: 1, max: 100 }).map((percent) => ({ percent })),
      ),
      minAvailable: fc.integer({ min: 0, max: 12 }),
      canary: fc.option(
        fc
          .integer({ min: 1, max: 3 })
          .map((hosts) => ({ hosts, watch: 1000 as never, responseTime: 'load-balancers' as const })),
        { nil: undefined },
      ),
    })
    .map(({ shapes, batch, minAvailable, canary }) => {
      const cluster = clusterOf({
        workers: shapes.length,
        rollout: { batch, minAvailable, ...(canary && { canary }) },
      });
      const named = Object.fromEntries(shapes.map((one, index) => [`worker${index + 1}`, one]));
      const serving = new Set(
        Object.keys(named).filter((name) => named[name]?.healthy && named[name]?.rotation === 'in'),
      );
      return { cluster, named, serving, made: plan(cluster, deploy(), observationOf(cluster, named)) };
    });

  it('never leaves fewer than min-available in rotation by draining one that serves', () => {
    fc.assert(
      fc.property(scene, ({ cluster, serving, made }) => {
        const inRotation = new Set(serving);
        for (const { tasks, available } of made.batches) {
          const drained = tasks.filter(({ worker }) => inRotation.has(worker));
          for (const { worker } of tasks) inRotation.delete(worker);
          expect(available).toBe(inRotation.size);
          if (drained.length > 0) expect(inRotation.size).toBeGreaterThanOrEqual(cluster.rollout.minAvailable);
          for (const { worker, leaveOn } of tasks) if (leaveOn.length === 0) inRotation.add(worker);
        }
      }),
    );
  });

  it('moves every worker at most once, and all of them unless it says why not', () => {
    fc.assert(
      fc.property(scene, ({ cluster, made }) => {
        const moved = batches(made).flat();
        expect(new Set(moved).size).toBe(moved.length);
        if (made.problem === undefined)
          expect([...moved, ...made.finished].sort()).toEqual(cluster.workers.hosts.map(({ name }) => name).sort());
      }),
    );
  });

  it('moves no worker that serves before one that does not', () => {
    fc.assert(
      fc.property(scene, ({ serving, made }) => {
        const order = batches(made)
          .flat()
          .map((name) => serving.has(name));
        expect(order).toEqual([...order].sort());
        for (const names of batches(made)) expect(new Set(names.map((name) => serving.has(name))).size).toBe(1);
      }),
    );
  });

  it('does nothing twice: what is finished half way is not moved again', () => {
    fc.assert(
      fc.property(scene, fc.nat(), ({ cluster, named, made }, stop) => {
        fc.pre(made.problem === undefined);
        const done = batches(made)
          .slice(0, stop % (made.batches.length + 1))
          .flat();
        const after = Object.fromEntries(
          Object.entries(named).map(([name, one]) => [
            name,
            done.includes(name)
              ? {
                  ...one,
                  ...finished,
                  healthy: true,
                  rotation: one.rotation === 'others' ? ('others' as const) : ('in' as const),
                }
              : one,
          ]),
        );
        const again = batches(plan(cluster, deploy(), observationOf(cluster, after))).flat();
        expect(again.filter((name) => done.includes(name))).toEqual([]);
      }),
    );
  });

  it('never goes back to the target itself, nor to what is not staged', () => {
    fc.assert(
      fc.property(scene, ({ named, made }) => {
        for (const { worker, previous } of made.batches.flatMap(({ tasks }) => tasks)) {
          expect(previous).not.toBe(r2);
          if (previous) expect(named[worker]?.staged).toContain(previous);
        }
      }),
    );
  });
});
