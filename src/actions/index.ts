import { BukaError } from '../errors';
import { addSummary, failJob, failureMarkdown, setOutputs, warnJob } from '../github';

/** Each is loaded only when it runs: an action pays for no other's code. */
const actions = {
  build: () => import('./build'),
  backup: () => import('./backup'),
  deploy: () => import('./deploy'),
  rollback: () => import('./rollback'),
  restore: () => import('./restore'),
  provision: () => import('./provision'),
  pipeline: () => import('./pipeline'),
  slo: () => import('./slo'),
  alerts: () => import('./alerts'),
  drill: () => import('./drill'),
};

export type ActionName = keyof typeof actions;

/** They have other outputs, which stay empty. */
export const withoutOutcome: ReadonlySet<ActionName> = new Set(['build', 'backup', 'slo', 'alerts']);

/** Runs an action to its end. A failure ends up in the log, in an annotation and in the exit status, never thrown. */
export async function runAction(name: ActionName): Promise<void> {
  try {
    const { run } = await actions[name]();
    await run();
  } catch (error) {
    failJob(error);
    // It ended before there was a rollout to report.
    if (!withoutOutcome.has(name)) setOutputs({ outcome: 'failed' });
    if (error instanceof BukaError) await addSummary(`## ❌ Buka ${name} failed\n\n${failureMarkdown(error)}\n`);
  }
}

/** The post step that they share. A job whose main failed has told so already; here a failure of ours only warns. */
export async function runPost(): Promise<void> {
  try {
    const { run } = await import('./post');
    await run();
  } catch (error) {
    warnJob(error);
  }
}
