import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadCluster } from '../cluster';
import {
  badge,
  burnText,
  failOn,
  formatLength,
  formatMoment,
  formatPercent,
  formatQuantile,
  formatTime,
  gateFailure,
  measure,
  page,
  type SloReport,
} from '../slo';
import type { AppOptions } from './commands';
import { type HostOptions, withContext } from './context';
import { FAILED, OK } from './exit-status';
import type { Output } from './output';
import { columns } from './tables';

export interface SloCommandOptions extends AppOptions, HostOptions {
  readonly page?: string;
  readonly badge?: string;
  readonly failOn: string;
}

export async function sloCommand(options: SloCommandOptions, out: Output): Promise<number> {
  const on = failOn(options.failOn);
  const cluster = await loadCluster(join(options.workingDirectory, options.config));
  const report = await withContext(cluster, out.reporter, options, (context, dial) => measure(context, dial));
  out.end();
  if (options.page !== undefined) await writeFile(options.page, page(report));
  if (options.badge !== undefined) await writeFile(options.badge, badge(report));
  out.result(report, sloText);
  const failure = gateFailure(report, on);
  if (failure) out.error(failure);
  return failure ? FAILED : OK;
}

/** Both objectives, the budget, and what spent it, the newest last, where a person looks first. */
export function sloText(report: SloReport): string {
  const { service, from, to, availability, responseTime, marks } = report;
  const { budget, incidents, blindSpots, burns } = availability;
  const unmeasured = blindSpots.filter(({ length }) => length > 0);
  const parts = [
    `${service}, ${formatMoment(from)} to ${formatMoment(to)}`,
    columns([
      ['objective', 'asked for', 'measured', 'coverage', 'verdict'],
      [
        ...['availability', `>= ${formatPercent(availability.objective)}`, formatPercent(availability.measured)],
        ...[formatPercent(100 * availability.coverage, 2), verdictText(availability.verdict)],
      ],
      [
        ...['mean response time', `<= ${formatTime(responseTime.objective)}`, formatTime(responseTime.mean)],
        ...[formatPercent(100 * responseTime.coverage, 2), verdictText(responseTime.verdict)],
      ],
    ]),
    columns([
      [
        'error budget',
        `${formatLength(budget.spent)} spent of ${formatLength(budget.whole)}, ${formatLength(budget.left)} left`,
      ],
      ['not measured', formatLength(availability.unmeasured)],
      [
        'requests',
        `${responseTime.requests.toLocaleString('en-US')}: p50 ${formatQuantile(responseTime.p50)}, p95 ${formatQuantile(responseTime.p95)}, p99 ${formatQuantile(responseTime.p99)}`,
      ],
      ...burns.filter(({ tooFast }) => tooFast).map((burn) => ['BURNS TOO FAST', burnText(burn)]),
    ]),
    incidents.length > 0 &&
      columns([
        ['down from', 'to', 'length', 'measured down'],
        ...incidents.map(({ from, to, ongoing, length, down }) => [
          ...[formatMoment(from), ongoing ? 'NOT OVER' : formatMoment(to), formatLength(length), formatLength(down)],
        ]),
      ]),
    unmeasured.length > 0 &&
      columns([
        ['nobody looked from', 'to', 'length'],
        ...unmeasured.map(({ from, to, length }) => [formatMoment(from), formatMoment(to), formatLength(length)]),
      ]),
    marks !== undefined &&
      marks.length > 0 &&
      columns([
        ['when', 'what', 'release', 'by'],
        ...marks.map(({ at, kind, release, by }) => [formatMoment(at), kind, release, by]),
      ]),
  ];
  return parts.filter(Boolean).join('\n\n');
}

const verdictText = (verdict: SloReport['verdict']) =>
  verdict === 'missed' ? 'MISSED' : verdict === 'unknown' ? 'NOT KNOWN: too little was measured' : verdict;
