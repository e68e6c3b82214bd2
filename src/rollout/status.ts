import type { BukaError } from '../errors';
import type { Context } from './context';
import type { LockOwner } from './lock';
import type { WorkerState } from './report';

/** A load balancer as it was found. */
export interface LoadBalancerStatus {
  readonly name: string;
  /** Operating-system processes that can hold requests: more than one while an old one finishes after a reload. */
  readonly processes: number;
}

/** A worker's lock as it was found. */
export interface LockStatus {
  readonly worker: string;
  readonly owner: LockOwner;
  /** The owner stopped renewing it: the next run takes it over. */
  readonly expired: boolean;
}

/** The cluster as it is now. A host that can't be reached is named; the others are still shown. */
export interface ClusterStatus {
  readonly workers: readonly WorkerState[];
  readonly loadBalancers: readonly LoadBalancerStatus[];
  readonly locks: readonly LockStatus[];
  /** A failure for each host that didn't answer or answered wrongly. */
  readonly failures: readonly BukaError[];
  /** Every host answered, and every worker runs one release, healthy and in rotation everywhere. */
  readonly ok: boolean;
}

/** Reads every host at once and changes nothing. Never throws for a host that can't be reached. */
export async function status(_context: Context): Promise<ClusterStatus> {
  throw new Error('not built yet');
}
