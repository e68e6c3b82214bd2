import type { Host } from '../../cluster';
import { BukaError } from '../../errors';
import { deploy, muted, rollback, status, switchInPlace } from '../../rollout';
import { between } from '../../units';
import { figuresOf, reasonsOf } from '../machine/figures';
import { type Incident, incidentOf, MOMENT, putBack } from '../machine/incident';
import { lateOf } from '../machine/late';
import * as script from '../machine/scripts';
import { recovered, waitFor } from '../machine/watch';
import type { Ground } from './ground';
import { loserOf } from './look';
import { judge, nextRate, type Step, type Throughput, throughputOf } from './ramp';
import type { LeftOut, Outcome, Situation, System } from './report';

const REASON = 'a comparison, which takes it back';

/** How a situation is made, and put back. */
export const situationOf: Readonly<Record<Situation, (ground: Ground, system: System) => Promise<Outcome>>> = {
  quiet,
  deploy: deployed,
  'worker-down': workerDown,
  'load-balancer-lost': loadBalancerLost,
};

/** Raises the rate until an objective doesn't hold, or it is the most that may be tried. */
export function throughput(ground: Ground, system: System): Promise<Throughput | LeftOut> {
  // What is asked for too much may look like an outage.
  return muted(ground.context, 'drill', () => raise(ground, system));
}

async function raise(ground: Ground, system: System): Promise<Throughput | LeftOut> {
  const { context, clock, options } = ground;
  const { rate: start, mostRate: most, lasts } = options;
  const steps: Step[] = [];
  for (;;) {
    const rate = nextRate(steps, { start, most });
    if (rate === undefined) return throughputOf(steps);
    const customers = ground.come(system, rate);
    const from = clock.now();
    try {
      await waitFor(lasts, { clock, signal: context.signal });
    } finally {
      await customers.stop();
    }
    if (context.signal?.aborted) return { leftOut: 'it was cancelled' };
    const to = from.getTime() + lasts;
    const step = judge(
      customers.samples.filter(({ at }) => at < to),
      rate,
      lasts,
      context.cluster.slo,
    );
    steps.push(step);
    context.reporter.info(`${rate} a second: ${step.broke === undefined ? 'the objectives hold' : 'too much'}`);
    // What was too much has an end before the next ones come.
    if (step.broke !== undefined) await needWell(ground);
  }
}

function quiet(ground: Ground, system: System): Promise<Outcome> {
  const { context, clock, options } = ground;
  return underLoad(ground, system, () => waitFor(options.lasts, { clock, signal: context.signal }));
}

async function deployed(ground: Ground, system: System): Promise<Outcome> {
  const { context, options, worker, release } = ground;
  const { archive } = options;
  if (archive === undefined) throw new Error('there is nothing to deploy');
  try {
    return await underLoad(ground, system, async () => {
      if (system === 'alone') {
        const inPlace = { worker: worker.name, to: archive, from: release, reason: REASON };
        await muted(context, 'rollout', () => switchInPlace(context, inPlace));
        return;
      }
      const { error } = await deploy(context, archive, options.deploy);
      if (error !== undefined) throw error;
    });
  } finally {
    await giveReleaseBack(ground);
  }
}

async function workerDown(ground: Ground, system: System): Promise<Outcome> {
  const { options, worker, root, context } = ground;
  const { unit } = context.cluster.workers;
  const incident: Incident = {
    how: `SIGKILL to every process of ${unit}, which stays down`,
    begin: async () => (await root(worker)).run(script.down(unit, options.lasts)),
    end: async () => (await root(worker)).run(script.start(unit)),
  };
  return makeIncident(ground, system, { incident, host: worker, isHeld: true });
}

async function loadBalancerLost(ground: Ground, system: System): Promise<Outcome> {
  const { context, options, root } = ground;
  // It may have moved since the first look.
  const host = await loserOf(context, options);
  if ('leftOut' in host) return host;
  const plug = options.plugOf(host);
  const making = { host: host.name, unit: context.cluster.workers.unit, root: () => root(host), plug };
  const incident = incidentOf({ drill: 'load-balancer-power-off', ...making }, options.lasts);
  return makeIncident(ground, system, { incident, host, isHeld: plug !== undefined });
}

interface Making {
  readonly incident: Incident;
  readonly host: Host;
  /** Otherwise it ends by itself. */
  readonly isHeld: boolean;
}

function makeIncident(ground: Ground, system: System, { incident, host, isHeld }: Making): Promise<Outcome> {
  const { context, clock, options } = ground;
  return muted(context, 'drill', () =>
    underLoad(ground, system, async () => {
      try {
        await incident.begin();
        await waitFor(isHeld ? options.lasts : MOMENT, { clock, signal: context.signal });
      } finally {
        // It may have begun, whatever became of the answer.
        await putBack(incident, host.name, options.lasts);
      }
      await needWell(ground);
    }),
  );
}

/** Has customers come while something is done, and tells what they saw meanwhile. */
async function underLoad(ground: Ground, system: System, act: () => Promise<void>): Promise<Outcome> {
  const { context, clock, options } = ground;
  const customers = ground.come(system, options.rate);
  try {
    // Those who keep their connections have them.
    await waitFor(MOMENT, { clock, signal: context.signal });
    const from = clock.now();
    await act();
    const to = clock.now();
    await customers.stop();
    if (context.signal?.aborted) return { leftOut: 'it was cancelled' };
    const samples = customers.samples.filter(({ at }) => at >= from.getTime() && at < to.getTime());
    const figures = figuresOf(samples, { from: from.getTime(), to: to.getTime() });
    if (figures === undefined) return { leftOut: 'it was over before any customer came' };
    return { figures, length: between(from, to), late: lateOf(samples), reasons: reasonsOf(samples) };
  } finally {
    await customers.stop();
  }
}

/**
 * Waits until all is as before.
 * @throws BukaError `drill-not-recovered`
 */
export async function needWell({ context, clock }: Ground): Promise<void> {
  if ((await recovered(context, clock)) !== undefined) return;
  throw new BukaError({
    code: 'drill-not-recovered',
    message: 'Something is not as it was before, after five minutes.',
    hint: '`buka status` tells what.',
  });
}

/**
 * Gives every worker the release back that all had, by a rollback, drained; also when the comparison was cancelled.
 * @throws BukaError `compare-not-put-back`
 */
async function giveReleaseBack({ context, release }: Ground): Promise<void> {
  const calm = { ...context, signal: undefined };
  const { workers } = await status(calm);
  if (workers.every(({ active, running }) => active === release && running === release)) return;
  const { error } = await context.reporter.group(`Give the workers ${release} back`, () =>
    rollback(calm, { to: release, reason: REASON }),
  );
  if (error === undefined) return;
  throw new BukaError({
    code: 'compare-not-put-back',
    host: error.failure.host,
    step: 'put back',
    message: `Not every worker could be given ${release} back, which ran before the comparison.`,
    seen: error.failure.message,
    left: error.failure.left,
    hint: `\`buka status\`, then \`buka rollback ${release}\`.`,
    cause: error,
  });
}
