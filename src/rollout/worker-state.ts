import type { Cluster } from '../cluster';
import { BukaError } from '../errors';
import type { LoadBalancerView } from '../load-balancer';
import type { Observation } from './observe';
import type { Rotation, WorkerState } from './report';

/** Every worker's state as it was observed, in the order of `buka.yml`; what a silent host knows is missing. */
export function workerStates(cluster: Cluster, observation: Observation): WorkerState[] {
  return cluster.workers.hosts.map(({ name }) => {
    const seen = observation.workers.get(name);
    const told = seen instanceof BukaError ? undefined : seen;
    return {
      worker: name,
      active: told?.releases.active,
      running: told?.probe.running,
      healthy: told?.probe.healthy,
      rotation: new Map([...observation.loadBalancers].map(([host, view]) => [host, rotationOf(view, name)])),
    };
  });
}

/** How a load balancer treats a worker. */
export function rotationOf(view: LoadBalancerView | BukaError | undefined, worker: string): Rotation {
  const seen = view instanceof BukaError ? undefined : view?.workers.get(worker);
  if (seen === undefined) return 'unknown';
  if (seen.inRotation) return 'in';
  if (seen.drainedByBuka) return 'drained';
  return seen.servers.some(({ admin }) => admin !== 'ready') ? 'drained-by-others' : 'down';
}
