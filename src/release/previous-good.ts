import type { ReleaseId, WorkerReleases } from './release';

/**
 * The last good release before the present that is staged on every worker: what `rollback` goes to by itself.
 *
 * The good releases make a stack. Going back takes off what was above, so that a second rollback goes further back and
 * never forward again to the release that was fled from.
 */
export function previousGood(workers: readonly WorkerReleases[], active: ReleaseId | undefined): ReleaseId | undefined {
  const stack = goodInOrder(workers);
  const present = active === undefined ? -1 : stack.lastIndexOf(active);
  const before = present === -1 ? stack : stack.slice(0, present);
  return before.findLast((id) => workers.every(({ staged }) => staged.some((release) => release.id === id)));
}

function goodInOrder(workers: readonly WorkerReleases[]): ReleaseId[] {
  const settled = workers
    .flatMap(({ history }) => history)
    .filter(({ event }) => event === 'good' || event === 'reverted')
    .sort((a, b) => a.at.getTime() - b.at.getTime());
  const inHistory = new Set(settled.filter(({ event }) => event === 'good').map(({ release }) => release));
  // A release whose line of history was lost is older than all that we know of.
  const stack = workers
    .flatMap(({ staged }) => staged)
    .filter(({ id, good }) => good && !inHistory.has(id))
    .sort((a, b) => a.stagedAt.getTime() - b.stagedAt.getTime())
    .map(({ id }) => id)
    .filter((id, index, all) => all.indexOf(id) === index);
  for (const { event, release } of settled) {
    const at = stack.indexOf(release);
    if (at !== -1) stack.length = at + 1;
    else if (event === 'good') stack.push(release);
  }
  return stack;
}
