import * as core from '@actions/core';
import type { BukaError } from '../errors';
import type { BackupTaken, RolloutReport, WatchVerdict, WorkerState, WorkerTimeline } from '../rollout';
import { between, formatBytes, formatDuration } from '../units';
import { block, code, prose, table, text } from './markdown';

/** GitHub refuses a step's summary above 1 MiB; some room is left for the note. */
const MOST_BYTES = 1024 * 1024 - 200;

/** Adds Markdown to the page of the job. Outside a job there is no such page, and nothing happens. */
export async function addSummary(markdown: string): Promise<void> {
  if (!process.env.GITHUB_STEP_SUMMARY) return;
  await core.summary.addRaw(fitSummary(markdown), true).write();
}

/** Cuts at a line's end what GitHub would refuse as a whole. */
export function fitSummary(markdown: string, most = MOST_BYTES): string {
  if (Buffer.byteLength(markdown) <= most) return markdown;
  const kept = Buffer.from(markdown).subarray(0, most).toString('utf8');
  return `${kept.slice(0, kept.lastIndexOf('\n'))}\n\n… cut here: a summary has at most 1 MiB. The report has it all.\n`;
}

/** What GitHub knows of a rollout, as Markdown. */
export interface SummaryMore {
  /** Who vouches for the archive. */
  readonly attested?: string | undefined;
  /** What is in the release. */
  readonly contents?: string | undefined;
}

/** The page of a rollout: what came of it, the time line, and every worker as the end found it. */
export function rolloutSummary(service: string, report: RolloutReport, more: SummaryMore = {}): string {
  const { error, from, to, cut, plan, phases } = report;
  const watched = report.watched.filter(({ quiet }) => !quiet);
  const went = [from && from !== to && `from ${code(from)}`, to && `to ${code(to)}`].filter(Boolean).join(' ');
  const parts = [
    `## ${headline(service, report)}`,
    `${[kinds[report.kind], went].filter(Boolean).join(' ')}, started ${report.startedAt.toISOString()}.`,
    more.attested,
    error && failureMarkdown(error),
    report.afterFailure && `**After the failure**: ${afterFailures[report.afterFailure]}`,
    report.withoutBackup &&
      `**Without a backup** from before, as ${text(report.withoutBackup.by)} wanted it: ${text(report.withoutBackup.reason)}`,
    report.despiteObjectives &&
      `**Whatever the objectives say**, as ${text(report.despiteObjectives.by)} wanted it: ${text(report.despiteObjectives.reason)}`,
    report.missed.length > 0 &&
      `**Left out**, since it can't be reached: ${report.missed.map(code).join(', ')}. Run the same again when it is back.`,
    cut > 0 && `**${cut} requests were cut** because they were still in flight when the drain's deadline passed.`,
    report.outcome === 'planned' && section('The plan', plan.map((line, at) => `${at + 1}. ${text(line)}`).join('\n')),
    report.kind === 'repair' && report.outcome === 'success' && section('What was done', plan.map(text).join('\n\n')),
    more.contents,
    report.timeline.length > 0 && section('Time line', timelineTable(report.timeline, report.startedAt)),
    report.backup && section('Backup', backupTable(report.backup)),
    watched.length > 0 && section('Watch', watchTable(watched)),
    report.workers.length > 0 && section('Workers now', workersTable(report.workers)),
    phases.length > 0 &&
      `Phases: ${phases.map(({ name, took }) => `${text(name)} ${formatDuration(took)}`).join(', ')}.`,
  ];
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}

const kinds = { deploy: 'Deploy', rollback: 'Rollback', repair: 'Repair' };

const afterFailures = {
  reverted: 'the workers that had been switched run their old release again.',
  'revert-failed': '**not all** of the workers that had been switched could be put back on their old release.',
  halted: 'the workers that had been switched stay as they are.',
  frozen: 'frozen; the workers that had been switched stay on the new release, the others on the old one.',
};

const section = (title: string, body: string) => `### ${title}\n\n${body}`;

