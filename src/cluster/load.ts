import { readFile } from 'node:fs/promises';
import { ConfigurationError } from '../errors';
import type { Cluster, Host } from './cluster';
import { consistencyProblems, defaultMinAvailable } from './consistency';
import { schemaProblems } from './problems';
import { type ClusterFile, clusterFile, readableSections } from './schema';
import { type Place, Source } from './source';

/** One mistake in a `buka.yml`, with its place; lines and columns count from 1. */
export interface FileProblem extends Place {
  readonly file: string;
  readonly message: string;
}

/** All that is wrong in a `buka.yml`, at once. Code `buka-yml-invalid`. */
export class ClusterFileError extends ConfigurationError {
  readonly problems: readonly FileProblem[];

  constructor(file: string, problems: readonly FileProblem[]) {
    const lines = problems.map(({ line, column, message }) => `  ${file}:${line}:${column}: ${message}`);
    super({
      code: 'buka-yml-invalid',
      message: [`${file} has ${problems.length === 1 ? 'a mistake' : `${problems.length} mistakes`}:`, ...lines].join(
        '\n',
      ),
      left: 'Nothing was changed.',
      hint: `Correct ${file}; docs/buka-yml.md explains every key.`,
    });
    this.problems = problems;
  }
}

/**
 * Reads and checks a `buka.yml`.
 * @throws ConfigurationError `buka-yml-missing`, `buka-yml-invalid`
 */
export async function loadCluster(path: string): Promise<Cluster> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new ConfigurationError({
      code: 'buka-yml-missing',
      message: `${path} can't be read`,
      seen: cause instanceof Error ? cause.message : String(cause),
      left: 'Nothing was changed.',
      hint: 'Run it in the folder that has buka.yml, or name the file: --config PATH, in a workflow `config: PATH`.',
      cause,
    });
  }
  return parseCluster(text, path);
}

/**
 * Checks the text of a `buka.yml`.
 * @param file its name, for messages
 * @throws ConfigurationError `buka-yml-invalid` with every mistake in it
 */
export function parseCluster(text: string, file = 'buka.yml'): Cluster {
  const source = new Source(text);
  if (source.problems.length > 0) throw invalid(file, source.problems);
  const read = clusterFile.safeParse(source.data);
  const problems = [
    ...(read.success ? [] : schemaProblems(clusterFile, read.error, source.data)),
    ...consistencyProblems(readableSections(source.data), hostNames(source.data)),
  ];
  if (!read.success || problems.length > 0) {
    throw invalid(
      file,
      problems.map((problem) => ({ ...source.find(problem), message: problem.message })),
    );
  }
  return toCluster(read.data);
}

function invalid(file: string, problems: readonly (Place & { message: string })[]): ClusterFileError {
  const ordered = problems.toSorted((one, other) => one.line - other.line || one.column - other.column);
  return new ClusterFileError(
    file,
    ordered.map(({ line, column, message }) => ({ file, line, column, message })),
  );
}

function hostNames(data: unknown): string[] {
  const hosts = (data as { hosts?: unknown } | null)?.hosts;
  return typeof hosts === 'object' && hosts !== null ? Object.keys(hosts) : [];
}

function toCluster(file: ClusterFile): Cluster {
  const hosts = toHosts(file);
  const named = (name: string): Host => {
    const host = hosts.get(name);
    if (!host) throw new Error(`${name} was checked to be a host`);
    return host;
  };
  const { 'load-balancers': balancers, workers, release, rollout, database, backup } = file;
  const serverOf = new Map(Object.entries(balancers.servers));
  return {
    service: file.service,
    hosts,
    authorizedKeys: file.ssh['authorized-keys'],
    loadBalancers: {
      kind: balancers.kind,
      hosts: balancers.hosts.map(named),
      address: balancers.address,
      backends: balancers.backend,
      servers: new Map(workers.hosts.map((worker) => [worker, serverOf.get(worker) ?? worker])),
      masterSocket: balancers['master-socket'],
    },
    workers: {
      hosts: workers.hosts.map(named),
      port: workers.port,
      health: workers.health,
      envFile: workers['env-file'],
      start: workers.start,
      packages: workers.packages,
      unit: `${file.service}.service`,
      root: `/srv/${file.service}`,
    },
    release: {
      build: release.build,
      test: release.test,
      testResults: release['test-results'],
      include: release.include,
      keep: release.keep,
      migrate: release.migrate,
      migrations: release.migrations,
    },
    rollout: {
      batch: rollout.batch,
      canary: rollout.canary && {
        hosts: rollout.canary.hosts,
        watch: rollout.canary.watch,
        responseTime: rollout.canary['response-time'],
      },
      minAvailable: rollout['min-available'] ?? defaultMinAvailable(rollout, workers.hosts.length),
      drainTimeout: rollout['drain-timeout'],
      onDrainTimeout: rollout['on-drain-timeout'],
      startTimeout: rollout['start-timeout'],
      healthyAfter: rollout['healthy-after'],
      lockTimeout: rollout['lock-timeout'],
      maxUnreachable: rollout['max-unreachable'],
      onFailure: rollout['on-failure'],
    },
    database: database && {
      kind: database.kind,
      host: named(database.host),
      name: database.name,
      provision: database.provision,
    },
    backup: backup && {
      host: named(backup.host),
      mode: backup.mode,
      keep: backup.keep,
      proof: backup.proof,
      beforeDeploy: backup['before-deploy'] === 'required',
    },
    monitoring: file.monitoring && { ...file.monitoring, host: named(file.monitoring.host) },
    slo: {
      window: file.slo.window,
      availability: file.slo.availability,
      meanResponseTime: file.slo['mean-response-time'],
      histogram: file.slo.histogram,
      beforeDeploy: file.slo['before-deploy'] === 'checked',
    },
  };
}

function toHosts({ hosts, ssh }: ClusterFile): Map<string, Host> {
  const settings = new Map(Object.entries(hosts));
  const direct = (name: string): Host => {
    const given = settings.get(name);
    const {
      address = '',
      port = ssh.port,
      user = ssh.user,
    } = typeof given === 'string' ? { address: given } : (given ?? {});
    return { name, address, port, user };
  };
  const jump = ssh.jump === undefined ? undefined : direct(ssh.jump);
  // The jump host itself is reached directly.
  return new Map(
    [...settings.keys()].map((name) => [name, name === ssh.jump ? direct(name) : { ...direct(name), jump }]),
  );
}
