import { type Archive, type ReleaseId, recordHistory, stage } from '../release';
import { milliseconds } from '../units';
import { type Context, signature, systemClock } from './context';
import { openWorker } from './hosts';
import { acquire } from './lock';
import { switchFailure, switchRelease } from './switch';

export interface InPlace {
  readonly worker: string;
  /** One that is packed, and staged first; or one that the worker has. */
  readonly to: Archive | ReleaseId;
  readonly from: ReleaseId;
  /** Why, for the worker's history. */
  readonly reason: string;
}

/**
 * Switches one worker where it stands, whatever traffic it has: what a deploy to a single server is. Nothing is drained,
 * so whoever the worker serves at that moment may notice; a rollout is what nobody notices. It holds the locks of a
 * rollout, and the history has it.
 * @throws BukaError `lock-held`, `cancelled`, those of `stage`: nothing was switched; `restart-failed`, `app-crashed`,
 *   `app-unhealthy`, `wrong-release`, `lock-lost`: the worker is left as that says
 */
export async function switchInPlace(context: Context, { worker, to, from, reason }: InPlace): Promise<void> {
  const { cluster, reporter, run } = context;
  const { workers, rollout } = cluster;
  const clock = context.clock ?? systemClock;
  const id = typeof to === 'string' ? to : to.id;
  const lock = await acquire(context);
  try {
    const remote = await openWorker(context, worker);
    if (typeof to !== 'string') await stage(remote, workers.root, to, reporter);
    await lock.confirm(worker);
    const { startTimeout, healthyAfter } = rollout;
    const options = { id, owner: lock.owner, startTimeout, healthyAfter, steady: milliseconds(0) };
    const entry = { at: clock.now(), event: 'activated', release: id, from, by: signature(run), reason } as const;
    const outcome = await remote.run(switchRelease(workers, options));
    await remote.run(recordHistory(workers.root, entry));
    const failure = switchFailure(workers, outcome, options);
    if (failure) throw failure.with({ host: worker, step: 'switch' });
    reporter.step({ host: worker, name: 'switched', state: 'done', detail: `${id}, with its traffic` });
  } finally {
    await lock.release();
  }
}
