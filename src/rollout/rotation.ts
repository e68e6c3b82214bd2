import { BukaError } from '../errors';
import type { DrainOutcome, LoadBalancer } from '../load-balancer';
import { type Duration, formatDuration, milliseconds, seconds } from '../units';
import { isLoadBalancerLost, openLoadBalancerNamed } from './hosts';
import type { Task } from './plan';
import type { Work } from './work';

/** What a worker's way out of rotation and back takes of a run. */
export type Rotating = Pick<Work, 'context' | 'clock' | 'cancellation' | 'lock' | 'leases' | 'journal'>;

/** After the drain's deadline: requests that are still in flight have had their time. */
const NO_MORE_PATIENCE = seconds(1);
/** More than the app's own start: a fresh check needs its rises, at the load balancer's interval. */
const CHECK_PATIENCE = seconds(30);

/**
 * Takes a worker out of rotation on every load balancer at once: drained, silent on all of them, then in maintenance,
 * which stops sticky clients and empties the pools of idle connections. From the drain on the leases run.
 * @throws BukaError `drain-timeout` where `on-drain-timeout` is `fail`, `cancelled`, or what a load balancer refuses
 */
export async function takeOut(work: Rotating, task: Task): Promise<void> {
  const { clock, journal, context, leases, cancellation } = work;
  const { reporter, cluster } = context;
  const { worker, drainOn } = task;
  cancellation.check();
  journal.at(worker, 'drainStarted', clock.now());
  reporter.step({ host: worker, name: 'drain', state: 'started', detail: `on ${drainOn.join(', ') || 'none'}` });
  leases.hold(worker, drainOn);
  const [outcomes, left] = await cancellation.orLeave(
    all([drainEverywhere(work, task), waitForSilence(work, task, cluster.rollout.drainTimeout)]),
  );
  const late = outcomes.some(({ kind }) => kind === 'still-in-flight');
  if (late && cluster.rollout.onDrainTimeout === 'fail') throw drainTimeout(worker, outcomes, cluster.rollout);
  const patience = late ? { deadline: NO_MORE_PATIENCE } : {};
  const maintained = await onEach(work, task, 'drain', (balancer) => balancer.maintain(worker, patience));
  const cut = [...left, ...maintained.map((one) => one.cut)].reduce((sum, one) => sum + one, 0);
  journal.cut += cut;
  journal.at(worker, 'drained', clock.now());
  if (cut > 0)
    reporter.warning(
      `${worker}: ${cut} requests were still in flight after the drain timeout, and are cut.`,
      'nothing',
    );
  reporter.step({ host: worker, name: 'drained', state: 'done', detail: cut > 0 ? `${cut} cut` : undefined });
}

/** Where requests may take as long as they need, the drain is asked for again and again: it stays as it is. */
function drainEverywhere(work: Rotating, task: Task): Promise<DrainOutcome[]> {
  const { reporter, cluster } = work.context;
  const { worker } = task;
  const { drainTimeout: deadline, onDrainTimeout } = cluster.rollout;
  const inFlight = new Map<string, number>();
  const tell = () => {
    const sum = [...inFlight.values()].reduce((a, b) => a + b, 0);
    reporter.step({ host: worker, name: 'drain', state: 'progress', detail: `${sum} in flight` });
  };
  return onEach(work, task, 'drain', async (balancer, host) => {
    const onProgress = (count: number) => {
      inFlight.set(host, count);
      tell();
    };
    for (;;) {
      // A drain that is sent before a cancel is waited for by what undoes it; none is sent after one.
      work.cancellation.check();
      const outcome = await balancer.drain(worker, { deadline, onProgress });
      if (outcome.kind === 'drained' || onDrainTimeout !== 'wait') return outcome;
      const waited = formatDuration(deadline);
      reporter.info(
        `${worker}: ${outcome.inFlight} requests in flight on ${host} after ${waited}; waiting on, as on-drain-timeout says.`,
      );
    }
  });
}

/**
 * A worker that somebody else drained gets no new requests there; those that it has are waited for all the same.
 * @returns how many are left at the deadline, for each such load balancer
 */
async function waitForSilence(work: Rotating, { worker, leaveOn }: Task, deadline: Duration): Promise<number[]> {
  const { clock } = work;
  const until = clock.now().getTime() + deadline;
  return onEach(work, { worker, drainOn: leaveOn }, 'drain', async (balancer) => {
    for (let silent = 0; ; ) {
      const servers = (await balancer.observe()).workers.get(worker)?.servers ?? [];
      const left = servers.reduce((sum, { inFlight }) => sum + inFlight, 0);
      silent = left === 0 ? silent + 1 : 0;
      if (silent === 2 || clock.now().getTime() >= until || work.cancellation.requested) return left;
      await clock.sleep(milliseconds(500));
    }
  });
}

/**
 * Has every load balancer check the worker afresh, still without traffic. One that went away meanwhile is noted: it can't
 * be asked, and its own lease and checks decide when it comes back.
 */
