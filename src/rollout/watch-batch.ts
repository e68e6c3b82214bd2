import { seconds } from '../units';
import type { Batch } from './plan';
import { readingOf, watchFailure } from './watch';
import type { Work } from './work';

/**
 * Watches what a batch that was just readmitted does to customers: the canary, and whatever comes first, for the
 * canary's time; after every other batch all workers that run the new release are judged at once, by what the load
 * balancers said at the readmission.
 * @throws BukaError `watch-failed`, `cancelled`
 */
export async function watchBatch(work: Work, batch: Batch, number: number): Promise<void> {
  const { context, journal, watch } = work;
  const { canary } = context.cluster.rollout;
  const workers = batch.tasks.map(({ worker }) => worker).filter((name) => !journal.missed.includes(name));
  watch.switched(workers, readingOf(journal.views));
  // Workers that didn't serve come before the canary, and are then the first to show customers the release.
  const watched = canary !== undefined && (number === 1 || batch.title === 'canary');
  const verdict = await watch.watch(number, watched ? canary.watch : seconds(0));
  journal.watched.push(verdict);
  if (verdict.verdict === 'failure') throw watchFailure(verdict);
}
