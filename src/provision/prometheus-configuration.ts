import { isIPv6 } from 'node:net';
import { stringify } from 'yaml';
import type { Cluster, Host } from '../cluster';
import { APP_JOB, AVAILABILITY_JOB } from '../slo';
import { bracketed } from './addresses';
import { HAPROXY_METRICS_PORT, MONITORING_PORTS, NODE_METRICS_PORT, RULES_FOLDER } from './names';
import { MARK } from './setup';

const yaml = (content: unknown) => `${MARK}\n${stringify(content, { lineWidth: 0 })}`;

/** Each host by its name in `buka.yml`, which is what people know it by. */
const targets = (hosts: readonly Host[], port: number) =>
  hosts.map(({ name, address }) => ({ targets: [`${bracketed(address)}:${port}`], labels: { host: name } }));

const here = (port: number) => [{ targets: [`127.0.0.1:${port}`] }];

/**
 * What is measured, and how often; the objectives are read by these names of jobs and the label `host`. The app is asked
 * for through the customers' address each 5 s: one probe more or less is then less than a hundredth of what 99.9 % of a
 * week leaves.
 */
export function prometheusConfiguration(cluster: Cluster): string {
  const { service, hosts, loadBalancers, workers } = cluster;
  const { prometheus, alertmanager, blackbox } = MONITORING_PORTS;
  const doors =
    loadBalancers.address === undefined ? loadBalancers.hosts.map(({ address }) => address) : [loadBalancers.address];
  return yaml({
    global: { scrape_interval: '15s', evaluation_interval: '15s', external_labels: { service } },
    rule_files: [`${RULES_FOLDER}/*.yml`],
    alerting: { alertmanagers: [{ static_configs: here(alertmanager) }] },
    scrape_configs: [
      { job_name: 'prometheus', static_configs: here(prometheus) },
      { job_name: 'alertmanager', static_configs: here(alertmanager) },
      { job_name: 'blackbox', static_configs: here(blackbox) },
      { job_name: 'node', static_configs: targets([...hosts.values()], NODE_METRICS_PORT) },
      {
        job_name: 'haproxy',
        scrape_interval: '5s',
        static_configs: targets(loadBalancers.hosts, HAPROXY_METRICS_PORT),
      },
      { job_name: APP_JOB, static_configs: targets(workers.hosts, workers.port) },
      probe(
        AVAILABILITY_JOB,
        doors.map((address) => `http://${bracketed(address)}${workers.health}`),
      ),
    ],
  });
}

/** The blackbox exporter is what answers; what it is to ask for is a parameter (its own README, "Prometheus Configuration"). */
const probe = (job: string, urls: readonly string[]) => ({
  job_name: job,
  scrape_interval: '5s',
  scrape_timeout: '4500ms',
  metrics_path: '/probe',
  params: { module: ['health'] },
  static_configs: [{ targets: urls }],
  relabel_configs: [
    { source_labels: ['__address__'], target_label: '__param_target' },
    { source_labels: ['__param_target'], target_label: 'instance' },
    { target_label: '__address__', replacement: `127.0.0.1:${MONITORING_PORTS.blackbox}` },
  ],
});

/** A probe succeeds by a 2xx of the app's own, within what a customer waits at most. */
export const blackboxConfiguration = ({ loadBalancers }: Cluster): string =>
  yaml({
    modules: {
      health: {
        prober: 'http',
        timeout: '4s',
        http: {
          method: 'GET',
          follow_redirects: false,
          preferred_ip_protocol: loadBalancers.address && isIPv6(loadBalancers.address) ? 'ip6' : 'ip4',
        },
      },
    },
  });

/** Nobody is told anything yet: there are no rules that would. */
export const alertmanagerConfiguration = (): string =>
  yaml({ route: { receiver: 'nobody', group_by: ['alertname', 'host'] }, receivers: [{ name: 'nobody' }] });
