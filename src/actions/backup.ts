import { takeBackup } from '../backup';
import { loadCluster } from '../cluster';
import { addSummary, backupTable, code, jobRun, setOutputs } from '../github';
import type { Duration } from '../units';
import { withHosts } from './hosts';
import { readBackupInputs } from './inputs';

const words = {
  cancelled: 'Cancelled: the backup server goes on by itself, and no worker was touched.',
  quitting: 'Stopped at once: the backup server goes on by itself, and no worker was touched.',
  outcome: false,
};

/** `actions/backup`: makes a backup of the database and proves it. */
export async function run(): Promise<void> {
  const inputs = readBackupInputs();
  const cluster = await loadCluster(inputs.config);
  const use = async (context: Parameters<typeof takeBackup>[0]) => {
    const manifest = await takeBackup(context, { kind: 'manual', reason: inputs.reason });
    const { id, bytes, bytesAdded, recoveryPoint, took } = manifest;
    setOutputs({
      ...{ id, bytes, 'bytes-added': bytesAdded, 'recovery-point': recoveryPoint.toISOString() },
      seconds: seconds(took.dump),
      'proof-seconds': seconds(took.prove),
      'recovery-seconds': seconds(took.restore),
    });
    await addSummary(`## 💾 A proven backup of ${code(cluster.service)}\n\n${backupTable(manifest)}\n`);
  };
  await withHosts(cluster, inputs, jobRun(), use, words);
}

const seconds = (duration: Duration) => (duration / 1000).toFixed(1);
