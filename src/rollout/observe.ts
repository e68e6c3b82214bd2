import { BukaError } from '../errors';
import type { LoadBalancer, LoadBalancerView } from '../load-balancer';
import { observeReleases, type WorkerReleases } from '../release';
import type { Context } from './context';
import { askEach, openLoadBalancer } from './hosts';
import { probeWorker, type WorkerProbe } from './probe';

export interface WorkerObservation {
  readonly releases: WorkerReleases;
  readonly probe: WorkerProbe;
}

/** What every host told, or why it didn't; by the host's name, in the order of `buka.yml`. */
export interface Observation {
  readonly workers: ReadonlyMap<string, WorkerObservation | BukaError>;
  readonly loadBalancers: ReadonlyMap<string, LoadBalancerView | BukaError>;
}

/** An observation in which every host answered. */
export interface CompleteObservation {
  readonly workers: ReadonlyMap<string, WorkerObservation>;
  readonly loadBalancers: ReadonlyMap<string, LoadBalancerView>;
}

/** Reads all hosts at once, one round trip each. A host that can't be read is in the answer with its failure. */
export async function observe(context: Context): Promise<Observation> {
  const { cluster } = context;
  const [workers, loadBalancers] = await Promise.all([
    askEach(cluster.workers.hosts, async (host) => {
      const remote = await context.remote(host);
      const [releases, probe] = await Promise.all([
        remote.run(observeReleases(cluster.workers.root)).catch(whereNoFolderIs),
        remote.run(probeWorker(cluster)),
      ]);
      return { releases, probe };
    }),
    askEach(cluster.loadBalancers.hosts, async (host) => {
      const balancer: LoadBalancer = await openLoadBalancer(context, host);
      return balancer.observe();
    }),
  ]);
  return { workers, loadBalancers };
}

/** A worker without the service's folder has no release; what else is wrong with it is told by the probe. */
function whereNoFolderIs(error: unknown): WorkerReleases {
  if (error instanceof BukaError && error.code === 'service-folder-missing') return { staged: [], history: [] };
  throw error;
}

export function failuresOf({ workers, loadBalancers }: Observation): BukaError[] {
  return [...workers.values(), ...loadBalancers.values()].filter((one) => one instanceof BukaError);
}
