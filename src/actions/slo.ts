import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadCluster } from '../cluster';
import { addSummary, failJob, jobRun, setOutputs, sloSummary } from '../github';
import { toJson } from '../json';
import { badge, failOn, gateFailure, measure, page } from '../slo';
import { withHosts } from './hosts';
import { readSloInputs } from './inputs';
import { temporaryFolder } from './steps';

const words = {
  cancelled: 'Cancelled: nothing is changed by measuring.',
  quitting: 'Stopped at once: nothing is changed by measuring.',
  outcome: false,
};

/** `actions/slo`: judges the objectives over the window, and reports it wherever a job can be read. */
export async function run(): Promise<void> {
  const inputs = readSloInputs();
  const on = failOn(inputs.failOn);
  const cluster = await loadCluster(inputs.config);
  const report = await withHosts(cluster, inputs, jobRun(), (context, dial) => measure(context, dial), words);
  const file = (ending: string) => join(temporaryFolder(), `${cluster.service}-slo.${ending}`);
  const paths = { report: file('json'), page: file('html'), badge: file('svg') };
  await Promise.all([
    writeFile(paths.report, toJson(report)),
    writeFile(paths.page, page(report)),
    writeFile(paths.badge, badge(report)),
  ]);
  const { verdict, availability, responseTime } = report;
  setOutputs({
    verdict,
    availability: availability.measured?.toFixed(4),
    'mean-response-seconds': responseTime.mean === undefined ? undefined : (responseTime.mean / 1000).toFixed(4),
    'budget-left-seconds': (availability.budget.left / 1000).toFixed(1),
    coverage: (100 * availability.coverage).toFixed(2),
    ...paths,
  });
  await addSummary(sloSummary(report));
  const failure = gateFailure(report, on);
  if (failure) failJob(failure);
}
