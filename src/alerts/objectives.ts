import type { Cluster } from '../cluster';
import type { Work } from '../rollout';
import { APP_JOB, burnLimits, LEAST_COVERAGE, PROBES, requests } from '../slo';
import { type Duration, minutes } from '../units';
import { inPromQl, type Rule, rule } from './rule';

/** Only a drill takes the service away on purpose. */
const onPurpose: readonly Work[] = ['drill'];
const HOUR = minutes(60);

export const objectiveRules = (cluster: Cluster): Rule[] => [
  ...errorBudgetBurns(cluster),
  tooSlow(cluster),
  ...notMeasured(),
];

/**
 * The same spans and limits as the report's, see `burnLimits`. Of the samples in a span, those that failed: time that
 * nobody measured counts neither way.
 */
function errorBudgetBurns({ service, slo }: Cluster): Rule[] {
  const allowed = (100 - slo.availability) / 100;
  return burnLimits(slo.window).map(({ long, short, limit }, index) => {
    // 100 - 99.9 is not quite 0.1 in binary.
    const most = Number((limit * allowed).toPrecision(10));
    const failed = (span: Duration) => `1 - avg_over_time(${PROBES}[${inPromQl(span)}]) >= ${most}`;
    const [over, still] = [inPromQl(long), inPromQl(short)];
    return rule('ErrorBudgetBurns', {
      when: `${failed(long)}\nand\n${failed(short)}`,
      severity: index < 2 ? 'critical' : 'warning',
      mutedDuring: onPurpose,
      labels: { over },
      summary: `Customers of ${service} get errors, faster than ${slo.availability} % allows`,
      description: `{{ $value | humanizePercentage }} of the last ${over} failed at {{ $labels.instance }}, and it went on within the last ${still}. At ${Number(limit.toPrecision(4))} times the rate that spends the error budget of ${inPromQl(slo.window)} exactly, or more, it is spent too soon.`,
    });
  });
}

/** Requests are those of the report: what load balancers and monitoring ask for is left out. */
function tooSlow(cluster: Cluster): Rule {
  const { service, slo } = cluster;
  const mean = (span: Duration) => {
    const { sum, count } = requests(cluster, span / 1000);
    return `${sum} / ${count} > ${slo.meanResponseTime / 1000}`;
  };
  return rule('ResponseTimeTooLong', {
    when: `${mean(HOUR)}\nand\n${mean(minutes(5))}`,
    lasting: minutes(5),
    severity: 'warning',
    mutedDuring: onPurpose,
    summary: `${service} answers slower than the objective`,
    description: `Requests of the last hour took {{ $value | humanizeDuration }} on average, where at most ${slo.meanResponseTime / 1000} s are promised, and those of the last 5 min were no faster.`,
  });
}

/** What isn't measured is no success: below `LEAST_COVERAGE` the report has no verdict. */
function notMeasured(): Rule[] {
  // Of its minutes, those in which there was a probe.
  const share = `count_over_time(max(present_over_time(${PROBES}[1m]))[1d:1m]) / (24 * 60)`;
  // A monitoring that is younger than a day has not missed what it doesn't have.
  const old = 'count_over_time(up{job="prometheus"}[10m] offset 1d) > 0';
  return [
    rule('CoverageTooLow', {
      when: `absent_over_time(${PROBES}[15m])`,
      // A Prometheus that was just started has not asked yet.
      lasting: minutes(1),
      severity: 'critical',
      labels: { objective: 'availability' },
      summary: 'Nobody looks whether customers are served',
      description: 'There was no probe through the address that customers use for 15 min.',
    }),
    rule('CoverageTooLow', {
      when: `${share} < ${LEAST_COVERAGE}\nand on ()\n${old}`,
      severity: 'warning',
      labels: { objective: 'availability' },
      summary: 'The availability of a part of the last day is not known',
      description: `Only {{ $value | humanizePercentage }} of the last day was measured. Below ${100 * LEAST_COVERAGE} % of its window an objective has no verdict.`,
    }),
    rule('CoverageTooLow', {
      when: `max(up{job="${APP_JOB}"}) == 0`,
      lasting: HOUR,
      severity: 'warning',
      labels: { objective: 'response-time' },
      summary: 'The response time is not measured',
      description: 'No worker could be asked for its figures, at /metrics, for an hour.',
    }),
  ];
}
