import type { Cluster, Host } from '../cluster';
import { ConfigurationError } from '../errors';
import type { Dial } from '../remote';
import type { Context } from '../rollout';
import type { Duration } from '../units';
import { type Availability, availabilityOf } from './availability';
import { type Mark, marksOf } from './marks';
import { Prometheus } from './prometheus';
import { read } from './read';
import { type ResponseTime, responseTimeOf } from './response-time';
import { type Verdict, worst } from './verdict';

/** How the service fared over the window that ended when it was asked. */
export interface SloReport {
  readonly service: string;
  readonly from: Date;
  readonly to: Date;
  /** The worse of the two. */
  readonly verdict: Verdict;
  readonly availability: Availability;
  readonly responseTime: ResponseTime;
  /** Undefined where no worker could be asked. */
  readonly marks?: readonly Mark[] | undefined;
}

/** Where Prometheus listens on the monitoring host, for that host alone. */
export const PROMETHEUS_PORT = 9090;

/**
 * Reads the window from the monitoring host's Prometheus, through the SSH connection, and judges both objectives.
 * @param until the end of the window; that host's present when absent
 * @throws ConfigurationError `monitoring-not-configured`; BukaError `prometheus-failed`, `port-closed`, or what kept the
 *   monitoring host from being reached
 */
export async function measure(context: Context, dial: Dial, until?: Date): Promise<SloReport> {
  const { cluster, reporter } = context;
  return reporter.group(`Measuring the objectives of ${cluster.service}`, async () => {
    const report = await judge(cluster, dial, until);
    const window = { from: report.from.getTime(), to: report.to.getTime() };
    return { ...report, marks: await marksOf(context, window) };
  });
}

/** The same without the marks, for which the workers are asked. Tells nobody what it does. */
export async function judge(cluster: Cluster, dial: Dial, until?: Date): Promise<SloReport> {
  const prometheus = prometheusOf(cluster, dial);
  const to = Math.floor((until ?? (await prometheus.now())).getTime() / 1000) * 1000;
  const window = { from: to - cluster.slo.window, to };
  const readings = await read(prometheus, cluster, window);
  const availability = availabilityOf(readings.probes, window, cluster.slo, readings.servedBefore);
  const responseTime = responseTimeOf(readings.requests, readings.scrapes, window, cluster.slo);
  return {
    service: cluster.service,
    from: new Date(window.from),
    to: new Date(window.to),
    verdict: worst([availability.verdict, responseTime.verdict]),
    availability,
    responseTime,
  };
}

/**
 * The monitoring host's Prometheus, through the SSH connection.
 * @throws ConfigurationError `monitoring-not-configured`
 */
export function prometheusOf(cluster: Cluster, dial: Dial, patience?: Duration): Prometheus {
  const host = monitoringHost(cluster.monitoring?.host);
  return new Prometheus(() => dial(host, PROMETHEUS_PORT), host.name, patience);
}

function monitoringHost(host: Host | undefined): Host {
  if (host !== undefined) return host;
  throw new ConfigurationError({
    code: 'monitoring-not-configured',
    message: 'buka.yml has no monitoring, so nothing measures the objectives.',
    left: 'Nothing was changed.',
    hint: 'Name the machine that Prometheus runs on: `monitoring: { host: monitor1 }`; docs/objectives.md tells what it must hold.',
  });
}
