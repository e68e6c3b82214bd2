import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Built, build } from '../build';
import type { Cluster } from '../cluster';
import { addSummary, code, failJob, JobReporter, jobRun, rolloutSummary, setOutputs, table } from '../github';
import { toJson } from '../json';
import type { Context, RolloutReport } from '../rollout';
import { formatBytes } from '../units';
import type { AppInputs, HostInputs } from './inputs';

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

/** Does a rollout and reports it, its failure too, wherever a job can be read: outputs, summary, a JSON file. */
export async function reportRollout(
  cluster: Cluster,
  inputs: HostInputs,
  rollout: (context: Context) => Promise<RolloutReport>,
): Promise<void> {
  // SSH takes longest to load; an action that ends before it needs it starts sooner.
  const { Connections } = await import('../remote');
  const connections = new Connections(inputs.credentials);
  try {
    const remote = connections.to.bind(connections);
    const report = await rollout({ cluster, remote, reporter: new JobReporter(), run: jobRun() });
    const path = join(temporaryFolder(), `${cluster.service}-${report.kind}.json`);
    await writeFile(path, toJson(report));
    const { outcome, to, from } = report;
    setOutputs({ outcome, release: to, 'previous-release': from, report: path });
    await addSummary(rolloutSummary(cluster.service, report));
    if (outcome === 'failed') failJob(report.error ?? new Error(`The ${report.kind} failed.`));
  } finally {
    await connections.close();
  }
}
