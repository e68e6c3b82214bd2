import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Built, build, countsOf, type TestResults } from '../build';
import { type Cluster, publicUrl } from '../cluster';
import { BukaError } from '../errors';
import {
  addSummary,
  annotateTests,
  code,
  failJob,
  failureMarkdown,
  JobReporter,
  jobRun,
  rolloutSummary,
  saveState,
  setOutputs,
  table,
  testsMarkdown,
} from '../github';
import { toJson } from '../json';
import type { Dial } from '../remote';
import type { Context, RolloutReport } from '../rollout';
import { formatBytes } from '../units';
import { withHosts } from './hosts';
import type { AppInputs, GitHubInputs, RolloutInputs } from './inputs';
import { comment, tellContents } from './told';

/** Emptied by the runner after the job. */
export const temporaryFolder = (): string => process.env.RUNNER_TEMP || tmpdir();

/**
 * Builds, tests and packs, and reports it wherever a job can be read. What the tests came to is told where they failed,
 * too; the failure itself is told by whoever gets it.
 */
export async function buildRelease(cluster: Cluster, inputs: AppInputs & GitHubInputs): Promise<Built> {
  const { folder } = inputs;
  const { service } = cluster;
  // A folder of its own, as a job may build several services; one name, as a later job looks for it.
  const output = join(await mkdtemp(join(temporaryFolder(), 'buka-')), 'release.tar.zst');
  let tests = '';
  const tested = async (results: TestResults) => {
    annotateTests(results, folder);
    tests = `${testsMarkdown(results, countsOf(results))}\n`;
  };
  try {
    const built = await build({ cluster, folder, output, reporter: new JobReporter(), tested });
    const { release, archive, files, bytes } = built;
    setOutputs({ release, archive, files, bytes });
    const page = `${builtMarkdown(built)}\n${tests}`;
    await addSummary(page);
    await comment(service, 'build', page, inputs);
    return built;
  } catch (error) {
    if (!(error instanceof BukaError)) throw error;
    if (tests !== '') await addSummary(tests);
    const page = `## ❌ ${code(service)} can't be released\n\n${failureMarkdown(error)}\n\n${tests}`;
    await comment(service, 'build', page, inputs);
    throw error;
  }
}

function builtMarkdown({ release, commit, files, bytes }: Built): string {
  const figures = [commit ? code(commit) : 'none', String(files), formatBytes(bytes)];
  return `## 📦 Release ${code(release)}\n\n${table(['commit', 'files', 'size'], [figures])}\n`;
}

/**
 * Does a rollout and reports it, its failure too, wherever a job can be read: outputs, summary, a JSON file, and by choice
 * a comment. The post step finds out from the job's state whether it came to its end.
 * @param attested Markdown for the summary
 */
export async function reportRollout(
  cluster: Cluster,
  inputs: RolloutInputs,
  rollout: (context: Context, dial: Dial) => Promise<RolloutReport>,
  attested?: string,
): Promise<void> {
  const run = jobRun();
  if (!inputs.dryRun) saveState({ run: run.id });
  await withHosts(cluster, inputs, run, async (context, dial) => {
    const report = await rollout(context, dial);
    const path = join(temporaryFolder(), `${cluster.service}-${report.kind}.json`);
    await writeFile(path, toJson(report));
    const { outcome, to, from } = report;
    const url = publicUrl(cluster);
    setOutputs({ outcome, release: to, 'previous-release': from, url, report: path });
    if (outcome === 'failed') failJob(report.error ?? new Error(`The ${report.kind} failed.`));
    if (!wasLeft(report)) saveState({ ended: 'true' });
    // It is over: from here on people are told, and nothing of that can change what came of it.
    const contents = await tellContents(report, inputs, context.signal);
    const page = rolloutSummary(cluster.service, report, { attested, contents });
    await addSummary(page);
    await comment(cluster.service, report.kind, page, inputs);
  });
}

/** Cancelled, and not while it waited for another run to end. */
const wasLeft = ({ error }: RolloutReport) => error?.code === 'cancelled' && error.failure.step !== 'lock';
