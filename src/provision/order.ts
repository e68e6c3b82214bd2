import type { Cluster } from '../cluster';
import type { Difference } from './compare';

export interface Order {
  /** No customer notices. */
  readonly quiet: readonly Difference[];
  /** What a load balancer's programs are told of. */
  readonly loadBalancers: readonly Difference[];
  /** What the app of a worker is restarted for. */
  readonly workers: readonly Difference[];
}

/**
 * Parts what differs by whom it touches. Pure.
 * @param serving the workers whose app runs: on another one nothing is to be drained
 */
export function inOrder(
  { loadBalancers, workers }: Cluster,
  differences: readonly Difference[],
  serving: readonly string[],
): Order {
  const isLoadBalancer = (host: string) => loadBalancers.hosts.some(({ name }) => name === host);
  const turn = ({ host, mend }: Difference): keyof Order => {
    const tell = mend.kind === 'file' ? mend.file.tell : undefined;
    if (tell?.unit === workers.unit && serving.includes(host)) return 'workers';
    const starts = mend.kind === 'unit';
    return isLoadBalancer(host) && (tell !== undefined || starts) ? 'loadBalancers' : 'quiet';
  };
  const all = (wanted: keyof Order) => differences.filter((one) => turn(one) === wanted);
  return { quiet: all('quiet'), loadBalancers: all('loadBalancers'), workers: all('workers') };
}

/** By their host, in the order of the first of each. */
export function byHost(differences: readonly Difference[]): Map<string, Difference[]> {
  const hosts = [...new Set(differences.map(({ host }) => host))];
  return new Map(hosts.map((host) => [host, differences.filter((one) => one.host === host)]));
}
