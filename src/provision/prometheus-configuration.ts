import { isIPv6 } from 'node:net';
import { stringify } from 'yaml';
import { alertRules } from '../alerts';
import { bracketed, type Cluster, type Host, type Monitoring } from '../cluster';
import { APP_JOB, AVAILABILITY_JOB, PROBE_INTERVAL } from '../slo';
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
  const { service, hosts, loadBalancers, workers, monitoring } = cluster;
  const { prometheus, alertmanager, blackbox } = MONITORING_PORTS;
  const addresses =
    loadBalancers.address === undefined ? loadBalancers.hosts.map(({ address }) => address) : [loadBalancers.address];
  const doors = monitoring?.url ? [monitoring.url] : addresses.map((address) => `http://${bracketed(address)}`);
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
        doors.map((door) => `${door}${workers.health}`),
      ),
    ],
  });
}

/** The blackbox exporter is what answers; what it is to ask for is a parameter (its own README, "Prometheus Configuration"). */
const probe = (job: string, urls: readonly string[]) => ({
  job_name: job,
  scrape_interval: `${PROBE_INTERVAL / 1000}s`,
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

/** What is told of, by src/alerts. */
export const rulesFile = (cluster: Cluster): string =>
  yaml({ groups: [{ name: cluster.service, rules: alertRules(cluster) }] });

/**
 * Who is told: by webhook, by mail, both, or nobody. What fires on one host comes in one message, and so does its end;
 * while it lasts it is told again each 4 h.
 */
export function alertmanagerConfiguration({ service, monitoring }: Cluster): string {
  const { webhook, mail } = monitoring?.alerts ?? {};
  const receiver = {
    name: webhook === undefined && mail === undefined ? 'nobody' : 'people',
    ...(webhook === undefined ? {} : { webhook_configs: [{ url: webhook, send_resolved: true }] }),
    ...(mail === undefined ? {} : { email_configs: [mailOf(service, mail)] }),
  };
  return yaml({
    route: {
      receiver: receiver.name,
      group_by: ['alertname', 'host'],
      group_wait: '30s',
      group_interval: '5m',
      repeat_interval: '4h',
    },
    receivers: [receiver],
  });
}

type Mail = NonNullable<NonNullable<Monitoring['alerts']>['mail']>;

/** Plain text, with what to do in a link. TLS is either demanded by Alertmanager or not used; servers of the own network lack it. */
const mailOf = (service: string, { to, from, server }: Mail) => ({
  to: to.join(', '),
  from,
  smarthost: server,
  require_tls: false,
  send_resolved: true,
  headers: {
    subject: `[${service}] {{ if eq .Status "firing" }}{{ .CommonLabels.severity }}{{ else }}over{{ end }}: {{ .CommonLabels.alertname }} {{ .CommonLabels.host }}`,
  },
  html: '',
  text: '{{ range .Alerts }}{{ .Annotations.summary }}\n{{ .Annotations.description }}\n{{ if eq .Status "firing" }}What to do: {{ .Annotations.runbook_url }}{{ else }}It is over.{{ end }}\nSince {{ .StartsAt }}\n\n{{ end }}',
});
