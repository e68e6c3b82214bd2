import type { Cluster } from '../cluster';
import { BukaError } from '../errors';
import { type WorkerObservation, workerNeeds } from '../rollout';
import { bytes, formatBytes } from '../units';
import { type Finding, failed, NOT_LET_IN, ok, unchecked, wrong } from './finding';

interface Aspect {
  readonly what: string;
  /** What `workerNeeds` calls a lack of it. */
  readonly codes: readonly string[];
  readonly seen: (told: WorkerObservation, cluster: Cluster) => string;
}

const aspects: readonly Aspect[] = [
  { what: 'tools', codes: ['tools-missing'], seen: () => 'all that a rollout needs' },
  {
    what: 'folder',
    codes: ['service-folder-missing', 'permission-denied'],
    seen: (_, { workers }) => `${workers.root} can be written`,
  },
  {
    what: 'room',
    codes: ['not-enough-disk'],
    seen: ({ probe }) => `${formatBytes(probe.diskFree)} free for releases`,
  },
  {
    what: 'unit',
    codes: ['unit-missing'],
    seen: ({ probe }, { workers }) => `${workers.unit}: ${probe.unit.active} (${probe.unit.sub})`,
  },
  { what: 'sudo', codes: ['sudo-denied'], seen: () => 'may restart the unit, and see which release runs' },
];

/** What a worker has of what a rollout needs, by the rollout's own preflight. Pure. */
export function workerFindings(cluster: Cluster, host: string, seen: WorkerObservation | BukaError | undefined) {
  const { envFile } = cluster.workers;
  const all = [...aspects.map(({ what }) => what), ...(envFile === undefined ? [] : ['env file']), 'app'];
  if (seen === undefined) return all.map((what) => unchecked(host, what, NOT_LET_IN));
  if (seen instanceof BukaError)
    return [failed(host, 'worker', seen), ...all.map((what) => unchecked(host, what, 'the worker could not be read'))];
  const migrates = cluster.release.migrate !== undefined;
  const needs = workerNeeds(cluster, host, seen.probe, { coming: { size: bytes(0), files: 0 }, migrates });
  return [
    ...aspects.map(({ what, codes, seen: words }) => {
      const lack = needs.find(({ code }) => codes.includes(code));
      return lack === undefined ? ok(host, what, words(seen, cluster)) : failed(host, what, lack);
    }),
    ...(envFile === undefined ? [] : [envFinding(host, envFile, seen, needs)]),
    appFinding(cluster, host, seen),
  ];
}

function envFinding(host: string, envFile: string, { probe }: WorkerObservation, needs: readonly BukaError[]): Finding {
  const lack = needs.find(({ code }) => code === 'env-file-unreadable');
  if (lack !== undefined) return failed(host, 'env file', lack);
  if (probe.envFile === 'readable') return ok(host, 'env file', `${envFile} can be read`);
  const next = `On ${host}, as root: ls -l ${envFile}`;
  return unchecked(
    host,
    'env file',
    `${envFile} can't be read as the deploy user, which only a migration has to`,
    next,
  );
}

function appFinding({ workers }: Cluster, host: string, { probe, releases }: WorkerObservation): Finding {
  if (releases.active === undefined)
    return unchecked(host, 'app', 'no release yet', '`buka deploy`, or a push, brings the first one');
  if (probe.healthy) return ok(host, 'app', `${workers.health} answers ${probe.answer}`);
  const answer = probe.answer === '000' ? 'does not answer' : `answers ${probe.answer}`;
  const next = `On ${host}: journalctl -u ${workers.unit} -n 50`;
  return wrong(host, 'app', `${workers.health} on port ${workers.port} ${answer}`, next, 'app-unhealthy');
}
