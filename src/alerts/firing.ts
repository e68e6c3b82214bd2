import { z } from 'zod';
import type { Monitoring } from '../cluster';
import { BukaError, ConfigurationError } from '../errors';
import { type Script, script } from '../remote';
import type { Context } from '../rollout';
import { seconds } from '../units';

/** What Alertmanager holds to be true now. */
export interface Alert {
  readonly name: string;
  /** The machine that it is about, by its name in `buka.yml`; empty where it is about none. */
  readonly host: string;
  readonly severity: string;
  readonly summary: string;
  readonly description: string;
  /** The page that says what to do. */
  readonly page: string;
  readonly since: Date;
  /** Somebody, or Buka, doesn't want to be told of it just now. */
  readonly muted: boolean;
}

const answer = z.array(
  z.object({
    labels: z.record(z.string(), z.string()),
    annotations: z.record(z.string(), z.string()),
    startsAt: z.coerce.date(),
    status: z.object({ state: z.string() }),
  }),
);

const text = String.raw`
command -v amtool >/dev/null || { echo 'amtool is not there' >&2; exit 1; }
amtool --alertmanager.url="$url" --no-version-check --output=json alert query \
  --active --silenced --inhibited --unprocessed "service=$service" </dev/null
`;

/** @throws BukaError `alertmanager-failed` */
export const askAlerts = (service: string, url = 'http://127.0.0.1:9093'): Script<Alert[]> =>
  script({
    name: 'alerts',
    text,
    values: { service, url },
    deadline: seconds(30),
    parse({ status, stdout, stderr }) {
      const read = answer.safeParse(status === 0 ? parsed(stdout) : undefined);
      if (!read.success) throw failed([stderr.trim(), stdout.trim()].filter(Boolean).join('\n').slice(-1000));
      return read.data.map(({ labels, annotations, startsAt, status: { state } }) => ({
        name: labels.alertname ?? '',
        host: labels.host ?? '',
        severity: labels.severity ?? '',
        summary: annotations.summary ?? '',
        description: annotations.description ?? '',
        page: annotations.runbook_url ?? '',
        since: startsAt,
        muted: state === 'suppressed',
      }));
    },
  });

/**
 * The alerts of the service, muted ones too.
 * @throws ConfigurationError `monitoring-not-configured`; BukaError `alertmanager-failed`, or what kept the monitoring host
 *   from being reached
 */
export async function firingAlerts({ cluster, remote }: Context): Promise<Alert[]> {
  const { host } = monitoringOf(cluster.monitoring);
  try {
    return await (await remote(host)).run(askAlerts(cluster.service));
  } catch (error) {
    throw error instanceof BukaError ? error.with({ host: host.name, step: 'alerts' }) : error;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const failed = (seen: string) =>
  new BukaError({
    code: 'alertmanager-failed',
    message: 'Alertmanager there does not tell which alerts there are.',
    seen,
    left: 'Nothing was changed.',
    hint: '`systemctl status prometheus-alertmanager` there; `buka provision` sets it up.',
  });

function monitoringOf(monitoring: Monitoring | undefined): Monitoring {
  if (monitoring !== undefined) return monitoring;
  throw new ConfigurationError({
    code: 'monitoring-not-configured',
    message: 'buka.yml has no monitoring, so there are no alerts.',
    left: 'Nothing was changed.',
    hint: 'Name the machine that is to measure: `monitoring: { host: monitor1 }`, and `buka provision`.',
  });
}