export async function checkEverywhere(work: Rotating, task: Task): Promise<void> {
  const { worker } = task;
  const { startTimeout } = work.context.cluster.rollout;
  const deadline = milliseconds(startTimeout + CHECK_PATIENCE);
  await onEachThatIsThere(work, task, 'check', async (balancer, host) => {
    const { passed, seen } = await balancer.check(worker, { deadline }).catch(whereItForgot);
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

/** Ends the checks of a worker that is about to be restarted once more, and shuts sticky clients out again. */
export async function closeAgain(work: Rotating, task: Task): Promise<void> {
  await onEachThatIsThere(work, task, 'drain', (balancer) => balancer.maintain(task.worker));
}

/** A load balancer that restarted knows nothing of a drain any more: its own checks have decided. */
function whereItForgot(error: unknown): { passed: boolean; seen: string } {
  if (error instanceof BukaError && error.code === 'not-drained') return { passed: true, seen: 'it restarted' };
  throw error;
}

/**
 * Gives the worker its traffic back on every load balancer that it was taken from and that is there. In the same round
 * trip the load balancers are asked about all workers, which the next batch is judged by.
 */
export async function readmit(work: Rotating, task: Task): Promise<void> {
  const { context, clock, journal, leases } = work;
  const { worker } = task;
  await all([onEachThatIsThere(work, task, 'readmit', (balancer) => balancer.readmit(worker)), look(work)]);
  leases.letGo(worker);
  journal.at(worker, 'readmitted', clock.now());
  context.reporter.step({ host: worker, name: 'readmitted', state: 'done' });
}

/**
 * Undoes a drain of a worker whose process was not touched, on each load balancer by itself: one that fails keeps the
 * worker from none of the others. Where it got as far as maintenance, a check comes first.
 */
export async function undoDrain(work: Rotating, task: Task): Promise<void> {
  const { worker } = task;
  const { startTimeout } = work.context.cluster.rollout;
  try {
    await onEach(work, task, 'readmit', async (balancer) => {
      try {
        await balancer.readmit(worker);
      } catch (error) {
        if (!(error instanceof BukaError && error.code === 'not-checked')) throw error;
        await balancer.check(worker, { deadline: startTimeout });
        await balancer.readmit(worker);
      }
    });
  } finally {
    work.leases.letGo(worker);
  }
  work.context.reporter.step({ host: worker, name: 'readmitted', state: 'done', detail: 'as it was' });
}

/** Remembers how the load balancers see every worker; one that can't tell is left out. */
async function look(work: Rotating): Promise<void> {
  const { context, journal } = work;
  const views = await Promise.all(
    context.cluster.loadBalancers.hosts.map(async ({ name }) => {
      try {
        return [[name, await (await openLoadBalancerNamed(context, name)).observe()] as const];
      } catch (error) {
        if (isLoadBalancerLost(error)) return [];
        throw error;
      }
    }),
  );
  journal.views = new Map(views.flat());
}

type Where = Pick<Task, 'worker' | 'drainOn'>;
type Ask<T> = (balancer: LoadBalancer, host: string) => Promise<T>;

/** Asks every load balancer of the task at once, while this run still holds the worker's lock. */
async function onEach<T>(work: Rotating, { worker, drainOn }: Where, step: string, ask: Ask<T>): Promise<T[]> {
  await work.lock.confirm(worker);
  return all(drainOn.map((host) => askOne(work, host, step, ask)));
}

/** As `onEach`, but goes on without those that went away, unless they all did. */
async function onEachThatIsThere<T>(
  work: Rotating,
  { worker, drainOn }: Where,
  step: string,
  ask: Ask<T>,
): Promise<void> {
  await work.lock.confirm(worker);
  const ends = await Promise.allSettled(drainOn.map((host) => askOne(work, host, step, ask)));
  const failed = ends.flatMap((end, index) =>
    end.status === 'rejected' ? [{ host: drainOn[index] as string, error: end.reason as unknown }] : [],
  );
  const gone = failed.filter(({ error }) => isLoadBalancerLost(error));
  const [refused] = failed.filter(({ error }) => !isLoadBalancerLost(error));
  for (const { host, error } of gone) work.journal.lost.set(host, error as BukaError);
  if (refused) throw refused.error;
  const [first] = gone;
  if (first && gone.length === drainOn.length) throw first.error;
}

/** Each question can be asked twice: over a new connection when the first was lost on the way. */
async function askOne<T>({ context }: Rotating, host: string, step: string, ask: Ask<T>): Promise<T> {
  const once = async () => ask(await openLoadBalancerNamed(context, host), host);
  try {
    return await once().catch((error: unknown) => {
      if (error instanceof BukaError && error.code === 'connection-lost') return once();
      throw error;
    });
  } catch (error) {
    throw error instanceof BukaError ? error.with({ host, step }) : error;
  }
}

/** `Promise.all`, but no answer is still outstanding when it throws: what follows may undo what they do. */
export async function all<const T extends readonly Promise<unknown>[]>(
  work: T,
): Promise<{ -readonly [Index in keyof T]: Awaited<T[Index]> }> {
  await Promise.allSettled(work);
  return Promise.all(work) as Promise<{ -readonly [Index in keyof T]: Awaited<T[Index]> }>;
}

function drainTimeout(worker: string, outcomes: readonly DrainOutcome[], { drainTimeout }: { drainTimeout: Duration }) {
  const left = outcomes.reduce((sum, one) => sum + (one.kind === 'still-in-flight' ? one.inFlight : 0), 0);
  return new BukaError({
    code: 'drain-timeout',
    host: worker,
    step: 'drain',
    message: `Requests to ${worker} were still in flight after ${formatDuration(drainTimeout)}.`,
    seen: `${left} in flight`,
    hint: 'Raise rollout.drain-timeout in buka.yml, or let on-drain-timeout be `wait` or `cut`; then run this again.',
  });
}
