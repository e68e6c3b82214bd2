import { figureRows, lateText, type MachineDrillReport, windowText } from '../drill';
import { code, table, text } from '../github';
import { formatDuration } from '../units';

/** The page of a drill on a machine: what customers saw, how the cluster took it, and what it means for the objectives. */
export function drillSummary(report: MachineDrillReport): string {
  const { drill, service, host, outcome, how, held, detected, recovered, before, during, after, window } = report;
  const parts = [
    outcome === 'recovered'
      ? `## 🧯 ${code(service)}: ${drill} of ${code(host)}, all as before after ${formatDuration(recovered ?? held)}`
      : `## ❌ ${code(service)}: ${drill} of ${code(host)}, NOT as before after five minutes`,
    table(
      ['', 'before', 'during', 'after'],
      figureRows.map(([name, cell]) => [
        name,
        ...[before, during, after].map((figures) => (figures === undefined ? '–' : cell(figures))),
      ]),
    ),
    table(
      ['incident', 'held for', 'detected', 'recovered'],
      [
        [
          text(how),
          formatDuration(held),
          detected === undefined ? 'not seen: it kept its traffic' : `after ${formatDuration(detected)}`,
          recovered === undefined ? '**no**' : `after ${formatDuration(recovered)}`,
        ],
      ],
    ),
    `${window.held ? '✅' : '❌'} ${windowText(window)}`,
    lateText(report.load.late),
    report.cancelled && 'It was cancelled, so it was shorter than it should be.',
  ];
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}
