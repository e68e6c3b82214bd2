import { backupBeforeDeploy } from '../backup';
import { loadCluster } from '../cluster';
import { openArchive } from '../release';
import { deploy } from '../rollout';
import { measuredBy } from '../slo';
import { readChangeInputs } from './inputs';
import { buildRelease, reportRollout } from './steps';

/** The action at the repository's root: build, then deploy. */
export async function run(): Promise<void> {
  const inputs = readChangeInputs();
  const cluster = await loadCluster(inputs.config);
  const built = await buildRelease(cluster, inputs);
  const archive = await openArchive(built.archive);
  const { dryRun, without, withoutBackup, despiteObjectives } = inputs;
  const how = { dryRun, without, withoutBackup, despiteObjectives, takeBackup: backupBeforeDeploy };
  await reportRollout(cluster, inputs, (context, dial) => deploy(context, archive, { ...how, ...measuredBy(dial) }));
}
