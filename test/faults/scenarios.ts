import { setTimeout as sleep } from 'node:timers/promises';
import { again, longestRun } from './cell';
import type { Ground } from './ground';
import { backInRotation, checkWorkers } from './promises';
import type { Run } from './run-of-action';
import { type CellResult, type Trial, tried } from './trial';

/** Two runs that want the same workers. No machine fails, so no request may. */
export const scenarios = {
  'two deploys at once': async (trial: Trial) => {
    const { ground } = trial;
    const [one, two] = [await ground.releases.next(), await ground.releases.next()];
    const runs = await Promise.all([ground.deploy(one), ground.deploy(two)]);
    await bothEndWell(trial, runs);
    await again(trial, two);
  },

  'a deploy and a rollback at once': async (trial: Trial) => {
    const { ground } = trial;
    const release = await ground.releases.next();
    const runs = await Promise.all([ground.deploy(release), ground.rollback('two at once')]);
    await bothEndWell(trial, runs);
    await again(trial, release);
  },

  'a rollback during a stuck deploy': async (trial: Trial) => {
    const { ground, problems } = trial;
    const release = await ground.releases.next();
    const stuck = await ground.deploy(release);
    await stuck.line(/^worker2 +drain …: on/);
    await sleep(300);
    stuck.pause();
    trial.tell('the deploy stands still');
    const rollback = await ground.rollback('the deploy stands still');
    const { status } = await rollback.end(longestRun);
    if (status !== 0) problems.push(`the rollback ended with ${status}`);
    const after = await ground.see(true);
    const active = new Set(after.workers.map((worker) => worker.active));
    if (active.size !== 1 || active.has(release.id)) problems.push(`after the rollback: ${[...active].join(', ')}`);
    stuck.resume();
    const late = await stuck.end(longestRun);
    if (late.status === 0) problems.push('the stuck deploy says that it succeeded');
    trial.note(`the stuck deploy went on after it was overtaken, and ended with ${late.status}`);
    trial.keep(rollback, 'rollback: ');
    trial.keep(stuck, 'stuck: ');
    trial.backInRotationSeconds = await backInRotation(ground, { gone: Date.now(), sick: [], away: [] }, problems);
    const seen = await ground.see(true);
    checkWorkers(ground, seen, Date.now(), problems);
    if (seen.workers.some((worker) => !active.has(worker.active))) problems.push('the stuck deploy changed a worker');
    await again(trial, release);
  },
} as const satisfies Record<string, (trial: Trial) => Promise<void>>;

export type Scenario = keyof typeof scenarios;

export const runScenario = (ground: Ground, name: Scenario, seed: number): Promise<CellResult> =>
  tried(ground, { step: 'two runs', fault: name, seed }, scenarios[name]);

/** One waits for the other; afterwards all workers run the same release, one of the two. */
async function bothEndWell(trial: Trial, runs: readonly Run[]): Promise<void> {
  const { ground, problems } = trial;
  const ends = await Promise.all(runs.map((run) => run.end(longestRun)));
  for (const [index, run] of runs.entries()) trial.keep(run, `run ${index + 1}: `);
  for (const [index, { status }] of ends.entries())
    if (status !== 0) problems.push(`run ${index + 1} ended with ${status}`);
  trial.backInRotationSeconds = await backInRotation(ground, { gone: Date.now(), sick: [], away: [] }, problems);
  const seen = await ground.see(true);
  checkWorkers(ground, seen, Date.now(), problems);
  const active = new Set(seen.workers.map((worker) => worker.active));
  if (active.size !== 1) problems.push(`the workers run different releases: ${[...active].join(', ')}`);
}
