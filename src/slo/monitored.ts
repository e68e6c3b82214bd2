import type { Cluster } from '../cluster';
import type { Dial } from '../remote';
import { prometheusOf } from './measure';
import { probes, scrapes } from './queries';

/** What the monitoring host holds of the last two minutes. */
export interface Monitored {
  /** Whether somebody asked the service as a customer would, and whether it answered at the end. */
  readonly probed: 'answers' | 'fails' | 'not-probed';
  /** Workers whose figures it has, of those in `buka.yml`; by name. */
  readonly workers: readonly string[];
}

const LATELY = 120;

/**
 * Asks Prometheus on the monitoring host, through its SSH connection.
 * @throws ConfigurationError `monitoring-not-configured`; BukaError `prometheus-failed`, `port-closed`, or what kept the host from being reached
 */
export async function monitored(cluster: Cluster, dial: Dial): Promise<Monitored> {
  const prometheus = prometheusOf(cluster, dial);
  const now = (await prometheus.now()).getTime();
  const [probed, scraped] = await Promise.all([
    prometheus.samples(probes(LATELY), now),
    prometheus.samples(scrapes(LATELY), now),
  ]);
  const last = probed.map(({ samples }) => samples.at(-1)?.value);
  return {
    probed: last.length === 0 ? 'not-probed' : last.every((value) => value === 1) ? 'answers' : 'fails',
    workers: cluster.workers.hosts
      .map(({ name }) => name)
      .filter((name) => scraped.some(({ labels, samples }) => labels.host === name && samples.at(-1)?.value === 1)),
  };
}
