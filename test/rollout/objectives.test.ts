import type { Cluster } from '../../src/cluster';
import { BukaError } from '../../src/errors';
import { deploy, rollback } from '../../src/rollout';
import { clusterOf, r1, r2, type WorkerShape } from './ground';
import { ObedientHosts } from './obedient-hosts';

const gated = (cluster: Cluster = clusterOf()): Cluster => ({
  ...cluster,
  slo: { ...cluster.slo, beforeDeploy: true },
});
const everywhere = (shape: WorkerShape) => ({ worker1: shape, worker2: shape, worker3: shape });
const onOne = everywhere({ active: r1, running: r1 });
const burning = new BukaError({ code: 'budget-burns', message: 'It burns.', hint: 'Look there.' });

/** Objectives that say one thing, and count how often they were asked. */
function objectives(answer: string | BukaError) {
  const asked: string[] = [];
  const checkObjectives = async () => {
    asked.push('asked');
    if (answer instanceof BukaError) throw answer;
    return answer;
  };
  return { asked, checkObjectives };
}

it('a deploy that the objectives allow goes on, and says why; they are asked once', async () => {
  const ground = new ObedientHosts(onOne, gated());
  const { asked, checkObjectives } = objectives('9 min are left');
  const report = await deploy(ground.context, ground.archive(r2, []), { checkObjectives });
  expect(report).toMatchObject({ outcome: 'success', despiteObjectives: undefined });
  expect(ground.reporter.lines).toContain('The objectives allow a deploy: 9 min are left.');
  expect(asked).toEqual(['asked']);
});

it('a deploy that they do not allow changes nothing, and tells how to go on; a dry run tells it too', async () => {
  for (const dryRun of [false, true]) {
    const ground = new ObedientHosts(onOne, gated());
    const report = await deploy(ground.context, ground.archive(r2, []), { ...objectives(burning), dryRun });
    expect(report).toMatchObject({ outcome: 'failed', error: { code: 'budget-burns' } });
    expect(report.error?.failure).toMatchObject({ step: 'objectives', left: 'Nothing was changed.' });
    expect(report.error?.failure.hint).toMatch(/^Look there\. .*--despite-objectives REASON/);
    expect(ground.done).toEqual([]);
  }
});

it('whoever is responsible goes on all the same: told in a warning, the report and the history', async () => {
  const ground = new ObedientHosts(onOne, gated());
  const { asked, checkObjectives } = objectives(burning);
  const despiteObjectives = 'this is the fix';
  const report = await deploy(ground.context, ground.archive(r2, []), { checkObjectives, despiteObjectives });
  expect(asked).toEqual([]);
  expect(report).toMatchObject({ outcome: 'success', despiteObjectives: { by: 'ann', reason: 'this is the fix' } });
  expect(ground.reporter.lines.join('\n')).toMatch(
    /^warning: The objectives were not asked .*ann wants it: this is the fix/m,
  );
  expect(ground.history.map(({ reason }) => reason)).toContain('despite the objectives: this is the fix');
});

it('takes a reason', async () => {
  const ground = new ObedientHosts(onOne, gated());
  const report = await deploy(ground.context, ground.archive(r2, []), {
    ...objectives('well'),
    despiteObjectives: ' ',
  });
  expect(report.error).toMatchObject({
    code: 'reason-missing',
    failure: { hint: expect.stringContaining('--despite') },
  });
  expect(ground.done).toEqual([]);
});

it('a caller that brings no way to ask gets nowhere', async () => {
  const ground = new ObedientHosts(onOne, gated());
  await expect(deploy(ground.context, ground.archive(r2, []))).rejects.toThrow('needs the objectives');
  expect(ground.done).toEqual([]);
});

it('nobody asks for a rollback, where there is nothing to do, or where buka.yml does not want it', async () => {
  const { asked, checkObjectives } = objectives(burning);
  const back = new ObedientHosts(everywhere({ active: r2, running: r2, staged: [r1, r2] }), gated());
  expect((await rollback(back.context, { to: r1 })).error?.code).not.toBe('budget-burns');
  const there = new ObedientHosts(everywhere({ active: r2, running: r2 }), gated());
  expect((await deploy(there.context, there.archive(r2, []), { checkObjectives })).outcome).toBe('nothing-to-do');
  const free = new ObedientHosts(onOne, clusterOf());
  expect((await deploy(free.context, free.archive(r2, []), { checkObjectives })).outcome).toBe('success');
  expect(asked).toEqual([]);
});
