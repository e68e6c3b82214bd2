import { jest } from '@jest/globals';
import type { Archive } from '../../src/release';
import { deploy, type RolloutReport, releases, rollback, status } from '../../src/rollout';
import { Ground, workers } from './rollout-ground';

/** A rollout on real machines, under load that an app without grace would betray. */
jest.setTimeout(180_000);

let ground: Ground;
let one: Archive;
let two: Archive;

beforeAll(async () => {
  ground = await Ground.fresh();
  [one, two] = [await ground.release('one'), await ground.release('two')];
  await ground.runs(one);
});

afterAll(() => ground?.giveBack());

const inRotation = (report: Pick<RolloutReport, 'workers'>) =>
  report.workers
    .filter(({ rotation }) => [...rotation.values()].every((state) => state === 'in'))
    .map(({ worker }) => worker);
const running = (report: Pick<RolloutReport, 'workers'>) => report.workers.map((worker) => worker.running);

/** Customers buy while `work` runs. */
/** Puts the workers back on `one`, where a test left them elsewhere. */
const reset = async () => {
  const report = await deploy(ground.context(), one);
  expect(report.error).toBeUndefined();
  await ground.inRotation();
};

describe('a rollout', () => {
  test('goes forward and back without failing a request, and tells what it did', async () => {
    const forward = await ground.underLoad(() => deploy(ground.context(), two));
    expect(forward).toMatchObject({
      outcome: 'success',
      kind: 'deploy',
      from: one.id,
      to: two.id,
      cut: 0,
      error: undefined,
    });
    expect(await ground.served()).toEqual(['two', 'two', 'two']);
    expect(inRotation(forward)).toEqual(workers);
    for (const times of forward.timeline) {
      const order = [times.drainStarted, times.drained, times.switched, times.healthy, times.readmitted];
      expect(order.every((date) => date instanceof Date)).toBe(true);
      expect(order).toEqual([...order].sort((a, b) => Number(a) - Number(b)));
    }
    expect(forward.timeline.map(({ worker, batch }) => [worker, batch])).toEqual(
      workers.map((name, index) => [name, index + 1]),
    );

    const again = await deploy(ground.context(), two);
    expect(again).toMatchObject({ outcome: 'nothing-to-do', timeline: [] });

    const back = await ground.underLoad(() => rollback(ground.context(), { reason: 'the till beeps' }));
    expect(back).toMatchObject({ outcome: 'success', kind: 'rollback', from: two.id, to: one.id });
    expect(await ground.served()).toEqual(['one', 'one', 'one']);

    const list = await releases(ground.context());
    expect(list.releases).toMatchObject([
      { id: two.id, everywhere: true, activeOn: [], goodOn: workers },
      { id: one.id, everywhere: true, activeOn: workers, goodOn: workers },
    ]);
    expect(list.history[0]).toMatchObject({ event: 'good', release: one.id, reason: 'the till beeps', workers });
    expect(list.rollbackTo).toBeUndefined();
    expect(await status(ground.context())).toMatchObject({ ok: true, locks: [], failures: [] });
  });

  test('that finds nothing to go back to says so and changes nothing', async () => {
    const before = await ground.snapshot();
    const report = await rollback(ground.context());
    expect(report).toMatchObject({ outcome: 'failed', to: undefined });
    expect(report.error?.code).toBe('nothing-to-roll-back-to');
    expect(report.error?.message).toContain(`worker1: ${one.id} (good), ${two.id} (good)`);
    expect(await ground.snapshot()).toBe(before);
  });

  test('as a dry run prints the plan and changes nothing', async () => {
    const before = await ground.snapshot();
    const context = ground.context();
    const report = await deploy(context, two, { dryRun: true });
    expect(report).toMatchObject({ outcome: 'planned', timeline: [], from: one.id, to: two.id });
    expect(report.plan.join('\n')).toContain('batch 1 of 3: 2 of 3 workers stay in rotation\n  worker1: runs');
    expect(context.reporter.lines).toEqual(expect.arrayContaining([...report.plan]));
    expect(await ground.snapshot()).toBe(before);
  });

  test('migrates once before any worker switches, with the words as they are and the variables of the env file', async () => {
    const words = [
      'sh',
      '-c',
      'printf "%s\\n" "$1" "$NODE_ENV" "$PWD" >> /tmp/migrated',
      'migrate',
      '$(id) `id` "; rm -rf /',
    ];
    const cluster = ground.cluster({}, (cluster) => ({ ...cluster, release: { ...cluster.release, migrate: words } }));
    const migrated = await ground.release('migrated', '', { '1.sql': 'SELECT 1' });
    const context = ground.context(cluster);
    const report = await ground.underLoad(() => deploy(context, migrated));
    expect(report.error).toBeUndefined();
    const said = (await ground.root('worker1', 'cat /tmp/migrated')).trimEnd().split('\n');
    expect(said).toEqual([words[4], 'production', `/srv/pos/releases/${migrated.id}/tree`]);
    expect(await ground.root('worker2', 'ls /tmp/migrated 2>/dev/null || :')).toBe('');
    const order = context.reporter.steps.map(({ name, state }) => `${name} ${state}`);
    expect(order.indexOf('migrate done')).toBeLessThan(order.indexOf('drain started'));
    await reset();
  });

  test('whose migration fails switches no worker and shows what it said', async () => {
    const migrate = ['sh', '-c', 'echo "column price does not exist" >&2; exit 4'];
    const cluster = ground.cluster({}, (cluster) => ({ ...cluster, release: { ...cluster.release, migrate } }));
    const report = await ground.underLoad(async () =>
      deploy(ground.context(cluster), await ground.release('unmigrated', '', { '2.sql': '' })),
    );
    expect(report.error?.failure).toMatchObject({ code: 'migration-failed', host: 'worker1' });
    expect(report.error?.failure.seen).toContain('column price does not exist');
    expect(running(report)).toEqual([one.id, one.id, one.id]);
    expect(inRotation(report)).toEqual(workers);
  });

  test('goes on where a dead run stopped: restarted and drained, but not readmitted', async () => {
    const stuck = ground.context();
    const broken = {
      ...stuck,
      reporter: Object.assign(stuck.reporter, {
        step: (step: { name: string }) => {
          if (step.name === 'healthy') throw new Error('the runner dies here');
        },
      }),
    };
    await expect(deploy(broken, two)).rejects.toThrow('the runner dies here');
    expect((await status(ground.context())).workers[0]).toMatchObject({
      running: two.id,
      rotation: new Map([
        ['lb1', 'drained'],
        ['lb2', 'drained'],
      ]),
    });
    const report = await ground.underLoad(() => deploy(ground.context(), two));
    expect(report.error).toBeUndefined();
    expect(running(report)).toEqual([two.id, two.id, two.id]);
    expect(inRotation(report)).toEqual(workers);
    await reset();
  });

  test('leaves a worker drained where somebody else drained it, and still gives it the release', async () => {
    await ground.runtime('lb1', 'set server pos/worker2 state drain');
    const cluster = ground.cluster({ minAvailable: 1 });
    const report = await ground.underLoad(() => deploy(ground.context(cluster), two));
    expect(report.error).toBeUndefined();
    expect(running(report)).toEqual([two.id, two.id, two.id]);
    expect(report.workers[1]?.rotation).toEqual(
      new Map([
        ['lb1', 'drained-by-others'],
        ['lb2', 'in'],
      ]),
    );
    await ground.runtime('lb1', 'set server pos/worker2 state ready');
    await ground.inRotation();
    await reset();
  });
});
