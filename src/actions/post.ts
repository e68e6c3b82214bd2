import { loadCluster } from '../cluster';
import { addSummary, failJob, JobReporter, jobRun, rolloutSummary, savedState, warnJob } from '../github';
import type { RolloutReport } from '../rollout';
import { seconds } from '../units';
import { readHostInputs } from './inputs';

/** More than the lock of a dead run lives. One that is alive puts right what it finds, and nobody waits for it here. */
const LOCK_TIMEOUT = seconds(40);

/**
 * The post step of every action that changes hosts. Where main did not come to its end, it puts right what main left:
 * main may have been cancelled, or killed in the middle.
 */
export async function run(): Promise<void> {
  const reporter = new JobReporter();
  const after = savedState('run');
  if (after === '') return reporter.info('No host was touched, so there is nothing to do.');
  if (savedState('ended') !== '') return reporter.info('The rollout came to its end, so there is nothing to do.');
  reporter.info(`Run ${after} did not come to its end. Looking at every host, and putting right what it left.`);
  const inputs = readHostInputs();
  const cluster = await loadCluster(inputs.config);
  const { withHosts } = await import('./hosts');
  const { repair } = await import('../rollout');
  const patient = { ...cluster, rollout: { ...cluster.rollout, lockTimeout: LOCK_TIMEOUT } };
  await withHosts(patient, inputs, jobRun(), async (context) => {
    const report = await repair(context, { after });
    await addSummary(rolloutSummary(cluster.service, report));
    if (report.outcome !== 'failed') reporter.info('Every worker that can be reached is healthy and in rotation.');
    else if (isSomethingLeft(report)) failJob(report.error);
    else warnJob(report.error);
  });
}

/** Seen with one's own eyes, and nobody else at work on it. What can't be reached may be well. */
function isSomethingLeft({ error, workers }: RolloutReport): boolean {
  if (error?.code === 'lock-held') return false;
  return workers.some(
    ({ active, running, healthy, rotation }) =>
      healthy === false ||
      (healthy && running !== active) ||
      [...rotation.values()].some((state) => state === 'drained' || state === 'down'),
  );
}
