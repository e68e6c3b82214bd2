import { loadCluster } from '../cluster';
import { openArchive } from '../release';
import { deploy } from '../rollout';
import { readHostInputs } from './inputs';
import { buildRelease, reportRollout } from './steps';

/** The action at the repository's root: build, then deploy. */
export async function run(): Promise<void> {
  const inputs = readHostInputs();
  const cluster = await loadCluster(inputs.config);
  const built = await buildRelease(cluster, inputs);
  const archive = await openArchive(built.archive);
  const { dryRun, without } = inputs;
  await reportRollout(cluster, inputs, (context) => deploy(context, archive, { dryRun, without }));
}
