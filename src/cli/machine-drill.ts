import { join } from 'node:path';
import { listenForCancel } from '../cancel';
import { loadCluster } from '../cluster';
import {
  figureRows,
  hostOf,
  lateText,
  type MachineDrill,
  type MachineDrillReport,
  machineDrill,
  requireConfirmationOf,
  windowText,
} from '../drill';
import { printable } from '../printable';
import { formatDuration } from '../units';
import type { AppOptions } from './commands';
import { type HostOptions, withContext } from './context';
import { FAILED, OK } from './exit-status';
import { labPlug } from './lab-plug';
import type { Output } from './output';
import { columns } from './tables';

export interface MachineDrillCommandOptions extends AppOptions, HostOptions {
  readonly confirm?: string;
  readonly user: string;
  readonly path?: string;
  readonly rate: number;
}

export async function machineDrillCommand(
  drill: MachineDrill,
  name: string,
  { confirm, user, path, rate, ...options }: MachineDrillCommandOptions,
  out: Output,
): Promise<number> {
  const cluster = await loadCluster(join(options.workingDirectory, options.config));
  // Before anything is asked of a host.
  const host = hostOf(cluster, drill, name);
  const plug = labPlug(host);
  if (plug === undefined) requireConfirmationOf(cluster.service, host, confirm);
  const signal = listenForCancel({
    cancelled: () =>
      out.reporter.warning(
        'cancelled: the incident is ended, and waited for until all is as before. Ctrl-C again stops at once.',
      ),
    quitting: () => {
      out.end();
      out.reporter.warning(
        `stopped at once: ${host.name} puts itself back within half a minute; a machine of the lab without power stays off until \`npm run lab -- power-on ${host.name}\`.`,
      );
    },
  });
  const report = await withContext(
    cluster,
    out.reporter,
    options,
    (context) => machineDrill(context, { drill, host: name, user, confirm, plug, path, rate }),
    signal,
  );
  out.end();
  out.result(report, machineDrillText);
  return report.outcome === 'recovered' && !report.cancelled ? OK : FAILED;
}

/** What customers saw, before, during and after; how the cluster took it; and what it would mean for the objectives. */
export function machineDrillText(report: MachineDrillReport): string {
  const { drill, host, outcome, load, how, held, detected, recovered, before, during, after, window, reasons } = report;
  const why = Object.entries(reasons).map(([reason, count]) => `${count} × ${reason}`);
  const parts = [
    outcome === 'recovered'
      ? `${drill} of ${host}: all was as before ${formatDuration(recovered ?? held)} after it began.`
      : `${drill} of ${host}: NOT RECOVERED within five minutes; \`buka status\` tells what is wrong.`,
    columns([
      ['', 'before', 'during', 'after'],
      ...figureRows.map(([name, cell]) => [
        name,
        ...[before, during, after].map((figures) => (figures === undefined ? '-' : cell(figures))),
      ]),
    ]),
    columns([
      ['incident', `${how}; held for ${formatDuration(held)}`],
      ['detected', detected === undefined ? 'not seen: it kept its traffic' : `after ${formatDuration(detected)}`],
      ['recovered', recovered === undefined ? 'NO' : `after ${formatDuration(recovered)}`],
      ['load', `${load.rate} GET a second of ${load.target}${load.path}; sent up to ${formatDuration(load.late)} late`],
      ...(why.length > 0 ? [['failures', why.join(', ')]] : []),
    ]),
    windowText(window),
    lateText(load.late),
    report.cancelled && 'It was cancelled, so it was shorter than it should be.',
  ];
  return parts
    .filter(Boolean)
    .map((text) => printable(String(text)))
    .join('\n\n');
}
