import { BukaError } from '../errors';
import { markGood, prune, recordHistory } from '../release';
import { signature } from './context';
import { everyOne } from './failures';
import { openWorker } from './hosts';
import type { Plan } from './plan';
import type { Work } from './work';

/**
 * Every worker runs the target: from now on it is a release to go back to, and the oldest ones can go. Never the one
 * that the workers ran before. A worker that was left out has it from the next run.
 */
export async function settle(work: Work, { target, from }: Plan): Promise<void> {
  const { context, clock, journal } = work;
  const { workers, release } = context.cluster;
  const entry = {
    at: clock.now(),
    event: 'good' as const,
    release: target.id,
    from,
    by: signature(context.run),
    reason: work.reason,
    backup: work.backup,
  };
  const several = {
    code: 'settle-failed',
    step: 'settle',
    message: 'Several workers could not note the release as good.',
  };
  await everyOne(
    workers.hosts.map(({ name }) => name).filter((name) => !journal.missed.includes(name)),
    (worker) =>
      atSettling(worker, async () => {
        const remote = await openWorker(context, worker);
        await Promise.all([
          remote.run(markGood(workers.root, target.id)),
          remote.run(recordHistory(workers.root, entry)),
        ]);
        const protect = [target.id, ...(from === undefined ? [] : [from])];
        const removed = await remote.run(prune(workers.root, { keep: release.keep, protect }));
        const detail = removed.length > 0 ? `removed ${removed.join(', ')}` : undefined;
        context.reporter.step({ host: worker, name: 'settle', state: 'done', detail });
      }),
    several,
  );
}

async function atSettling(host: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw error instanceof BukaError
      ? error.with({ host, step: 'settle', hint: 'Every worker runs the release. Run this again to finish.' })
      : error;
  }
}
