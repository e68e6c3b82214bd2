import type { Cluster } from '../cluster';

/**
 * What is asked of Prometheus, in its own language. docs/objectives.md lists what it must hold; the jobs are those of the
 * monitoring host as Buka sets it up.
 */
export const AVAILABILITY_JOB = 'availability';
export const APP_JOB = 'app';

/** What a web framework's metrics call the path of a request; a label that isn't there is empty, and so no such path. */
const PATH_LABELS = ['route', 'path', 'handler', 'url', 'uri', 'endpoint'];

/** The probes of the address that customers use: 1 where one succeeded, 0 where it failed. */
export const PROBES = `probe_success{job="${AVAILABILITY_JOB}"}`;

/** Of the last `seconds`, as they were written: no evaluation fills a gap. */
export const probes = (seconds: number) => `${PROBES}[${seconds}s]`;

/** 1 where a probe succeeded within four weeks, 0 where none did, and no value where there was none. */
export const served = `max(max_over_time(${PROBES}[28d]))`;

/** Whether each worker could be asked for its figures, as it was written. */
export const scrapes = (seconds: number) => `up{job="${APP_JOB}"}[${seconds}s]`;

/** How many requests there were in the last `seconds`, how long they took, and by how long; restarts are made up for. */
export function requests(cluster: Cluster, seconds: number) {
  const { count, sum, bucket } = grown(cluster, seconds);
  return { count: `sum(${count})`, sum: `sum(${sum})`, buckets: `sum by (le) (${bucket})` };
}

/** The same by worker, as the scrapes label them. */
export function requestsByWorker(cluster: Cluster, seconds: number) {
  const { count, sum } = grown(cluster, seconds);
  return { count: `sum by (host) (${count})`, sum: `sum by (host) (${sum})` };
}

/** By what each series of the histogram grew. */
function grown(cluster: Cluster, seconds: number) {
  const of = (part: string) => `increase(${cluster.slo.histogram}_${part}${real(cluster)}[${seconds}s])`;
  return { count: of('count'), sum: of('sum'), bucket: of('bucket') };
}

/**
 * Requests of customers: what load balancers and monitoring ask for, often and answered fast, would hide how long a sale
 * takes.
 */
function real({ workers }: Cluster): string {
  const [path = ''] = workers.health.split('?');
  const machines = ['/metrics', path].map((text) => text.replace(/[^A-Za-z0-9/]/g, (sign) => `[${sign}]`)).join('|');
  return `{${[`job="${APP_JOB}"`, ...PATH_LABELS.map((label) => `${label}!~"${machines}"`)].join(',')}}`;
}
