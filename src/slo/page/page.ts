import type { SloReport } from '../measure';
import type { Verdict } from '../verdict';
import { formatLength, formatMoment, formatPercent, formatQuantile, formatTime } from '../words';
import { chartData } from './chart-data';
import { charts } from './charts';
import { escaped, htmlTable } from './html';
import { style } from './style';
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
  const { from, to, verdict, availability, marks = [] } = report;
  const blindSpots = availability.blindSpots;
  return [
    `<h1>${title} ${pill(verdict)}</h1>`,
    `<p class="soft">${formatMoment(from)} to ${formatMoment(to)}</p>`,
    `<div class="tiles">${tiles(report).join('')}</div>`,
    chart('Error budget that is left', 'budget', 'It falls while the service is down.'),
    chart('Response time of real requests', 'times', 'Mean, p95 and p99, on a logarithmic scale. A gap: nobody asked.'),
    chart('Requests', 'requests', 'In each part of the window.'),
    `<section class="card"><h2>In the charts</h2>${key}</section>`,
    availability.burns.length > 0 && card('Burn rate', burnTable(report)),
    card(
      'Incidents',
      availability.incidents.length === 0
        ? '<p class="soft">None was measured.</p>'
        : htmlTable(
            ['from', 'to', 'length', 'measured down'],
            availability.incidents.map(({ from, to, ongoing, length, down }) => [
              ...[formatMoment(from), ongoing ? '<b class="missed">not over</b>' : formatMoment(to)],
              ...[formatLength(length), formatLength(down)],
            ]),
          ),
    ),
    blindSpots.length > 0 &&
      card(
        'Nobody looked',
        `<p class="soft">This time counts neither as up nor as down.</p>${htmlTable(
          ['from', 'to', 'length'],
          blindSpots.map(({ from, to, length }) => [formatMoment(from), formatMoment(to), formatLength(length)]),
        )}`,
      ),
    marks.length > 0 &&
      card(
        'Done on purpose',
        htmlTable(
          ['when', 'what', 'release', 'by', 'why'],
          marks.map(({ at, kind, release, by, reason = '' }) => [
            ...[formatMoment(at), kind, `<code>${escaped(release)}</code>`, escaped(by), escaped(reason)],
          ]),
        ),
      ),
    card('How it was measured', method(report)),
  ];
}

function tiles({ availability, responseTime }: SloReport): string[] {
  const { budget, measured, objective, verdict, coverage, atLeast, unmeasured } = availability;
  const share = Math.min(1, Math.max(0, budget.leftShare));
  const blind =
    unmeasured > 0
      ? `${formatLength(unmeasured)} not measured; ${formatPercent(atLeast)} if it was down all that time.`
      : 'The whole window was measured.';
  return [
    tile('Availability', verdict, formatPercent(measured), [
      `Asked for: at least ${formatPercent(objective)}. Coverage ${formatPercent(100 * coverage, 2)}.`,
      blind,
    ]),
    tile('Mean response time', responseTime.verdict, formatTime(responseTime.mean), [
      `Asked for: at most ${formatTime(responseTime.objective)}. Coverage ${formatPercent(100 * responseTime.coverage, 2)}.`,
      `${responseTime.requests.toLocaleString('en-US')} requests: p50 ${formatQuantile(responseTime.p50)}, p95 ${formatQuantile(responseTime.p95)}, p99 ${formatQuantile(responseTime.p99)}.`,
    ]),
    `<section class="card"><h2>Error budget</h2><div class="figure">${formatLength(budget.left)} left</div><div class="bar"><i class="${budget.left < 0 ? 'missed' : 'met'}" style="width:${budget.left < 0 ? 100 : (100 * share).toFixed(1)}%"></i></div><p class="soft">${formatLength(budget.spent)} spent of ${formatLength(budget.whole)}.</p></section>`,
  ];
}

const tile = (title: string, verdict: Verdict, figure: string, notes: readonly string[]) =>
  `<section class="card"><h2>${title} ${pill(verdict)}</h2><div class="figure ${verdict}">${figure}</div>${notes.map((note) => `<p class="soft">${note}</p>`).join('')}</section>`;

const pill = (verdict: Verdict) => `<span class="pill ${verdict}">${verdict}</span>`;

const card = (title: string, body: string) => `<section class="card"><h2>${title}</h2>${body}</section>`;

const chart = (title: string, id: string, note: string) =>
  card(title, `<p class="soft">${note}</p><div class="chart" id="${id}"></div>`);

const key = `<ul class="key">${[
  ['down', 'down', ''],
  ['blind', 'nobody looked', ''],
  ['mark', 'deploy, rollback or restore', 'thin'],
  ['bad', 'objective, or the end of the budget', 'thin'],
]
  .map(([colour, words, shape]) => `<li><i class="${shape}" style="--colour:var(--${colour})"></i>${words}</li>`)
  .join('')}</ul><p class="soft">All times are UTC.</p>`;

const burnTable = ({ availability }: SloReport) =>
  htmlTable(
    ['over', 'burn rate', 'and over', 'burn rate', 'limit', ''],
    availability.burns.map(({ long, short, limit, overLong, overShort, tooFast }) => [
      ...[formatLength(long), rate(overLong), formatLength(short), rate(overShort), rate(limit)],
      tooFast ? '<b class="missed">too fast</b>' : 'fine',
    ]),
  );

const rate = (value: number | undefined) => (value === undefined ? 'not measured' : `${Number(value.toFixed(2))} ×`);

const method = ({ availability, responseTime }: SloReport) =>
  `<p class="soft">Availability: a probe through the address that customers use, each ${formatLength(availability.probeInterval)}; it stands for the time until the next one. Response time: of real requests, counted by the workers themselves; what load balancers and monitoring ask for is left out.</p>${htmlTable(
    ['worker', 'its figures were read in'],
    responseTime.workers.map(({ worker, coverage }) => [escaped(worker), formatPercent(100 * coverage, 2)]),
  )}`;
