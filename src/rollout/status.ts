import { BukaError } from '../errors';
import { type AddressView, lookAtAddress } from '../load-balancer';
import type { Duration } from '../units';
import type { Context } from './context';
import { askEach, sorted } from './hosts';
import type { LockOwner } from './lock';
import { failuresOf, observe } from './observe';
import type { WorkerState } from './report';
import { workerStates } from './worker-state';

/** A load balancer as it was found. */
export interface LoadBalancerStatus {
  readonly name: string;
  /** Operating-system processes that can hold requests: more than one while an old one finishes after a reload. */
  readonly processes: number;
  /** The address that customers use is on it; undefined where buka.yml has none, or it can't be told. */
  readonly hasAddress?: boolean | undefined;
  /** `buka load-balancer drain` took it out of service: it doesn't take the address. */
  readonly drained?: boolean | undefined;
}

/** A worker's lock as it was found. */
export interface LockStatus {
  readonly worker: string;
  readonly owner: LockOwner;
  /** The owner stopped renewing it: the next run takes it over. */
  readonly expired: boolean;
}

/** A worker that Buka drained on a load balancer, and the timer that readmits it. */
export interface LeaseStatus {
  readonly worker: string;
  readonly loadBalancer: string;
  /** Until the load balancer readmits it by itself, when no run renews the lease. */
  readonly left: Duration;
  /** Its process lives; otherwise only the next run or `buka repair` readmits the worker. */
  readonly alive: boolean;
}

/** The cluster as it is now. A host that can't be reached is named; the others are still shown. */
export interface ClusterStatus {
  readonly workers: readonly WorkerState[];
  readonly loadBalancers: readonly LoadBalancerStatus[];
  readonly locks: readonly LockStatus[];
  readonly leases: readonly LeaseStatus[];
  /** A failure for each host that didn't answer or answered wrongly. */
  readonly failures: readonly BukaError[];
  /** Every host answered, and every worker runs one release, healthy and in rotation everywhere. */
  readonly ok: boolean;
}

/** Reads every host at once and changes nothing. Never throws for a host that can't be reached. */
export async function status(context: Context): Promise<ClusterStatus> {
  const [observation, addresses] = await Promise.all([observe(context), lookAtAddresses(context)]);
  const workers = workerStates(context.cluster, observation);
  const failures = failuresOf(observation);
  return {
    workers,
    loadBalancers: [...observation.loadBalancers].flatMap(([name, view]) =>
      view instanceof BukaError
        ? []
        : [
            {
              name,
              processes: view.processes,
              hasAddress: addresses.get(name)?.here,
              drained: addresses.get(name)?.away,
            },
          ],
    ),
    locks: [...observation.workers].flatMap(([worker, seen]) =>
      seen instanceof BukaError || seen.probe.lock === undefined
        ? []
        : [{ worker, owner: seen.probe.lock.owner, expired: seen.probe.lock.expired }],
    ),
    leases: [...observation.loadBalancers].flatMap(([loadBalancer, view]) =>
      view instanceof BukaError
        ? []
        : [...view.workers.values()].flatMap(({ worker, lease }) =>
            lease ? [{ worker, loadBalancer, ...lease }] : [],
          ),
    ),
    failures,
    ok: failures.length === 0 && workers.every((worker) => isWell(worker) && worker.running === workers[0]?.running),
  };
}

const isWell = ({ active, running, healthy, rotation }: WorkerState) =>
  running !== undefined &&
  running === active &&
  healthy === true &&
  [...rotation.values()].every((state) => state === 'in');

/** What keeps one from being read is told by what keeps the load balancer from being observed. */
async function lookAtAddresses({ cluster, remote }: Context): Promise<ReadonlyMap<string, AddressView>> {
  const { hosts, address } = cluster.loadBalancers;
  if (address === undefined) return new Map();
  return new Map(
    sorted(await askEach(hosts, async (host) => (await remote(host)).run(lookAtAddress(address)))).answers,
  );
}
