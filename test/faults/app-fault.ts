import type { Ground } from './ground';
import type { Injected } from './inject';
import type { Cell, Step } from './matrix';
import type { ReleaseOptions, TestRelease } from './releases';
import type { Run } from './run-of-action';

/** How the app fails, so that it shows in that step; on one worker, the one that the step is about. */
const ways: Partial<Record<Step, { readonly worker: string; readonly how: string }>> = {
  restart: { worker: 'worker1', how: 'exit' },
  start: { worker: 'worker1', how: 'never-ready' },
  check: { worker: 'worker2', how: 'crash-after=900ms' },
  readmit: { worker: 'worker2', how: 'crash-after=3s' },
  'between batches': { worker: 'worker1', how: 'crash-after=7s' },
  settle: { worker: 'worker3', how: 'crash-after=2500ms' },
};

/** The release that a cell deploys. */
export const releaseFor = ({ step, fault }: Cell): ReleaseOptions =>
  step !== 'migrate' ? {} : { migration: fault === 'app fails' ? 'failing' : 'slow' };

/** Makes the release break where the cell wants it, before it is deployed. */
export async function prepareApp(ground: Ground, { step, fault }: Cell, { note }: TestRelease): Promise<void> {
  // Only what fails at the second worker makes a rollout turn back with one worker done.
  if (step === 'revert') await ground.breakApp('worker2', [`${note} exit`]);
  const way = ways[step];
  if (fault === 'app fails' && way) await ground.breakApp(way.worker, [`${note} ${way.how}`]);
}

export async function mendApp(ground: Ground): Promise<void> {
  for (const { name } of ground.lab.cluster.workers.hosts) if (ground.lab.isOn(name)) await ground.breakApp(name, []);
}

/** The app fails by itself; on the way back even the old release does, on the worker that has to go back to it. */
export async function awaitAppFault(ground: Ground, { step }: Cell, run: Run, began: number): Promise<Injected> {
  const at = Date.now();
  const mend = () => mendApp(ground);
  if (step === 'revert') {
    await ground.breakApp('worker1', ['any exit']);
    return { host: 'worker1', at, sick: ['worker1'], proof: 'no release starts on worker1 any more', mend };
  }
  if (step === 'migrate') {
    const said = await run.line(/migration-failed|division by zero/);
    if (!said) throw new Error('The fault did not happen: no migration failed.');
    return { at, sick: [], proof: said[0], mend };
  }
  const { worker, how } = ways[step] ?? { worker: '', how: '' };
  if (how === 'never-ready') {
    const said = await run.line(/app-unhealthy/);
    if (!said) throw new Error('The fault did not happen: the app was never unhealthy.');
    return { host: worker, at, sick: [], proof: said[0], mend };
  }
  while (!run.ended && (await deathsOf(ground, worker, began)).length === 0)
    await new Promise((resolve) => setTimeout(resolve, 500));
  // It may have been good for just as long as the run lasted.
  if (run.ended && step === 'settle') await new Promise((resolve) => setTimeout(resolve, 4000));
  const deaths = await deathsOf(ground, worker, began);
  if (deaths.length === 0) throw new Error(`The fault did not happen: the app on ${worker} did not die.`);
  // Where the rollout was over already, nothing puts the old release back: the app dies and starts again.
  const sick = step === 'settle' ? [worker] : [];
  return { host: worker, at: deaths[0] ?? at, sick, proof: `the app on ${worker} died`, mend };
}

/** When the app died by itself on a worker since `began`, in milliseconds since 1970, as systemd saw it. */
export async function deathsOf(ground: Ground, worker: string, began: number): Promise<number[]> {
  if (!ground.lab.isOn(worker)) return [];
  const journal = `journalctl -q -u pos.service --since @${Math.floor(began / 1000)} -o short-unix --no-pager`;
  const { stdout } = await ground.lab.shell(worker, journal);
  return stdout
    .split('\n')
    .filter((line) => /Main process exited, code=exited, status=[^0]/.test(line))
    .map((line) => Number.parseFloat(line) * 1000);
}
