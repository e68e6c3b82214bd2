import { syncIssues } from '../alerts';
import { loadCluster } from '../cluster';
import { addSummary, code, GitHubIssues, jobRun, setOutputs, table, text } from '../github';
import { withHosts } from './hosts';
import { readAlertsInputs } from './inputs';

const words = {
  cancelled: 'Cancelled: issues that were written stay, the next run does the rest.',
  quitting: 'Stopped at once: the next run does the rest.',
  outcome: false,
};

/** `actions/alerts`: an issue for each alert, opened and closed with it. */
export async function run(): Promise<void> {
  const inputs = readAlertsInputs();
  const cluster = await loadCluster(inputs.config);
  const work = (context: Parameters<typeof syncIssues>[0]) =>
    syncIssues(context, new GitHubIssues({ token: inputs.token }));
  const { alerts, opened, updated, closed } = await withHosts(cluster, inputs, jobRun(), work, words);
  setOutputs({
    firing: String(alerts.filter(({ muted }) => !muted).length),
    opened: opened.join(' '),
    closed: closed.join(' '),
  });
  const rows = alerts.map(({ name, host, severity, summary, muted }) => [
    code(name),
    code(host),
    text(muted ? `${severity}, muted` : severity),
    text(summary),
  ]);
  const changed = `${opened.length} opened, ${updated.length} changed, ${closed.length} closed`;
  await addSummary(
    alerts.length === 0
      ? `## Alerts of ${text(cluster.service)}\n\nNone. Issues: ${changed}.\n`
      : `## Alerts of ${text(cluster.service)}\n\n${table(['alert', 'host', 'severity', 'what'], rows)}\n\nIssues: ${changed}.\n`,
  );
}
