import type { Availability, ResponseTime, SloReport, Verdict } from '../slo';
import { burnWord, formatLength, formatMoment, formatPercent, formatQuantile, formatTime, verdictWords } from '../slo';
import { code, table, text } from './markdown';

/** Of incidents and blind spots; the report has them all. */
const MOST_ROWS = 20;

const signs: Readonly<Record<Verdict, string>> = { met: '✅', missed: '❌', unknown: '❔' };

/** The page of a report: both objectives, the budget, how fast it is spent, and every incident. */
export function sloSummary(report: SloReport): string {
  const { service, from, to, verdict, availability, responseTime, marks } = report;
  const unmeasured = availability.blindSpots.filter(({ length }) => length > 0);
  const parts = [
    `## ${signs[verdict]} Objectives of ${code(service)}: ${verdictWords[verdict]}`,
    `From ${formatMoment(from)} to ${formatMoment(to)}.`,
    table(
      ['objective', 'asked for', 'measured', 'verdict', 'coverage'],
      [availabilityRow(availability), responseRow(responseTime)],
    ),
    `**Error budget**: ${budgetWords(availability)}`,
    availability.unmeasured > 0 &&
      `**Not measured**: ${formatLength(availability.unmeasured)}. Had the service been down all that time, availability would be ${formatPercent(availability.atLeast)}.`,
    table(
      ['mean', 'p50', 'p95', 'p99', 'requests'],
      [
        [
          formatTime(responseTime.mean),
          ...[responseTime.p50, responseTime.p95, responseTime.p99].map(formatQuantile),
          responseTime.requests.toLocaleString('en-US'),
        ],
      ],
    ),
    availability.burns.length > 0 && `### Burn rate\n\n${burnTable(availability)}`,
    availability.incidents.length > 0 &&
      listed(
        'Incidents',
        ['from', 'to', 'length', 'measured down'],
        availability.incidents.map(({ from, to, ongoing, length, down }) => [
          ...[formatMoment(from), ongoing ? '**not over**' : formatMoment(to)],
          ...[formatLength(length), formatLength(down)],
        ]),
      ),
    unmeasured.length > 0 &&
      listed(
        'Nobody looked',
        ['from', 'to', 'length'],
        unmeasured.map(({ from, to, length }) => [formatMoment(from), formatMoment(to), formatLength(length)]),
      ),
    marks !== undefined &&
      marks.length > 0 &&
      listed(
        'Done on purpose',
        ['when', 'what', 'release', 'by'],
        marks.map(({ at, kind, release, by }) => [formatMoment(at), kind, code(release), text(by)]),
      ),
    marks === undefined && 'No worker could be asked what was deployed when.',
  ];
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}

const availabilityRow = ({ objective, measured, verdict, coverage }: Availability) => [
  ...['availability', `at least ${formatPercent(objective)}`, `**${formatPercent(measured)}**`],
  ...[`${signs[verdict]} ${verdictWords[verdict]}`, formatPercent(100 * coverage, 2)],
];

const responseRow = ({ objective, mean, verdict, coverage }: ResponseTime) => [
  ...['mean response time', `at most ${formatTime(objective)}`, `**${formatTime(mean)}**`],
  ...[`${signs[verdict]} ${verdictWords[verdict]}`, formatPercent(100 * coverage, 2)],
];

const budgetWords = ({ budget }: Availability) =>
  budget.left < 0
    ? `${formatLength(budget.spent)} spent of ${formatLength(budget.whole)}, which is more than there was.`
    : `${formatLength(budget.left)} left of ${formatLength(budget.whole)} (${formatPercent(100 * budget.leftShare, 1)}), ${formatLength(budget.spent)} spent.`;

const burnTable = ({ burns }: Availability) =>
  table(
    ['over', 'burn rate', 'and over', 'burn rate', 'limit', ''],
    burns.map((burn) => [
      ...[formatLength(burn.long), rate(burn.overLong), formatLength(burn.short), rate(burn.overShort)],
      ...[rate(burn.limit), burn.tooFast ? `**${burnWord(burn)}**` : burnWord(burn)],
    ]),
  );

const rate = (value: number | undefined) => (value === undefined ? 'not measured' : `${Number(value.toFixed(2))} ×`);

function listed(title: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  const more = rows.length - MOST_ROWS;
  const rest = more > 0 ? `\n\n${more} earlier ones are in the report.` : '';
  return `### ${title}\n\n${table(head, rows.slice(-MOST_ROWS))}${rest}`;
}
