import { BukaError, ConfigurationError } from '../errors';
import type { SloReport } from './measure';
import { formatPercent, formatTime, verdictWords } from './words';

/** `missed`: a miss fails; `unknown`: so does a window of which too little was measured. */
export type FailOn = 'nothing' | 'missed' | 'unknown';

const choices: readonly FailOn[] = ['nothing', 'missed', 'unknown'];

/** @throws ConfigurationError `fail-on-invalid` */
export function failOn(text: string): FailOn {
  const chosen = choices.find((choice) => choice === text);
  if (chosen !== undefined) return chosen;
  throw new ConfigurationError({
    code: 'fail-on-invalid',
    message: `fail-on must be one of ${choices.join(', ')}.`,
    seen: text,
    left: 'Nothing was changed.',
    hint: '`missed` fails when an objective is missed; `unknown` also when too little was measured to say.',
  });
}

/** What fails by the gate; undefined where it lets pass. */
export function gateFailure(report: SloReport, on: FailOn): BukaError | undefined {
  const { verdict, availability, responseTime } = report;
  if (on === 'nothing' || verdict === 'met' || (on === 'missed' && verdict === 'unknown')) return undefined;
  return new BukaError({
    code: verdict === 'missed' ? 'objectives-missed' : 'objectives-unknown',
    message:
      verdict === 'missed'
        ? 'The objectives were missed over the window.'
        : 'Too little of the window was measured to say whether the objectives were met.',
    seen: [
      `availability ${verdictWords[availability.verdict]}: ${formatPercent(availability.measured)} of ${formatPercent(availability.objective)}, ${formatPercent(100 * availability.coverage, 1)} measured`,
      `response time ${verdictWords[responseTime.verdict]}: mean ${formatTime(responseTime.mean)} of ${formatTime(responseTime.objective)}, ${formatPercent(100 * responseTime.coverage, 1)} measured`,
    ].join('\n'),
    left: 'Nothing was changed.',
    hint:
      verdict === 'missed'
        ? 'The report lists the incidents that spent the budget.'
        : 'The report lists when nobody looked: docs/objectives.md#not-measured.',
  });
}
