import { MUTED_DURING, type Work } from '../rollout';
import type { Duration } from '../units';

/** `critical`: customers are hit, or will be within the hour. `warning`: it can wait for the morning. */
export type Severity = 'critical' | 'warning';

/** One alert as the rules file of Prometheus has it ("Alerting rules" in its documentation). */
export interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: { readonly summary: string; readonly description: string; readonly runbook_url: string };
}

/** Where an alert's page is read; the pages are docs/alerts/*.md. */
const PAGES = 'https://github.com/simplifypos/buka/blob/v1/docs/alerts';

interface Parts {
  /** What holds while the alert is true, in Prometheus's language. */
  readonly when: string;
  /** For how long it has to hold before anyone is told. */
  readonly lasting?: Duration;
  readonly severity: Severity;
  readonly mutedDuring?: readonly Work[];
  /** Labels besides, which tell alerts of one name apart. */
  readonly labels?: Readonly<Record<string, string>>;
  /** One line, in Prometheus's templates: `{{ $labels.host }}`. */
  readonly summary: string;
  readonly description: string;
}

export function rule(alert: string, parts: Parts): Rule {
  const { when, lasting, severity, mutedDuring = [], labels, summary, description } = parts;
  return {
    alert,
    expr: when,
    ...(lasting === undefined ? {} : { for: inPromQl(lasting) }),
    labels: {
      severity,
      ...labels,
      ...(mutedDuring.length === 0 ? {} : { [MUTED_DURING]: mutedDuring.join(' ') }),
    },
    annotations: { summary, description, runbook_url: `${PAGES}/${pageOf(alert)}.md` },
  };
}

/** `WorkerDown` is in `worker-down.md`. */
export const pageOf = (alert: string): string =>
  alert.replace(/[A-Z]/g, (letter, at) => `${at === 0 ? '' : '-'}${letter.toLowerCase()}`);

/** A length of time as Prometheus writes it, in the largest unit that says it whole: `30m`, `1d`. */
export function inPromQl(duration: Duration): string {
  const units = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1000],
  ] as const;
  const [name, length] = units.find(([, length]) => duration % length === 0) ?? ['ms', 1];
  return `${duration / length}${name}`;
}
