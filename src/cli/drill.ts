import { join } from 'node:path';
import { listenForCancel } from '../cancel';
import { loadCluster } from '../cluster';
import { type DatabaseLossReport, databaseLoss, type Left, requireConfirmation, type TableLost } from '../drill';
import { printable } from '../printable';
import { formatDuration } from '../units';
import type { AppOptions } from './commands';
import { type HostOptions, withContext } from './context';
import { FAILED, OK } from './exit-status';
import type { Output } from './output';
import { columns } from './tables';

export interface DatabaseLossCommandOptions extends AppOptions, HostOptions {
  readonly confirm?: string;
  readonly really: boolean;
  readonly user: string;
}

export async function databaseLossCommand(
  { confirm, really, user, ...options }: DatabaseLossCommandOptions,
  out: Output,
): Promise<number> {
  const cluster = await loadCluster(join(options.workingDirectory, options.config));
  // Before anything is asked of a host.
  requireConfirmation(cluster, confirm);
  let left: Left | undefined;
  const tellLeft = (now: Left) => {
    left = now;
  };
  const signal = listenForCancel({
    cancelled: () => out.reporter.warning(cancelledText(left)),
    quitting: () => {
      out.end();
      out.reporter.warning(quittingText(left));
    },
  });
  const report = await withContext(
    cluster,
    out.reporter,
    options,
    (context) => databaseLoss(context, { confirm, really, user, tellLeft }),
    signal,
  );
  out.end();
  out.result(report, drillText);
  if (report.error) out.error(report.error);
  return report.outcome === 'recovered' ? OK : FAILED;
}

/** @param left undefined before the loss */
export const cancelledText = (left: Left | undefined): string =>
  left === undefined
    ? 'cancelled: nothing was lost yet, and nothing will be.'
    : 'too late to cancel: the database is lost, and the drill goes on until it is back. Ctrl-C again stops at once, and leaves the app without it.';

export const quittingText = (left: Left | undefined): string =>
  left === undefined
    ? 'stopped at once: nothing was lost.'
    : `stopped at once. ${left.left} The host goes on with the step that it is at; wait a minute. Then: ${left.hint}`;

export function drillText(report: DatabaseLossReport): string {
  const { recovery, database, host, parts, backup, lostAt, span, tables, exact, aside, undo, workers, next } = report;
  const changed = tables.filter(({ atLoss, inBackup }) => atLoss !== inBackup);
  const same = tables.length - changed.length;
  const texts = [
    recovery === undefined
      ? `NOT RECOVERED: ${database} on ${host} is back, and not every worker is healthy.`
      : `Recovered: every worker is healthy again ${formatDuration(recovery)} after ${database} on ${host} was lost.`,
    columns(parts.map(({ name, took }) => [`  ${name}`, formatDuration(took)])),
    `Lost is what was written in the ${formatDuration(span)} between ${backup.recoveryPoint.toISOString()}, the recovery point of ${backup.id}, and the loss at ${lostAt.toISOString()}.`,
    changed.length > 0 && columns([['table', 'at the loss', 'in the backup', 'lost', 'now'], ...changed.map(tableRow)]),
    same > 0 &&
      `${same} ${changed.length > 0 ? 'other ' : ''}table${same > 1 ? 's' : ''} had as many rows as the backup, which may be others.`,
    !exact && 'The rows at the loss are from shortly before it: a transaction that went on kept them from being held.',
    columns([
      ['worker', 'release', 'now'],
      ...workers.map(({ worker, release, state }) => [
        worker,
        release ?? '-',
        state === 'answers' ? state : state.toUpperCase(),
      ]),
    ]),
    next.join('\n'),
    undo !== undefined &&
      `The lost data is whole, on ${host} in ${aside}. Back to it, as root there; what was written since is put aside:\n  ${undo}\nTo be rid of it, as root there: rm -r ${aside}`,
  ];
  return texts
    .filter(Boolean)
    .map((text) => printable(String(text)))
    .join('\n\n');
}

const tableRow = ({ table, atLoss, inBackup, lost, now }: TableLost) => [
  table,
  ...[atLoss, inBackup, lost, now].map((rows) => rows?.toLocaleString('en-US') ?? '-'),
];
