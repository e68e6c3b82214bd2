import { seconds } from '../units';
import { Cancellation } from './cancellation';
import type { Clock, Context } from './context';
import { openLoadBalancerNamed } from './hosts';
import type { Batch } from './plan';
import { Watch, watchFailure } from './watch';
import { LoadBalancerSource, readingOf } from './watch-source';
import type { Work } from './work';

/** A watch of the load balancers that take part in a rollout. */
export function watchOf(context: Context, clock: Clock): Watch {
  const hosts = context.cluster.loadBalancers.hosts.map(({ name }) => name);
  const source = new LoadBalancerSource(hosts, (host) => openLoadBalancerNamed(context, host));
  return new Watch({ source, clock, reporter: context.reporter, cancellation: new Cancellation(context.signal) });
}

/**
 * Watches what a batch that was just readmitted does to customers: the canary for its time; after every other batch all
 * workers that run the new release are judged at once, by what the load balancers said at the readmission.
 * @throws BukaError `watch-failed`, `cancelled`
 */
export async function watchBatch({ context, journal, watch }: Work, batch: Batch, number: number): Promise<void> {
  const { canary } = context.cluster.rollout;
  const workers = batch.tasks.map(({ worker }) => worker).filter((name) => !journal.missed.includes(name));
  watch.switched(workers, readingOf(journal.views));
  const verdict = await watch.watch(number, batch.title === 'canary' && canary ? canary.watch : seconds(0));
  journal.watched.push(verdict);
  if (verdict.verdict === 'failure') throw watchFailure(verdict);
}
