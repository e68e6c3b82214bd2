import { milliseconds } from '../../units';
import type { Mark } from '../marks';
import type { SloReport } from '../measure';
import { burnWord, formatLength, formatMoment, formatPercent } from '../words';
import { chartData } from './chart-data';
import { charts } from './charts';
import { card, escaped, htmlTable, moment, pill, soft } from './html';
import { style } from './style';
import { tiles } from './tiles';
import uplot from './uplot.json' with { type: 'json' };

/** The report as one HTML page that needs nothing besides: no network, no other file. */
export function page(report: SloReport): string {
  const title = `Objectives of ${escaped(report.service)}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${uplot.css}${style}</style>
</head>
<body>
<main>
${parts(title, report).filter(Boolean).join('\n')}
</main>
<script>${uplot.js}</script>
<script>var data = ${JSON.stringify(chartData(report))};${charts}</script>
</body>
</html>
`;
}

function parts(title: string, report: SloReport): (string | false)[] {
  const { from, to, verdict, availability, responseTime, marks } = report;
  const { blindSpots, measured } = availability;
  const asked = responseTime.requests > 0;
  return [
    `<h1>${title} ${pill(verdict)}</h1>`,
    `<p class="soft">${formatMoment(from)} to ${formatMoment(to)}</p>`,
    `<div class="tiles">${tiles(report).join('')}</div>`,
    (measured !== undefined || asked) && card('In the charts', key),
    measured !== undefined && chart('Error budget that is left', 'budget', 'It falls while the service is down.'),
    asked &&
      chart(
        'Response time of real requests',
        'times',
        'Mean, p95 and p99, on a logarithmic scale. A gap: no request, or none that was counted.',
      ),
    asked && chart('Requests', 'requests', `How many there were, in parts of ${formatLength(partOf(report))}.`),
    availability.burns.length > 0 && card('Burn rate', burnTable(report)),
    card(
      'Incidents',
      availability.incidents.length === 0
        ? soft('None was measured.')
        : htmlTable(
            ['from', 'to', 'length', 'measured down'],
            availability.incidents.map(({ from, to, ongoing, length, down }) => [
              ...[moment(from), ongoing ? '<b class="missed">not over</b>' : moment(to)],
              ...[formatLength(length), formatLength(down)],
            ]),
          ),
    ),
    blindSpots.length > 0 &&
      card(
        'Nobody looked',
        `${soft('This time counts neither as up nor as down.')}${htmlTable(
          ['from', 'to', 'length'],
          blindSpots.map(({ from, to, length }) => [moment(from), moment(to), formatLength(length)]),
        )}`,
      ),
    marks === undefined && card('Done on purpose', soft('No worker could be asked what was deployed when.')),
    marks !== undefined && marks.length > 0 && card('Done on purpose', marksTable(marks)),
    card('How it was measured', method(report)),
  ];
}

const chart = (title: string, id: string, note: string) =>
  card(title, `${soft(note)}<div class="chart" id="${id}"></div>`);

const key = `<ul class="key">${[
  ['down', 'down', ''],
  ['blind', 'nobody looked', ''],
  ['mark', 'deploy, rollback or restore', 'thin'],
  ['bad', 'objective, or the end of the budget', 'dashed'],
]
  .map(([colour, words, shape]) => `<li><i class="${shape}" style="--colour:var(--${colour})"></i>${words}</li>`)
  .join('')}</ul>${soft('All times are UTC.')}`;

const marksTable = (marks: readonly Mark[]) =>
  htmlTable(
    ['when', 'what', 'by whom and why'],
    marks.map(({ at, kind, release, by, reason }) => [
      ...[moment(at), `${kind} <code>${escaped(release)}</code>`],
      `<span class="free">${escaped(by)}${reason === undefined ? '' : `: ${escaped(reason)}`}</span>`,
    ]),
  );

/** How long each part of the course is. */
const partOf = ({ responseTime: { course } }: SloReport) =>
  milliseconds(course[0] === undefined ? 0 : course[0].to - course[0].from);

/** Both spans of a limit in one row, so that the word at its end is in sight on a phone. */
const burnTable = ({ availability }: SloReport) =>
  htmlTable(
    ['over', 'burn rate', 'limit', ''],
    availability.burns.map((burn) => [
      `${formatLength(burn.long)}<br>${formatLength(burn.short)}`,
      `${rate(burn.overLong)}<br>${rate(burn.overShort)}`,
      rate(burn.limit),
      burn.tooFast ? `<b class="missed">${burnWord(burn)}</b>` : burnWord(burn),
    ]),
  );

const rate = (value: number | undefined) => (value === undefined ? 'not measured' : `${Number(value.toFixed(2))} ×`);

function method({ availability: { probeInterval }, responseTime: { workers } }: SloReport): string {
  const often = probeInterval > 0 ? `, each ${formatLength(probeInterval)}` : '';
  return [
    soft(
      `Availability: a probe through the address that customers use${often}; it stands for the time until the next one. Response time: of real requests, counted by the workers themselves; what load balancers and monitoring ask for is left out.`,
    ),
    workers.length === 0
      ? soft('No figures of any worker were read.')
      : htmlTable(
          ['worker', 'its figures were read in'],
          workers.map(({ worker, coverage }) => [escaped(worker), formatPercent(100 * coverage, 2)]),
        ),
  ].join('');
}
