import { milliseconds } from '../../units';
import type { Availability } from '../availability';
import type { SloReport } from '../measure';
import type { Verdict } from '../verdict';
import { formatLength, formatPercent, formatQuantile, formatTime } from '../words';
import { card, pill, soft, unbroken } from './html';

/** The figures that a reader came for: both objectives, and the error budget. */
export function tiles({ availability, responseTime }: SloReport): string[] {
  const { measured, objective, verdict, coverage, atLeast, unmeasured } = availability;
  const { requests, p50, p95, p99 } = responseTime;
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
      requests === 0
        ? 'No request was counted.'
        : `${requests.toLocaleString('en-US')} requests: p50 ${formatQuantile(p50)}, p95 ${formatQuantile(p95)}, p99 ${formatQuantile(p99)}.`,
    ]),
    budgetTile(availability),
  ];
}

function budgetTile({ budget: { whole, spent, left, leftShare }, measured }: Availability): string {
  if (measured === undefined)
    return card(
      'Error budget',
      `<div class="figure">${formatLength(whole)}</div>${soft('What was spent of it nobody knows.')}`,
    );
  const [kind, share] = left < 0 ? ['missed', 100] : ['met', (100 * leftShare).toFixed(1)];
  const figure = left < 0 ? `${formatLength(milliseconds(-left))} too much` : `${formatLength(left)} left`;
  return card(
    'Error budget',
    `<div class="figure${left < 0 ? ' missed' : ''}">${unbroken(figure)}</div><div class="bar"><i class="${kind}" style="width:${share}%"></i></div>${soft(`${formatLength(spent)} spent of ${formatLength(whole)}.`)}`,
  );
}

const tile = (title: string, verdict: Verdict, figure: string, notes: readonly string[]) =>
  `<section class="card"><h2>${title} ${pill(verdict)}</h2><div class="figure ${verdict}">${unbroken(figure)}</div>${notes.map(soft).join('')}</section>`;
