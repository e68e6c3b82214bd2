import { dropPrevious, type RestoreReport, readWanted, restore, type TableLoss } from '../backup';
import { loadCluster } from '../cluster';
import { ConfigurationError } from '../errors';
import { addSummary, code, jobRun, setOutputs, table, text } from '../github';
import { formatDuration } from '../units';
import { withHosts } from './hosts';
import { readRestoreInputs } from './inputs';

const words = {
  cancelled:
    'Cancelled: the present database stays as it is; only a swap that has begun is waited for, which takes a moment.',
  quitting:
    'Stopped at once. Where the swap had begun, it is done as a whole or not at all; a dry run tells: after it, the rows are those of the backup.',
  outcome: true,
};

/** `actions/restore`: takes the database back to a backup, or drops what earlier restores put aside. */
export async function run(): Promise<void> {
  const inputs = readRestoreInputs();
  const { dryRun, dropPrevious: dropping, confirm, reason } = inputs;
  const wanted = readWanted(inputs.from, dropping);
  const cluster = await loadCluster(inputs.config);
  if (!dryRun && confirm !== cluster.service) throw notConfirmed(cluster.service, confirm);
  const use = async (context: Parameters<typeof restore>[0]) => {
    if (dropping) {
      const { found, dropped } = await dropPrevious(context, { dryRun });
      const outcome = found.length === 0 ? 'nothing-to-do' : dryRun ? 'planned' : 'dropped';
      setOutputs({ outcome });
      await addSummary(droppedSummary(cluster.service, dropped));
      return;
    }
    const report = await restore(context, { ...wanted, dryRun, reason });
    setOutputs(outputsOf(report));
    await addSummary(restoreSummary(cluster.service, report));
  };
  await withHosts(cluster, inputs, jobRun(), use, words);
}

const outputsOf = ({ outcome, backup, loss, previousDatabase, took }: RestoreReport) => ({
  outcome,
  id: backup.id,
  'recovery-point': backup.recoveryPoint.toISOString(),
  'lost-seconds': Math.round(loss.span / 1000),
  'previous-database': previousDatabase,
  seconds: took === undefined ? undefined : (took / 1000).toFixed(1),
});

/** The page of a restore: what the database is now, what was lost, how the workers fare, and what to type next. */
export function restoreSummary(service: string, report: RestoreReport): string {
  const { outcome, backup, database, loss, previousDatabase, took, workers, next } = report;
  const instant = code(backup.recoveryPoint.toISOString());
  const done = outcome === 'restored';
  const changed = loss.tables.filter(({ now, inBackup }) => now !== inBackup);
  const parts = [
    done
      ? `## ⏪ ${code(service)}: the database is what it was at ${instant}`
      : `## 📝 ${code(service)}: what a restore would do; nothing was changed`,
    `Backup ${code(backup.id)} of ${instant}${took === undefined ? '' : `, in place after ${formatDuration(took)}`}. ${done ? 'Lost is' : 'Lost would be'} all that was written to ${code(database)} in the ${formatDuration(loss.span)} since then.`,
    changed.length > 0 && table(['table', done ? 'before' : 'now', 'in the backup'], changed.map(tableRow)),
    previousDatabase && `The database before is ${code(previousDatabase)}, until \`buka restore --drop-previous\`.`,
    workers.length > 0 &&
      table(
        ['worker', 'release', 'now'],
        workers.map(({ worker, release, state }) => [
          code(worker),
          release === undefined ? '–' : code(release),
          state === 'answers' ? state : `**${state}**`,
        ]),
      ),
    ...next.map((step) => `**Next**: ${text(step)}`),
  ];
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}

const tableRow = ({ table: name, now, inBackup }: TableLoss) => [code(name), rowsOf(now), rowsOf(inBackup)];

const rowsOf = (rows: number | undefined) => (rows === undefined ? 'no such table' : rows.toLocaleString('en-US'));

const droppedSummary = (service: string, dropped: readonly string[]) =>
  `## 🧹 ${code(service)}: ${dropped.length === 0 ? 'no database was dropped' : `dropped ${dropped.map(code).join(', ')}`}\n`;

const notConfirmed = (service: string, seen: string) =>
  new ConfigurationError({
    code: 'not-confirmed',
    message: `The input confirm must be the name of the service, ${service}: a restore takes away what was written since.`,
    seen: seen || 'nothing',
    left: 'Nothing was changed.',
    hint: 'Look at what would be lost with dry-run: true first.',
  });
