import type { Cluster, Host, RolloutSettings } from '../../src/cluster';
import type { LoadBalancerView, WorkerView } from '../../src/load-balancer';
import type { HistoryEntry, ReleaseId, StagedRelease, WorkerReleases } from '../../src/release';
import type { CompleteObservation, WorkerObservation } from '../../src/rollout/observe';
import type { WorkerProbe } from '../../src/rollout/probe';
import { bytes, minutes, seconds } from '../../src/units';

export const id = (number: number) => `local-0000000${number}` as ReleaseId;
export const [r1, r2, r3] = [id(1), id(2), id(3)] as const;

const host = (name: string): Host => ({ name, address: '192.0.2.1', port: 22, user: 'deploy' });

export interface Shape {
  readonly workers?: number;
  readonly loadBalancers?: number;
  readonly rollout?: Partial<RolloutSettings>;
  readonly release?: Partial<Cluster['release']>;
}

/** A cluster of worker1…n and lb1…m; one worker a batch, and all but one stay available. */
export function clusterOf({ workers = 3, loadBalancers = 2, rollout = {}, release = {} }: Shape = {}): Cluster {
  const named = (prefix: string, count: number) =>
    Array.from({ length: count }, (_, index) => host(`${prefix}${index + 1}`));
  const hosts = [...named('lb', loadBalancers), ...named('worker', workers)];
  return {
    service: 'pos',
    hosts: new Map(hosts.map((one) => [one.name, one])),
    loadBalancers: {
      kind: 'haproxy',
      hosts: named('lb', loadBalancers),
      backends: ['pos'],
      servers: new Map(),
      masterSocket: '/run/haproxy-master.sock',
    },
    workers: {
      hosts: named('worker', workers),
      port: 3000,
      health: '/readyz',
      envFile: '/etc/pos/env',
      packages: [],
      unit: 'pos.service',
      root: '/srv/pos',
    },
    release: { include: ['dist'], keep: 5, ...release },
    rollout: {
      batch: { hosts: 1 },
      minAvailable: Math.max(0, workers - 1),
      drainTimeout: seconds(30),
      onDrainTimeout: 'cut',
      startTimeout: seconds(60),
      healthyAfter: 3,
      lockTimeout: minutes(15),
      maxUnreachable: 0,
      onFailure: 'halt',
      ...rollout,
    },
    slo: {
      window: minutes(7 * 24 * 60),
      availability: 99.9,
      meanResponseTime: seconds(3),
      histogram: 'http_request_duration_seconds',
      beforeDeploy: false,
    },
  };
}

export interface WorkerShape {
  readonly active?: ReleaseId | undefined;
  readonly running?: ReleaseId | undefined;
  readonly healthy?: boolean;
  readonly staged?: readonly ReleaseId[];
  readonly good?: readonly ReleaseId[];
  readonly migrations?: Readonly<Record<string, readonly string[]>>;
  readonly commits?: Readonly<Record<string, string>>;
  readonly history?: readonly HistoryEntry[];
  readonly probe?: Partial<WorkerProbe>;
  /** How the load balancers see it; `others` is somebody else's drain. */
  readonly rotation?: 'in' | 'drained' | 'others' | 'down';
}

const probeOf = ({ running, healthy = true, probe = {} }: WorkerShape): WorkerProbe => ({
  missingTools: [],
  folder: 'writable',
  diskFree: bytes(10e9),
  inodesFree: 1e6,
  unit: { load: 'loaded', active: running ? 'active' : 'inactive', sub: running ? 'running' : 'dead' },
  mayRestart: true,
  mayReadRelease: true,
  envFile: 'readable',
  workingFolder: running && `/srv/pos/releases/${running}/tree`,
  running,
  answer: healthy ? '200' : '503',
  healthy,
  ...probe,
});

function releasesOf({
  active,
  staged = active ? [active] : [],
  good = staged,
  migrations = {},
  commits = {},
  history = [],
}: WorkerShape) {
  const release = (one: ReleaseId, index: number): StagedRelease => ({
    id: one,
    migrations: migrations[one] ?? [],
    commit: commits[one],
    stagedAt: new Date(Date.UTC(2026, 0, 1 + index)),
    good: good.includes(one),
  });
  return { staged: staged.map(release), active, history } satisfies WorkerReleases;
}

const viewOf = (worker: string, rotation: WorkerShape['rotation'] = 'in'): WorkerView => ({
  worker,
  servers: [
    {
      backend: 'pos',
      server: worker,
      admin: rotation === 'drained' || rotation === 'others' ? 'drain' : 'ready',
      check: rotation === 'down' ? 'failed' : 'passed',
      status: { in: 'UP', drained: 'DRAIN', others: 'DRAIN', down: 'DOWN' }[rotation],
      inFlight: 0,
      traffic: { responses: 0, serverErrors: 0, failed: 0 },
    },
  ],
  inRotation: rotation === 'in',
  drainedByBuka: rotation === 'drained',
});

/** What the cluster's hosts would tell, worker by worker; a worker that isn't described runs `r1`, healthy and in. */
export function observationOf(
  cluster: Cluster,
  shapes: Readonly<Record<string, WorkerShape>> = {},
): CompleteObservation {
  const shapeOf = (name: string): WorkerShape => shapes[name] ?? { active: r1, running: r1 };
  const names = cluster.workers.hosts.map(({ name }) => name);
  return {
    workers: new Map(
      names.map((name): [string, WorkerObservation] => [
        name,
        { releases: releasesOf(shapeOf(name)), probe: probeOf(shapeOf(name)) },
      ]),
    ),
    loadBalancers: new Map(
      cluster.loadBalancers.hosts.map((balancer): [string, LoadBalancerView] => [
        balancer.name,
        {
          host: balancer,
          processes: 1,
          workers: new Map(names.map((name) => [name, viewOf(name, shapeOf(name).rotation)])),
        },
      ]),
    ),
  };
}
