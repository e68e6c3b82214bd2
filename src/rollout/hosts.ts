import type { Host } from '../cluster';
import { type LoadBalancer, loadBalancer } from '../load-balancer';
import type { Remote } from '../remote';
import type { Context } from './context';

export interface WorkerHost {
  readonly name: string;
  readonly remote: Remote;
}

export async function openLoadBalancer(context: Context, host: Host): Promise<LoadBalancer> {
  return loadBalancer(context.cluster, host, await context.remote(host));
}

/** Every worker's connection; they are open already when a run gets here, so this waits for none. */
export function openWorkers(context: Context): Promise<WorkerHost[]> {
  return Promise.all(
    context.cluster.workers.hosts.map(async (host) => ({ name: host.name, remote: await context.remote(host) })),
  );
}

/** Every load balancer's driver, by its host's name. */
export async function openLoadBalancers(context: Context): Promise<ReadonlyMap<string, LoadBalancer>> {
  const { hosts } = context.cluster.loadBalancers;
  return new Map(
    await Promise.all(
      hosts.map(async (host): Promise<[string, LoadBalancer]> => [host.name, await openLoadBalancer(context, host)]),
    ),
  );
}
