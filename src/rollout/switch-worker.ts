import { BukaError } from '../errors';
import { type ReleaseId, recordHistory } from '../release';
import type { Duration } from '../units';
import { signature } from './context';
import { openWorker } from './hosts';
import type { Task } from './plan';
import { checkEverywhere } from './rotation';
import { RESTARTED, switchFailure, switchRelease } from './switch';
import type { Work } from './work';

export interface Switching {
  readonly to: ReleaseId;
  readonly from?: ReleaseId | undefined;
  /** `reverted`: the worker gets back what it ran before. */
  readonly event: 'activated' | 'reverted';
  readonly steady: Duration;
}

/**
 * Switches a worker that has no traffic, and has every load balancer check it. The load balancers start to check as
 * soon as systemd has started the new process: the old one is dead by then, so each success is of the new one.
 * @throws BukaError `app-crashed`, `app-unhealthy`, `wrong-release`, `restart-failed`, `check-failed`, `lock-lost`, or
 *   what kept the worker from being reached
 */
export async function switchWorker(work: Work, task: Task, { to, from, event, steady }: Switching): Promise<void> {
  const { context, clock, journal, lock } = work;
  const { workers, rollout } = context.cluster;
  const { worker } = task;
  const remote = await openWorker(context, worker);
  const { startTimeout, healthyAfter } = rollout;
  const options = { id: to, owner: lock.owner, startTimeout, healthyAfter, steady };
  const restarted = Promise.withResolvers<void>();
  const onLine = (line: string) => {
    if (line !== RESTARTED) return;
    if (event === 'activated') journal.at(worker, 'switched', clock.now());
    context.reporter.step({
      host: worker,
      name: event === 'activated' ? 'switched' : event,
      state: 'done',
      detail: to,
    });
    restarted.resolve();
  };
  const by = signature(context.run);
  const entry = { at: clock.now(), event, release: to, from, by, reason: work.reason, backup: work.backup };
  const checked = restarted.promise.then(() => checkEverywhere(work, task));
  const recorded = restarted.promise.then(() => remote.run(recordHistory(workers.root, entry)));
  // When the switch fails first, nobody waits for these two any more.
  for (const other of [checked, recorded]) other.catch(() => {});
  try {
    await lock.confirm(worker);
    const outcome = await remote.run(switchRelease(workers, options), { onLine });
    const failure = switchFailure(workers, outcome, options);
    if (failure) throw failure;
    journal.processes.set(worker, outcome.pid);
    if (event === 'activated') journal.at(worker, 'healthy', clock.now());
    context.reporter.step({ host: worker, name: 'healthy', state: 'done' });
  } catch (error) {
    throw error instanceof BukaError ? error.with({ host: worker, step: 'switch' }) : error;
  }
  await checked;
  await recorded;
}
