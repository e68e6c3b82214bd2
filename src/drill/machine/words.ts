import { formatLength, formatPercent, formatTime } from '../../slo';
import { type Duration, formatDuration, seconds } from '../../units';
import type { Figures, WindowVerdict } from './figures';

/** The rows of the table, on the terminal and in a job's summary. */
export const figureRows: readonly (readonly [name: string, cell: (figures: Figures) => string])[] = [
  ['requests', ({ requests }) => requests.toLocaleString('en-US')],
  ['failed', ({ failed }) => failed.toLocaleString('en-US')],
  ['error rate', ({ errorRate }) => `${errorRate.toFixed(2)} %`],
  ['availability', ({ availability }) => formatPercent(availability)],
  ['longest without service', ({ longestDown }) => formatDuration(longestDown)],
  ['mean', ({ mean }) => formatTime(mean)],
  ['p50', ({ p50 }) => formatTime(p50)],
  ['p95', ({ p95 }) => formatTime(p95)],
  ['p99', ({ p99 }) => formatTime(p99)],
];

/** Whether the objectives would have held, with this incident and no other. */
export function windowText({ window, availability, responseTime, budgetShare, held }: WindowVerdict): string {
  const time =
    responseTime === undefined
      ? 'its response time is not known'
      : `mean response time ${formatTime(responseTime.mean)} (at most ${formatTime(responseTime.objective)})`;
  return `With this as the only incident of ${formatLength(window)}, the objectives would ${held ? 'have held' : 'NOT HAVE HELD'}: availability ${formatPercent(availability.measured)} (at least ${formatPercent(availability.objective)}), ${time}; ${(100 * budgetShare).toFixed(2)} % of the error budget spent.`;
}

/** That the machine which the customers come from stood still for more than a second; undefined where it didn't. Pure. */
export const lateText = (late: Duration): string | undefined =>
  late > seconds(1)
    ? `Customers came up to ${formatDuration(late)} late, since this machine stood still. That is in the response times: make the drill again where it has nothing else to do.`
    : undefined;
