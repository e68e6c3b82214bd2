import type { Host } from '../../cluster';
import type { Archive, ReleaseId } from '../../release';
import type { Remote } from '../../remote';
import type { Clock, Context, DeployOptions } from '../../rollout';
import type { Duration } from '../../units';
import type { Customers } from '../machine/customers';
import type { Plug } from '../machine/incident';
import type { System } from './report';

export interface CompareOptions {
  /** The worker that is alone, by its name in buka.yml. */
  readonly worker: string;
  /** Who logs in to machines that something is done to, with the rights of root. */
  readonly user: string;
  /** `<service>/<host>` of each machine that something may be done to, as a person typed it; not needed for a lab's. */
  readonly confirm: readonly string[];
  /** The plug of a machine of a lab; undefined for any other machine. */
  readonly plugOf: (host: Host) => Plug | undefined;
  /** What is deployed, and taken back; without it no deploy is compared. */
  readonly archive?: Archive | undefined;
  /** What a deploy needs. */
  readonly deploy: Pick<DeployOptions, 'takeBackup' | 'checkObjectives'>;
  /** What customers ask for; the health URL when absent. */
  readonly path?: string | undefined;
  /** Requests a second, but for the throughput. */
  readonly rate: number;
  /** No more than this is tried for the throughput. */
  readonly mostRate: number;
  /** How long a quiet time, a step of the throughput and an incident last. */
  readonly lasts: Duration;
  /** The customers; those of `customersOf` when absent. */
  readonly customers?: ((target: string, path: string, rate: number) => Customers) | undefined;
}

/** What every part of a comparison works with. */
export interface Ground {
  readonly context: Context;
  readonly clock: Clock;
  readonly options: CompareOptions;
  readonly worker: Host;
  readonly targets: Readonly<Record<System, string>>;
  readonly path: string;
  /** What all workers run, before and after. */
  readonly release: ReleaseId;
  readonly root: (host: Host) => Promise<Remote>;
  readonly come: (system: System, rate: number) => Customers;
}
