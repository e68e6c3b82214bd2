import { formatLength, formatPercent, formatTime } from '../../slo';
import type { Duration } from '../../units';
import type { Figures } from '../machine/figures';
import type { Throughput } from './ramp';
import {
  type CompareReport,
  isLeftOut,
  type LeftOut,
  type Outcome,
  type Seen,
  type Situation,
  type System,
  situations,
  systems,
} from './report';

export const systemWords = ({ worker, workers, loadBalancers }: CompareReport): Readonly<Record<System, string>> => ({
  alone: `${worker} alone`,
  distributed: `${workers.length} workers, ${loadBalancers === 1 ? 'a load balancer' : `${loadBalancers} load balancers`}`,
});

export const situationWords: Readonly<Record<Situation, string>> = {
  quiet: 'nothing happens',
  deploy: 'a deploy runs',
  'worker-down': 'a worker is down',
  'load-balancer-lost': 'a load balancer is lost',
};

/** A figure of each situation, as the table and the charts have it. */
export interface Indicator {
  readonly name: string;
  /** For whoever reads a chart. */
  readonly note: string;
  /** Undefined where there is none: nobody was served. */
  readonly value: (seen: Seen) => number | undefined;
  readonly text: (seen: Seen) => string;
}

const time = (name: string, note: string, of: (figures: Figures) => Duration | undefined): Indicator => ({
  ...{ name, note },
  value: ({ figures }) => of(figures),
  text: ({ figures }) => (of(figures) === undefined ? 'nobody was served' : formatTime(of(figures))),
});
const served = 'Of requests that were served, from when the customer came.';

export const indicators: readonly Indicator[] = [
  {
    name: 'availability',
    note: 'Of the time that it lasted; a request stands for the time until the next one.',
    value: ({ figures }) => figures.availability,
    text: ({ figures }) => formatPercent(figures.availability),
  },
  {
    name: 'without service',
    note: 'For how long nobody would have been served, in all.',
    value: ({ figures }) => figures.down,
    text: ({ figures }) => (figures.down === 0 ? '0 s' : formatTime(figures.down)),
  },
  {
    name: 'error rate',
    note: 'Requests that failed, of all.',
    value: ({ figures }) => figures.errorRate,
    // Rounded up: what failed is never told as none.
    text: ({ figures: { errorRate } }) => `${Number((Math.ceil(errorRate * 1000 - 1e-6) / 1000).toFixed(3))} %`,
  },
  time('mean response time', served, ({ mean }) => mean),
  time('p50', served, ({ p50 }) => p50),
  time('p95', served, ({ p95 }) => p95),
  time('p99', served, ({ p99 }) => p99),
];

/** A row of the table: the same figure of both systems. */
export interface Row {
  readonly situation: string;
  readonly name: string;
  readonly cells: Readonly<Record<System, string>>;
}

/** All figures, the throughput first. Pure. */
export function rowsOf(report: CompareReport): Row[] {
  const row = (situation: string, name: string, cell: (system: System) => string): Row => ({
    ...{ situation, name },
    cells: { alone: cell('alone'), distributed: cell('distributed') },
  });
  return [
    row('at its limit', 'throughput', (system) => throughputText(report[system].throughput)),
    ...situations.flatMap((situation) => {
      const told = (text: (seen: Seen) => string) => (system: System) => {
        const outcome = report[system].situations[situation];
        return isLeftOut(outcome) ? '-' : text(outcome);
      };
      const words = situationWords[situation];
      const all = systems.map((system) => report[system].situations[situation]);
      if (all.every(isLeftOut)) return [];
      return [
        row(
          words,
          'requests',
          told(({ figures: { requests } }) => requests.toLocaleString('en-US')),
        ),
        ...indicators.map(({ name, text }) => row(words, name, told(text))),
        row(
          words,
          'how long it took',
          told(({ length }) => formatLength(length)),
        ),
        row(
          words,
          'sent late, p95',
          told(({ late }) => formatTime(late.p95)),
        ),
      ];
    }),
  ];
}

export function throughputText(throughput: Throughput | LeftOut): string {
  if (isLeftOut(throughput)) return '-';
  const { perSecond, limit } = throughput;
  return `${limit === 'objectives' ? '' : 'at least '}${Math.round(perSecond)} a second`;
}

/** What a reader has to know besides the figures: what was left out and why, and where the throughput ended. Pure. */
export function notesOf(report: CompareReport): string[] {
  const words = systemWords(report);
  const leftOut = (system: System, what: string, outcome: Outcome | Throughput | LeftOut) =>
    isLeftOut(outcome) ? [`${words[system]}, ${what}: not measured, ${outcome.leftOut}.`] : [];
  return [
    ...systems.flatMap((system) => [
      ...limitNote(words[system], report[system].throughput),
      ...leftOut(system, 'throughput', report[system].throughput),
      ...situations.flatMap((one) => leftOut(system, situationWords[one], report[system].situations[one])),
    ]),
    ...(report.cancelled ? ['It was cancelled.'] : []),
    ...(report.outcome === 'not-recovered'
      ? ['Something is NOT AS IT WAS BEFORE: `buka status` tells what. What was to come was left out.']
      : []),
  ];
}

function limitNote(who: string, throughput: Throughput | LeftOut): string[] {
  if (isLeftOut(throughput)) return [];
  if (throughput.limit === 'most-rate')
    return [`${who}: the objectives held at all rates that were tried, so the throughput may be more.`];
  if (throughput.limit === 'generator')
    return [
      `${who}: where the objectives didn't hold any more, the customers themselves were held up, so the throughput may be more.`,
    ];
  return [];
}

/** How the load was made, in a sentence or two. Pure. */
export function loadWords({ load, alone, distributed, objectives }: CompareReport): string {
  const { path, rate, lasts, mostRate } = load;
  return [
    `GET ${path}, ${rate} a second, by customers who come at their own rate, to ${alone.target} and to ${distributed.target}.`,
    `The throughput is the most that was served with a mean of at most ${formatTime(objectives.meanResponseTime)} and errors of at most ${Number((100 - objectives.availability).toFixed(6))} %, in steps of ${formatLength(lasts)} up to ${mostRate} a second.`,
    `An incident was held for ${formatLength(lasts)}, and counts until all was as before.`,
  ].join(' ');
}
