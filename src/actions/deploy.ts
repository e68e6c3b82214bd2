import { backupBeforeDeploy } from '../backup';
import { loadCluster } from '../cluster';
import { type Attested, checkCommit, verifyAttestation } from '../github';
import { openArchive } from '../release';
import { deploy } from '../rollout';
import { measuredBy } from '../slo';
import { type DeployInputs, readDeployInputs } from './inputs';
import { reportRollout } from './steps';
import { tellAttested } from './told';

/** `actions/deploy`: rolls a packed release across the workers. */
export async function run(): Promise<void> {
  const inputs = readDeployInputs();
  const cluster = await loadCluster(inputs.config);
  // Before anything in it is read.
  const attested = await attestedBy(inputs);
  const archive = await openArchive(inputs.archive);
  if (attested) checkCommit(attested, archive.manifest.commit);
  const { dryRun, without, withoutBackup, despiteObjectives } = inputs;
  const how = { dryRun, without, withoutBackup, despiteObjectives, takeBackup: backupBeforeDeploy };
  await reportRollout(
    cluster,
    inputs,
    (context, dial) => deploy(context, archive, { ...how, ...measuredBy(dial) }),
    attested && tellAttested(attested),
  );
}

async function attestedBy({ archive, attestedBy: signer, token }: DeployInputs): Promise<Attested | undefined> {
  return signer === undefined ? undefined : verifyAttestation({ archive, signer, token });
}
