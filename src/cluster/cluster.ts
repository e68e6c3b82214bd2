import type { Duration } from '../units';

/** A machine that is reached over SSH. */
export interface Host {
  /** Its name in `buka.yml`: `[a-z0-9]([a-z0-9-]*[a-z0-9])?`, at most 63 characters (RFC 1123). */
  readonly name: string;
  /** IP address or DNS name. */
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** The host that the connection goes through. */
  readonly jump?: Host | undefined;
}

/** A number of workers, or a share of all of them, rounded down, at least one. */
export type Count = { readonly hosts: number } | { readonly percent: number };

export interface LoadBalancers {
  readonly kind: 'haproxy';
  readonly hosts: readonly Host[];
  /** The virtual address that customers use. */
  readonly address?: string | undefined;
  /** Every backend that a worker of the service is in; a worker is drained in each. */
  readonly backends: readonly string[];
  /** The server's name in those backends, by worker name; the worker's own name unless `servers:` says otherwise. */
  readonly servers: ReadonlyMap<string, string>;
  /** Absolute path of the master process's socket: every process is reached there, also one that a reload left behind. */
  readonly masterSocket: string;
}

export interface Workers {
  readonly hosts: readonly Host[];
  /** The port that the app listens on. */
  readonly port: number;
  /** The path that answers 2xx when the app can serve, `/readyz`. */
  readonly health: string;
  /** Absolute path of the file with the app's environment, on the worker. */
  readonly envFile?: string | undefined;
  /** Program and arguments that start the app, in the folder of its release; undefined where the unit is the team's. */
  readonly start?: readonly string[] | undefined;
  /** The distribution's packages that the app needs. */
  readonly packages: readonly string[];
  /** The systemd unit, `<service>.service`. */
  readonly unit: string;
  /** Absolute path of the service's folder on a worker, `/srv/<service>`; it has `releases/` and `current`. */
  readonly root: string;
}

export interface ReleaseSettings {
  /** Shell commands that run on the runner, in the app's folder; absent where there is nothing to run. */
  readonly build?: string | undefined;
  readonly test?: string | undefined;
  /** Patterns, relative to the app's folder, of the JUnit XML that the tests write; absent where they write none. */
  readonly testResults?: readonly string[] | undefined;
  /** Paths, relative to the app's folder, that go into the release. */
  readonly include: readonly string[];
  /** Releases that stay on a worker, besides the ones that pruning protects. */
  readonly keep: number;
  /**
   * Program and arguments; runs once, on one worker, in the folder of the staged release with the variables of
   * `workers.env-file`, before any worker switches. No shell reads it.
   */
  readonly migrate?: readonly string[] | undefined;
  /** Folder, relative to the app's folder, whose files are the release's migrations. */
  readonly migrations?: string | undefined;
}

export interface Canary {
  readonly hosts: number;
  readonly watch: Duration;
  /** Who tells the watch how long answers take. */
  readonly responseTime: 'load-balancers' | 'app';
}

export interface RolloutSettings {
  readonly batch: Count;
  readonly canary?: Canary | undefined;
  /** Workers that must be in rotation at every moment. */
  readonly minAvailable: number;
  /** How long a drain may wait for requests in flight. */
  readonly drainTimeout: Duration;
  /** What happens to requests that are still in flight then: waited for on, cut, or the rollout fails. */
  readonly onDrainTimeout: 'wait' | 'cut' | 'fail';
  /** How long a restarted worker may take until it is healthy. */
  readonly startTimeout: Duration;
  /** Successes in a row that make a worker healthy. */
  readonly healthyAfter: number;
  /** How long a run waits for another run's lock. */
  readonly lockTimeout: Duration;
  /** Workers that a run may leave out because they can't be reached; they must not take traffic. */
  readonly maxUnreachable: number;
  readonly onFailure: 'revert' | 'halt' | 'freeze';
}

export interface Backup {
  /** The machine that pulls backups of the database and holds them. */
  readonly host: Host;
  /** `continuous`: a base of the whole server, and its write-ahead log as it is written. */
  readonly mode: 'dump' | 'continuous';
  /** Proven backups that stay, besides the newest one and those of releases on the workers. */
  readonly keep: { readonly last: number; readonly daily: number; readonly weekly: number };
  /**
   * Which backups are proven: every one; or, with `nightly`, those of deploys only while nothing that is proven is from
   * the last 36 hours.
   */
  readonly proof: 'every' | 'nightly';
  /** A deploy makes one before it changes anything. */
  readonly beforeDeploy: boolean;
}

/** The machine that measures, and who is told. */
export interface Monitoring {
  readonly host: Host;
  /** What customers type; undefined where that is the load balancers, by port 80. */
  readonly url?: string | undefined;
  readonly alerts?:
    | {
        /** Gets Alertmanager's JSON by POST. */
        readonly webhook?: string | undefined;
        /** `server`: a host's name and a port. */
        readonly mail?: { readonly to: readonly string[]; readonly from: string; readonly server: string } | undefined;
      }
    | undefined;
}

/** What the service promises, and how long back it is judged. */
export interface Slo {
  readonly window: Duration;
  /** Percent of the time, above 0 and below 100. */
  readonly availability: number;
  readonly meanResponseTime: Duration;
  /** Name of the app's own histogram of its requests' durations, in seconds, without `_bucket`. */
  readonly histogram: string;
  /** A deploy needs objectives that are met, and a budget that doesn't burn. */
  readonly beforeDeploy: boolean;
}

/** Everything that `buka.yml` says, checked and with its defaults filled in. */
export interface Cluster {
  /** Names everything that a run touches on a host: `[a-z][a-z0-9-]*`, at most 32 characters. */
  readonly service: string;
  readonly hosts: ReadonlyMap<string, Host>;
  /** Public keys that may log in as the deploy user, a line of authorized_keys each; undefined where people see to it. */
  readonly authorizedKeys?: readonly string[] | undefined;
  readonly loadBalancers: LoadBalancers;
  readonly workers: Workers;
  readonly release: ReleaseSettings;
  readonly rollout: RolloutSettings;
  /** Always there where `backup` is. */
  readonly database?:
    | {
        readonly kind: 'postgresql' | 'mariadb';
        readonly host: Host;
        readonly name: string;
        /** `buka provision` makes the database and the app's account; without it both are the team's. */
        readonly provision: boolean;
      }
    | undefined;
  readonly backup?: Backup | undefined;
  readonly monitoring?: Monitoring | undefined;
  readonly slo: Slo;
}
