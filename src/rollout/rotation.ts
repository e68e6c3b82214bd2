import { BukaError } from '../errors';
import type { LoadBalancer } from '../load-balancer';
import { type Duration, milliseconds, seconds } from '../units';
import type { Task } from './plan';
import type { Work } from './work';

/** After the drain's deadline: requests that are still in flight have had their time. */
const NO_MORE_PATIENCE = seconds(1);
/** More than the app's own start: a fresh check needs its rises, at the load balancer's interval. */
const CHECK_PATIENCE = seconds(30);

/**
 * Takes a worker out of rotation on every load balancer at once: drained, silent on all of them, then in maintenance,
 * which stops sticky clients and empties the pools of idle connections.
 */
export async function takeOut(work: Work, task: Task): Promise<void> {
  const { clock, journal, context } = work;
  const { reporter, cluster } = context;
  const { worker } = task;
  const deadline = cluster.rollout.drainTimeout;
  journal.at(worker, 'drainStarted', clock.now());
  reporter.step({ host: worker, name: 'drain', state: 'started', detail: `on ${task.drainOn.join(', ') || 'none'}` });
  const inFlight = new Map<string, number>();
  const onProgress = (host: string) => (count: number) => {
    inFlight.set(host, count);
    const sum = [...inFlight.values()].reduce((a, b) => a + b, 0);
    reporter.step({ host: worker, name: 'drain', state: 'progress', detail: `${sum} in flight` });
  };
  const [outcomes, left] = await all([
    onEach(work, task.drainOn, 'drain', (balancer, host) =>
      balancer.drain(worker, { deadline, onProgress: onProgress(host) }),
    ),
    waitForSilence(work, task, deadline),
  ]);
  const late = outcomes.some(({ kind }) => kind === 'still-in-flight');
  const patience = late ? { deadline: NO_MORE_PATIENCE } : {};
  const maintained = await onEach(work, task.drainOn, 'drain', (balancer) => balancer.maintain(worker, patience));
  const cut = [...left, ...maintained.map((one) => one.cut)].reduce((sum, one) => sum + one, 0);
  journal.cut += cut;
  journal.at(worker, 'drained', clock.now());
  if (cut > 0)
    reporter.warning(`${worker}: ${cut} requests were still in flight after the drain timeout, and are cut.`);
  reporter.step({ host: worker, name: 'drained', state: 'done', detail: cut > 0 ? `${cut} cut` : undefined });
}

/**
 * A worker that somebody else drained gets no new requests there; those that it has are waited for all the same.
 * @returns how many are left at the deadline, for each such load balancer
 */
async function waitForSilence(work: Work, { worker, leaveOn }: Task, deadline: Duration): Promise<number[]> {
  const { clock } = work;
  const until = clock.now().getTime() + deadline;
  return onEach(work, leaveOn, 'drain', async (balancer) => {
    for (let silent = 0; ; ) {
      const servers = (await balancer.observe()).workers.get(worker)?.servers ?? [];
      const left = servers.reduce((sum, { inFlight }) => sum + inFlight, 0);
      silent = left === 0 ? silent + 1 : 0;
      if (silent === 2 || clock.now().getTime() >= until) return left;
      await clock.sleep(milliseconds(500));
    }
  });
}

/** Has every load balancer check the worker afresh, still without traffic. */
export async function checkEverywhere(work: Work, { worker, drainOn }: Task): Promise<void> {
  const deadline = milliseconds(work.context.cluster.rollout.startTimeout + CHECK_PATIENCE);
  await onEach(work, drainOn, 'check', async (balancer, host) => {
    const { passed, seen } = await balancer.check(worker, { deadline });
    if (passed) return;
    throw new BukaError({
      code: 'check-failed',
      host,
      step: 'check',
      message: `Its health check of ${worker} does not pass, though ${worker} answers on its own port.`,
      seen,
      hint: `Can ${host} reach ${worker} on port ${work.context.cluster.workers.port}? Its check must ask for what the app answers 2xx to.`,
    });
  });
}

/**
 * Gives the worker its traffic back on every load balancer that it was taken from. In the same round trip the load
 * balancers are asked about all workers, which the next batch is judged by.
 */
export async function readmit(work: Work, { worker, drainOn }: Task): Promise<void> {
  const { context, clock, journal } = work;
  await all([onEach(work, drainOn, 'readmit', (balancer) => balancer.readmit(worker)), look(work)]);
  journal.at(worker, 'readmitted', clock.now());
  context.reporter.step({ host: worker, name: 'readmitted', state: 'done' });
}

/**
 * Undoes a drain of a worker whose process was not touched, on each load balancer by itself: one that fails keeps the
 * worker from none of the others. Where it got as far as maintenance, a check comes first.
 */
export async function undoDrain(work: Work, { worker, drainOn }: Task): Promise<void> {
  const { startTimeout } = work.context.cluster.rollout;
  await onEach(work, drainOn, 'readmit', async (balancer) => {
    try {
      await balancer.readmit(worker);
    } catch (error) {
      if (!(error instanceof BukaError && error.code === 'not-checked')) throw error;
      await balancer.check(worker, { deadline: startTimeout });
      await balancer.readmit(worker);
    }
  });
}

/** Remembers how the load balancers see every worker. */
async function look({ loadBalancers, journal }: Work): Promise<void> {
  const views = [...loadBalancers].map(async ([host, balancer]) => [host, await balancer.observe()] as const);
  journal.views = new Map(await Promise.all(views));
}

async function onEach<T>(
  { loadBalancers }: Work,
  hosts: readonly string[],
  step: string,
  ask: (balancer: LoadBalancer, host: string) => Promise<T>,
): Promise<T[]> {
  return all(
    hosts.map(async (host) => {
      try {
        return await ask(loadBalancers.get(host) as LoadBalancer, host);
      } catch (error) {
        throw error instanceof BukaError ? error.with({ host, step }) : error;
      }
    }),
  );
}

/** `Promise.all`, but no answer is still outstanding when it throws: what follows may undo what they do. */
export async function all<const T extends readonly Promise<unknown>[]>(
  work: T,
): Promise<{ -readonly [Index in keyof T]: Awaited<T[Index]> }> {
  await Promise.allSettled(work);
  return Promise.all(work) as Promise<{ -readonly [Index in keyof T]: Awaited<T[Index]> }>;
}
