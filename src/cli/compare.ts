import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { backupBeforeDeploy } from '../backup';
import { listenForCancel } from '../cancel';
import { loadCluster } from '../cluster';
import {
  type CompareReport,
  compare,
  compareMarkdown,
  comparePage,
  hostOf,
  loadWords,
  notesOf,
  requireConfirmed,
  rowsOf,
  sharingWords,
  systemWords,
} from '../drill';
import { printable } from '../printable';
import { openArchive } from '../release';
import { measuredBy } from '../slo';
import { seconds } from '../units';
import type { AppOptions } from './commands';
import { type HostOptions, withContext } from './context';
import { FAILED, OK } from './exit-status';
import { labPlug } from './lab-plug';
import type { Output } from './output';
import { columns } from './tables';

export interface CompareCommandOptions extends AppOptions, HostOptions {
  readonly archive?: string;
  readonly confirm?: readonly string[];
  readonly user: string;
  readonly path?: string;
  readonly rate: number;
  readonly mostRate: number;
  readonly seconds: number;
  readonly page?: string;
  readonly markdown?: string;
}

export async function compareCommand(
  worker: string,
  { confirm = [], ...options }: CompareCommandOptions,
  out: Output,
): Promise<number> {
  const cluster = await loadCluster(join(options.workingDirectory, options.config));
  // Before anything is asked of a host.
  requireConfirmed(cluster.service, hostOf(cluster, 'worker-crash', worker), {
    plugOf: (one) => labPlug(one),
    confirm,
  });
  const archive = options.archive === undefined ? undefined : await openArchive(options.archive);
  const signal = listenForCancel({
    cancelled: () =>
      out.reporter.warning(
        'cancelled: what is under way is put back, which takes as long as a rollback where a release was switched; the rest is left out. Ctrl-C again stops at once.',
      ),
    quitting: () => {
      out.end();
      out.reporter.warning(
        `stopped at once: a machine puts itself back within ${options.seconds} s, but for one of the lab without power (\`npm run lab -- power-on\`); a release that was switched stays, \`buka status\` and \`buka rollback\`.`,
      );
    },
  });
  const { user, path, rate, mostRate } = options;
  const report = await withContext(
    cluster,
    out.reporter,
    options,
    (context, dial) =>
      compare(context, {
        ...{ worker, user, confirm, archive, path, rate, mostRate },
        plugOf: (one) => labPlug(one),
        deploy: { takeBackup: backupBeforeDeploy, ...measuredBy(dial) },
        lasts: seconds(options.seconds),
      }),
    signal,
  );
  out.end();
  if (options.page !== undefined) await writeFile(options.page, comparePage(report));
  if (options.markdown !== undefined) await writeFile(options.markdown, compareMarkdown(report));
  out.result(report, compareText);
  return report.outcome === 'compared' && !report.cancelled ? OK : FAILED;
}

/** All figures side by side, and what they rest on. */
export function compareText(report: CompareReport): string {
  const words = systemWords(report);
  const parts = [
    `${report.service}: one worker alone, and the distributed system`,
    columns([
      ['while', '', words.alone, words.distributed],
      ...rowsOf(report).map(({ situation, name, cells }, index, all) => [
        all[index - 1]?.situation === situation ? '' : situation,
        ...[name, cells.alone, cells.distributed],
      ]),
    ]),
    notesOf(report).join('\n'),
    sharingWords(report.sharing, report.workers).join('\n'),
    loadWords(report),
  ];
  return parts
    .filter((part) => part !== '')
    .map(printable)
    .join('\n\n');
}
