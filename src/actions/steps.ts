import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Built, build } from '../build';
import type { Cluster } from '../cluster';
import {
  addSummary,
  code,
  failJob,
  JobReporter,
  jobRun,
  rolloutSummary,
  saveState,
  setOutputs,
  table,
} from '../github';
import { toJson } from '../json';
import type { Dial } from '../remote';
import type { Context, RolloutReport } from '../rollout';
import { formatBytes } from '../units';
import { withHosts } from './hosts';
import type { AppInputs, RolloutInputs } from './inputs';

/** Emptied by the runner after the job. */
export const temporaryFolder = (): string => process.env.RUNNER_TEMP || tmpdir();

export async function buildRelease(cluster: Cluster, { folder }: AppInputs): Promise<Built> {
  // A folder of its own, as a job may build several services; one name, as a later job looks for it.
  const output = join(await mkdtemp(join(temporaryFolder(), 'buka-')), 'release.tar.zst');
  const built = await build({ cluster, folder, output, reporter: new JobReporter() });
  const { release, archive, files, bytes, commit } = built;
  setOutputs({ release, archive, files, bytes });
  await addSummary(
    `## 📦 Release ${code(release)}\n\n${table(
      ['commit', 'files', 'size'],
      [[commit ? code(commit) : 'none', String(files), formatBytes(bytes)]],
    )}\n`,
  );
  return built;
}

/**
 * Does a rollout and reports it, its failure too, wherever a job can be read: outputs, summary, a JSON file. The post
 * step finds out from the job's state whether it came to its end.
 */
export async function reportRollout(
  cluster: Cluster,
  inputs: RolloutInputs,
  rollout: (context: Context, dial: Dial) => Promise<RolloutReport>,
): Promise<void> {
  const run = jobRun();
  if (!inputs.dryRun) saveState({ run: run.id });
  await withHosts(cluster, inputs, run, async (context, dial) => {
    const report = await rollout(context, dial);
    const path = join(temporaryFolder(), `${cluster.service}-${report.kind}.json`);
    await writeFile(path, toJson(report));
    const { outcome, to, from } = report;
    setOutputs({ outcome, release: to, 'previous-release': from, report: path });
    await addSummary(rolloutSummary(cluster.service, report));
    if (outcome === 'failed') failJob(report.error ?? new Error(`The ${report.kind} failed.`));
    if (!wasLeft(report)) saveState({ ended: 'true' });
  });
}

/** Cancelled, and not while it waited for another run to end. */
const wasLeft = ({ error }: RolloutReport) => error?.code === 'cancelled' && error.failure.step !== 'lock';