function headline(service: string, { outcome, kind, to }: RolloutReport): string {
  const name = code(service);
  if (kind === 'repair' && outcome === 'success') return `🔧 ${name} was put right`;
  if (kind === 'repair' && outcome === 'nothing-to-do') return `✅ ${name} is well: nothing was left to repair`;
  switch (outcome) {
    case 'success':
      return `✅ ${name} runs ${code(to ?? '?')}`;
    case 'nothing-to-do':
      return `✅ ${name} ran ${code(to ?? '?')} already`;
    case 'planned':
      return `📝 ${name}: the plan of a ${kind}; nothing was changed`;
    case 'failed':
      return `❌ ${name}: the ${kind} failed`;
  }
}

/** Host, step, what was seen, what is left, and what to type next. */
export function failureMarkdown({ failure }: BukaError): string {
  const rows: [string, string | undefined][] = [
    ['host', failure.host && code(failure.host)],
    ['step', failure.step && code(failure.step)],
    ['code', code(failure.code)],
  ];
  const details: [string, string | undefined][] = [
    ['Seen', failure.seen],
    ['Left', failure.left],
  ];
  return [
    `**${text(failure.message)}**`,
    table(
      rows.flatMap(([name, value]) => (value ? [name] : [])),
      [rows.flatMap(([, value]) => (value ? [value] : []))],
    ),
    ...details.flatMap(([name, value]) => (value ? [`${name}:\n\n${block(value)}`] : [])),
    ...(failure.hint ? [next(failure.hint)] : []),
  ].join('\n\n');
}

const next = (hint: string) => (hint.includes('\n') ? `Next:\n\n${block(hint)}` : `Next: ${prose(hint)}`);

function timelineTable(timeline: readonly WorkerTimeline[], start: Date): string {
  const after = (at: Date | undefined) => (at ? `+${formatDuration(between(start, at))}` : '–');
  return table(
    ['worker', 'batch', 'drain started', 'drained', 'switched', 'healthy', 'readmitted'],
    timeline.map((line) => [
      code(line.worker),
      String(line.batch),
      ...[line.drainStarted, line.drained, line.switched, line.healthy, line.readmitted].map(after),
    ]),
  );
}

/** What there is to go back to, and how long that takes. */
export function backupTable({ id, recoveryPoint, bytes, bytesAdded, took, newestProven }: BackupTaken): string {
  const figures = table(
    ['backup', 'recovery point', 'size', 'new', 'taken in', 'proven in', 'restored in'],
    [
      [
        ...[code(id), recoveryPoint.toISOString(), formatBytes(bytes), formatBytes(bytesAdded)],
        formatDuration(took.dump),
        took.prove === null ? '**not proven**' : formatDuration(took.prove),
        took.restore === null ? '–' : formatDuration(took.restore),
      ],
    ],
  );
  if (newestProven === undefined) return figures;
  const { id: other, of } = newestProven;
  return `${figures}\n\n**Stored, not proven**: that was left to the night. The newest proven one is ${code(other)} of ${of.toISOString()}.`;
}

function watchTable(watched: readonly WatchVerdict[]): string {
  const signs = { success: '✅', failure: '❌', inconclusive: '❔' };
  return table(
    ['batch', 'verdict', 'seen'],
    watched.map(({ batch, verdict, seen }) => [String(batch), `${signs[verdict]} ${verdict}`, text(seen)]),
  );
}

function workersTable(workers: readonly WorkerState[]): string {
  const balancers = [...new Set(workers.flatMap(({ rotation }) => [...rotation.keys()]))];
  return table(
    ['worker', 'release', 'process', 'health', ...balancers.map((name) => `on ${code(name)}`)],
    workers.map((worker) => [
      code(worker.worker),
      worker.active ? code(worker.active) : '–',
      worker.running ? code(worker.running) : '–',
      worker.healthy === undefined ? '**unknown**' : worker.healthy ? 'healthy' : '**unhealthy**',
      ...balancers.map((name) => {
        const rotation = worker.rotation.get(name) ?? 'unknown';
        return rotation === 'in' ? 'in rotation' : `**${rotation}**`;
      }),
    ]),
  );
}
