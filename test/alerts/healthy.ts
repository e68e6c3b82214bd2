import { type Cluster, parseCluster } from '../../src/cluster';
import type { AllSeries } from './prometheus';

const yaml = `service: pos
hosts:
  lb1: 10.0.0.11
  lb2: 10.0.0.12
  worker1: 10.0.0.21
  worker2: 10.0.0.22
  db1: 10.0.0.31
  backup1: 10.0.0.41
  monitor1: 10.0.0.51
load-balancers: { kind: haproxy, hosts: [lb1, lb2], address: 10.0.0.10, backend: pos, servers: { worker2: web.2 } }
workers: { hosts: [worker1, worker2], port: 3000, health: /readyz, start: node dist/server.js }
release: { include: [dist] }
database: { kind: postgresql, host: db1, name: pos }
backup: { host: backup1, mode: continuous }
monitoring: { host: monitor1, url: 'https://shop.example.com' }
`;

/** A cluster that has all there is to tell of, one piece of its text exchanged. */
export function cluster(old = '', now = ''): Cluster {
  if (!yaml.includes(old)) throw new Error(`not in the file: ${old}`);
  return parseCluster(yaml.replace(old, () => now));
}

export const PROBE = 'probe_success{job="availability",instance="https://shop.example.com/readyz"}';
export const CERTIFICATE =
  'probe_ssl_earliest_cert_expiry{job="availability",instance="https://shop.example.com/readyz"}';
export const up = (job: string, host: string) => `up{job="${job}",host="${host}",instance="${host}:1"}`;
export const server = (balancer: string, name: string, state: string) =>
  `haproxy_server_status{job="haproxy",host="${balancer}",instance="${balancer}:8405",proxy="pos",server="${name}",state="${state}"}`;
export const sharedAddress = (host: string) =>
  `node_network_address_info{job="node",host="${host}",instance="${host}:9100",address="10.0.0.10",device="eth0"}`;
export const release = (worker: string, id: string) =>
  `buka_worker_release{job="node",host="${worker}",instance="${worker}:9100",service="pos",release="${id}"}`;
export const onBackup = (name: string) => `${name}{job="node",host="backup1",instance="backup1:9100",service="pos"}`;
export const disk = (name: string) =>
  `${name}{job="node",host="db1",instance="db1:9100",device="/dev/vda1",fstype="ext4",mountpoint="/var"}`;
export const memory = (name: string) => `${name}{job="node",host="worker1",instance="worker1:9100"}`;
export const requests = (part: string) =>
  `http_request_duration_seconds_${part}{job="app",host="worker1",instance="worker1:3000",route="/sales"}`;

const GB = 1_000_000_000;

/**
 * A cluster that nothing is wrong with, for as many values as asked, `seconds` after each other. Time begins at 0, so what
 * is told in seconds since 1970 grows from there.
 */
export function healthy(count: number, seconds: number): AllSeries {
  const steady = (value: number) => `${value}x${count}`;
  const grows = (by: number) => `0+${by * seconds}x${count}`;
  const balancers = ['lb1', 'lb2'];
  const workers = ['worker1', 'web.2'];
  const hosts = [...balancers, 'worker1', 'worker2', 'db1', 'backup1', 'monitor1'];
  return Object.fromEntries([
    [PROBE, steady(1)],
    [CERTIFICATE, steady(60 * 86_400)],
    [up('prometheus', 'monitor1'), steady(1)],
    ...hosts.map((host) => [up('node', host), steady(1)]),
    ...balancers.flatMap((balancer) => [
      [up('haproxy', balancer), steady(1)],
      ...workers.map((worker) => [server(balancer, worker, 'DOWN'), steady(0)]),
    ]),
    ...['worker1', 'worker2'].flatMap((worker) => [
      [up('app', worker), steady(1)],
      [release(worker, 'a1'), steady(1)],
    ]),
    [sharedAddress('lb1'), steady(1)],
    [onBackup('buka_backup_newest_proven_timestamp_seconds'), steady(0)],
    [onBackup('buka_backup_repository_readable'), steady(1)],
    [onBackup('buka_backup_wal_safe_timestamp_seconds'), grows(1)],
    [disk('node_filesystem_size_bytes'), steady(100 * GB)],
    [disk('node_filesystem_avail_bytes'), steady(50 * GB)],
    [disk('node_filesystem_files'), steady(1e6)],
    [disk('node_filesystem_files_free'), steady(9e5)],
    [memory('node_memory_MemTotal_bytes'), steady(4 * GB)],
    [memory('node_memory_MemAvailable_bytes'), steady(2 * GB)],
    [requests('count'), grows(10)],
    [requests('sum'), grows(2)],
  ]);
}
