import { BukaError } from '../errors';
import { previousGood, type ReleaseId, type WorkerReleases } from '../release';
import type { CompleteObservation } from './observe';
import type { Target } from './plan';

/**
 * Where a rollback goes: the release that is named, else the last good one before the present that every worker has.
 * @throws BukaError `nothing-to-roll-back-to`, with what there is
 */
export function rollbackTarget({ workers }: CompleteObservation, named: ReleaseId | undefined): Target {
  const all = [...workers.values()].map(({ releases }) => releases);
  const present = presentOf(all);
  const id = named ?? previousGood(all, present);
  if (id === undefined) throw nothingToRollBackTo([...workers], present);
  const staged = all.flatMap((one) => one.staged).find((release) => release.id === id);
  return { kind: 'rollback', id, migrations: staged?.migrations ?? [] };
}

/**
 * The release that was rolled out last. Where a rollout stopped half way, that is the newer one of the two that the
 * workers have active, so that a rollback goes back to the other one and not past it.
 */
export function presentOf(workers: readonly WorkerReleases[]): ReleaseId | undefined {
  const activatedAt = (id: ReleaseId) =>
    Math.max(
      0,
      ...workers
        .flatMap(({ history }) => history)
        .filter(({ event, release }) => event === 'activated' && release === id)
        .map(({ at }) => at.getTime()),
    );
  const active = [...new Set(workers.flatMap((worker) => worker.active ?? []))];
  return active.sort((a, b) => activatedAt(b) - activatedAt(a))[0];
}

function nothingToRollBackTo(
  workers: readonly [string, { readonly releases: WorkerReleases }][],
  present: ReleaseId | undefined,
): BukaError {
  const lists = workers.map(([name, { releases }]) => {
    const staged = releases.staged.map(({ id, good }) => `${id}${good ? ' (good)' : ''}`).join(', ');
    return `- ${name}: ${staged || 'none'}`;
  });
  return new BukaError({
    code: 'nothing-to-roll-back-to',
    step: 'preflight',
    message: `No good release before ${present ?? 'the present'} is on every worker.`,
    seen: ['staged there:', ...lists].join('\n'),
    left: 'Nothing was changed.',
    hint: 'Name a release that is on every worker, good or not, or deploy an older commit; `buka releases` lists them with their dates.',
  });
}
