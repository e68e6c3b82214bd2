import { isIP, isIPv6 } from 'node:net';
import type { Cluster } from '../cluster';
import { minutes } from '../units';
import { inPromQl, type Rule, rule } from './rule';

export const machineRules = (cluster: Cluster): Rule[] => [
  workerDown(cluster),
  hostNotMeasured,
  ...failedOver(cluster),
  ...runsOut,
  ...differentReleases(cluster),
  ...certificateEnds(cluster),
];

/** What the load balancers see, which is what customers get; one that was put in maintenance is no incident. */
function workerDown({ loadBalancers: { backends, servers } }: Cluster): Rule {
  const down = `max by (server) (haproxy_server_status{job="haproxy",proxy=~"${backends.map(exactly).join('|')}",state="DOWN"}) == 1`;
  const renamed = [...servers].filter(([worker, server]) => worker !== server);
  const named = (of: string, host: string, server: string) =>
    `label_replace(${of}, "host", "${host}", "server", "${server}")`;
  return rule('WorkerDown', {
    when: renamed.reduce((of, [worker, server]) => named(of, worker, exactly(server)), named(down, '$1', '(.+)')),
    lasting: minutes(1),
    severity: 'critical',
    mutedDuring: ['rollout', 'restore', 'drill'],
    summary: 'Worker {{ $labels.host }} serves nobody',
    description:
      'A load balancer takes it for dead: it does not answer 2xx on its health URL. The others serve its share.',
  });
}

/** Anything of a name that means something in a regular expression stands for itself (RE2 of Prometheus). */
const exactly = (name: string) => name.replace(/[^A-Za-z0-9_-]/g, (sign) => `[${sign}]`);

const hostNotMeasured = rule('HostNotMeasured', {
  when: 'up{job=~"node|haproxy"} == 0',
  lasting: minutes(2),
  severity: 'critical',
  mutedDuring: ['drill'],
  summary: '{{ $labels.host }} tells nothing of itself',
  description:
    'Its figures ({{ $labels.job }}) could not be read for 2 min: the machine is off or cut off, or its exporter is. No other alert of it can be trusted to fire.',
});

/**
 * The address stays where it went, so that it is elsewhere is no fault: that it moved tells of one. For less time than a
 * planned move is muted.
 */
const MOVED_WITHIN = minutes(4);

function failedOver({ loadBalancers: { address, hosts } }: Cluster): Rule[] {
  if (address === undefined || isIP(address) === 0 || hosts.length < 2) return [];
  const has = `node_network_address_info{job="node",address="${asGoWritesIt(address)}"}`;
  const before = `${has} offset ${inPromQl(MOVED_WITHIN)}`;
  return [
    rule('LoadBalancerFailedOver', {
      when: `${has} unless on (host) ${before} and on () count(${before}) > 0`,
      severity: 'critical',
      mutedDuring: ['drill', 'maintenance'],
      summary: 'The address that customers use has moved to {{ $labels.host }}',
      description:
        'The load balancer that had it could not take requests, were it for a moment. Customers are served, but for those whose connections it cut; with one load balancer less, the next fault may reach all of them.',
    }),
  ];
}

/** The node exporter prints addresses in the shortest form (RFC 5952), as the WHATWG URL Standard does. */
const asGoWritesIt = (address: string) =>
  isIPv6(address) ? new URL(`http://[${address}]/`).hostname.slice(1, -1) : address;

/**
 * Told days before, where the last day went on like that and a good part is used already: what was just set up fills fast,
 * and stops. And told where hardly any is left, however slowly that came.
 */
const runsOut = [
  rule('DiskRunsOut', {
    when: [
      runOut('node_filesystem_avail_bytes', 'node_filesystem_size_bytes', '{job="node"}'),
      runOut('node_filesystem_files_free', 'node_filesystem_files', '{job="node"}'),
    ].join('\nor\n'),
    lasting: minutes(30),
    severity: 'warning',
    summary: 'The disk of {{ $labels.host }} fills: {{ $labels.mountpoint }}',
    description:
      'Of its space, or of its inodes, less than 5 % are left; or less than 40 %, and none will be in 4 days if it goes on as in the last one.',
  }),
  rule('MemoryRunsOut', {
    when: runOut('node_memory_MemAvailable_bytes', 'node_memory_MemTotal_bytes', '{job="node"}'),
    lasting: minutes(30),
    severity: 'warning',
    summary: 'The memory of {{ $labels.host }} runs out',
    description:
      'Less than 5 % are left; or less than 40 %, and none will be in 4 days if it goes on as in the last one.',
  }),
];

function runOut(free: string, whole: string, of: string): string {
  const share = `${free}${of} / ${whole}${of}`;
  return `(predict_linear(${free}${of}[1d], 4 * 86400) < 0 and ${share} < 0.4)\nor\n${share} < 0.05`;
}

/** A rollout that ended half way, or a worker that was away while it ran. */
const differentReleases = ({ service }: Cluster): Rule[] => [
  rule('WorkersOnDifferentReleases', {
    when: `count(count by (release) (buka_worker_release{job="node",service="${service}"})) > 1`,
    lasting: minutes(15),
    severity: 'warning',
    mutedDuring: ['rollout'],
    summary: `The workers of ${service} are on {{ $value }} different releases`,
    description: 'And no rollout is under way: one ended half way, or a worker was left out.',
  }),
];

function certificateEnds({ service, monitoring }: Cluster): Rule[] {
  if (monitoring?.url?.startsWith('https:') !== true) return [];
  return [
    rule('CertificateEnds', {
      when: 'min(probe_ssl_earliest_cert_expiry{job="availability"}) - time() < 14 * 86400',
      lasting: minutes(5),
      severity: 'warning',
      summary: `The certificate of ${service} ends in {{ $value | humanizeDuration }}`,
      description: `From then on no browser gets through to ${monitoring.url}. What renews it has not, 14 days before.`,
    }),
  ];
}
