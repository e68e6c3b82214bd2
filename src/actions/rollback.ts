import { loadCluster } from '../cluster';
import { releaseId } from '../release';
import { rollback } from '../rollout';
import { readRollbackInputs } from './inputs';
import { reportRollout } from './steps';

/** `actions/rollback`: rolls the workers back to a release that they have. */
export async function run(): Promise<void> {
  const inputs = readRollbackInputs();
  const to = inputs.release === undefined ? undefined : releaseId(inputs.release);
  const cluster = await loadCluster(inputs.config);
  const { reason, dryRun, without } = inputs;
  await reportRollout(cluster, inputs, (context) => rollback(context, { to, reason, dryRun, without }));
}
