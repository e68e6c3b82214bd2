import { takeBackup } from '../backup';
import { loadCluster } from '../cluster';
import { addSummary, backupTable, code, input, jobRun, setOutputs } from '../github';
import type { Duration } from '../units';
import { withHosts } from './hosts';
import { readHostInputs } from './inputs';

const words = {
  cancelled: 'Cancelled: the backup server goes on by itself, and no worker was touched.',
  quitting: 'Stopped at once: the backup server goes on by itself, and no worker was touched.',
};

/** `actions/backup`: makes a backup of the database and proves it. */
export async function run(): Promise<void> {
  const inputs = readHostInputs();
  const reason = input('reason') || undefined;
  const cluster = await loadCluster(inputs.config);
  const use = async (context: Parameters<typeof takeBackup>[0]) => {
    const manifest = await takeBackup(context, { kind: 'manual', reason });
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
