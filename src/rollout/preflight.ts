import type { Cluster } from '../cluster';
import { BukaError } from '../errors';
import type { Manifest } from '../release';
import { bytes } from '../units';
import { refuseCrossing } from './crossing';
import type { CompleteObservation, WorkerObservation } from './observe';
import { type Plan, plan, type Target } from './plan';
import { type Load, workerNeeds } from './worker-needs';

const BLOCK = 4096;

/** Room on the disk for a release of which a worker has nothing yet: whole blocks, one for a folder or a symlink. */
export function loadOf({ entries }: Manifest): Load {
  const size = entries.reduce(
    (sum, entry) => sum + (entry.type === 'file' ? Math.ceil(entry.size / BLOCK) * BLOCK : BLOCK),
    0,
  );
  return { size: bytes(size), files: entries.length };
}

export type Preflight = { readonly plan: Plan } | { readonly problems: readonly BukaError[] };

/** Everything that would stop the run, found at once and before anything is changed. Pure. */
export function preflight(
  cluster: Cluster,
  target: Target,
  observation: CompleteObservation,
  load: Load | undefined,
): Preflight {
  const made = plan(cluster, target, observation);
  const crossing = refuseCrossing(observation, target);
  const problems = [
    ...[...observation.workers].flatMap(([name, seen]) => workerProblems(cluster, target, name, seen, made, load)),
    ...(made.problem ? [made.problem] : []),
    ...(crossing ? [crossing] : []),
  ];
  return problems.length > 0 ? { problems } : { plan: made };
}

function workerProblems(
  cluster: Cluster,
  target: Target,
  host: string,
  { releases, probe }: WorkerObservation,
  made: Plan,
  load: Load | undefined,
): BukaError[] {
  const staged = releases.staged.some(({ id }) => id === target.id);
  const coming = !staged && target.kind === 'deploy' ? { size: bytes(0), files: 0, ...load } : undefined;
  const needs = workerNeeds(cluster, host, probe, { coming, migrates: made.migrate?.worker === host });
  if (target.kind !== 'rollback' || staged) return needs;
  const missing = new BukaError({
    host,
    code: 'release-not-staged',
    message: `Release ${target.id} is not there.`,
    seen: `staged: ${releases.staged.map(({ id }) => id).join(', ') || 'none'}`,
    hint: '`buka releases` lists the releases that every worker has.',
  });
  return [...needs, missing];
}
