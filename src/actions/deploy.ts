import { backupBeforeDeploy } from '../backup';
import { loadCluster } from '../cluster';
import { openArchive } from '../release';
import { deploy } from '../rollout';
import { measuredBy } from '../slo';
import { readDeployInputs } from './inputs';
import { reportRollout } from './steps';

/** `actions/deploy`: rolls a packed release across the workers. */
export async function run(): Promise<void> {
  const inputs = readDeployInputs();
  const cluster = await loadCluster(inputs.config);
  const archive = await openArchive(inputs.archive);
  const { dryRun, without, withoutBackup, despiteObjectives } = inputs;
  const how = { dryRun, without, withoutBackup, despiteObjectives, takeBackup: backupBeforeDeploy };
  await reportRollout(cluster, inputs, (context, dial) => deploy(context, archive, { ...how, ...measuredBy(dial) }));
}
