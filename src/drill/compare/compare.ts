import { BukaError } from '../../errors';
import { type Context, systemClock } from '../../rollout';
import { customersOf, targetOf, urlOf } from '../machine/customers';
import { hostOf } from '../machine/incident';
import type { CompareOptions, Ground } from './ground';
import { lookAtWorker, loserOf, needServed, refuseRelease, requireConfirmed } from './look';
import { lookAtMachines } from './machines';
import { type Phase, planOf } from './plan';
import type { Throughput } from './ramp';
import type { CompareReport, LeftOut, Outcome, Situation, System } from './report';
import { needWell, situationOf, throughput } from './situations';

/**
 * Has the same customers come to one worker alone, then to the distributed system, and tells what they saw of it: while
 * nothing happens, at the most requests that the objectives allow, while a deploy runs, while a worker is down, and while
 * a load balancer is lost. Each is put back before the next begins, also when it is cancelled or fails.
 * @throws ConfigurationError `drill-host`, `drill-not-confirmed`, `address-missing`, `compare-release`
 * @throws BukaError before anything is changed: `drill-app-unwell`, `lock-held`, `drill-impossible`, `cancelled`; later
 *   `drill-not-put-back`, `compare-not-put-back`. What fails otherwise is left out of the report, with why.
 */
export async function compare(context: Context, options: CompareOptions): Promise<CompareReport> {
  const { cluster, reporter, signal } = context;
  const clock = context.clock ?? systemClock;
  const at = clock.now();
  const worker = hostOf(cluster, 'worker-crash', options.worker);
  requireConfirmed(cluster.service, worker, options);
  const targets = {
    alone: urlOf(worker.address, cluster.workers.port),
    distributed: targetOf(cluster.loadBalancers.address),
  };
  const path = options.path ?? cluster.workers.health;
  const customers = options.customers ?? customersOf;
  const { ground, plan, sharing } = await reporter.group('Look', async () => {
    const release = await lookAtWorker(context, worker, options);
    await refuseRelease(context, options.archive, release);
    const ground: Ground = {
      ...{ context, clock, options, worker, targets, path, release },
      root: (host) => context.remote({ ...host, user: options.user }),
      come: (system, rate) => customers(targets[system], path, rate),
    };
    await needServed(ground);
    const loser = await loserOf(context, options);
    const plan = planOf({
      deploy: options.archive === undefined ? { leftOut: 'no --archive was given' } : undefined,
      loss: 'leftOut' in loser ? loser : undefined,
    });
    return { ground, plan, sharing: await lookAtMachines(context) };
  });
  if (signal?.aborted) throw cancelled();
  const { figures, recovered } = await measureAll(ground, plan);
  return {
    ...{ service: cluster.service, at, worker: worker.name, sharing },
    workers: cluster.workers.hosts.map(({ name }) => name),
    loadBalancers: cluster.loadBalancers.hosts.length,
    objectives: { availability: cluster.slo.availability, meanResponseTime: cluster.slo.meanResponseTime },
    load: { path, rate: options.rate, mostRate: options.mostRate, lasts: options.lasts },
    outcome: recovered ? 'compared' : 'not-recovered',
    cancelled: signal?.aborted === true,
    ...figures,
  };
}

async function measureAll(ground: Ground, plan: readonly Phase[]) {
  const { reporter, signal } = ground.context;
  const figures = { alone: nothingYet(ground, 'alone'), distributed: nothingYet(ground, 'distributed') };
  let recovered = true;
  for (const phase of plan) {
    const of = figures[phase.system];
    const leftOut = leaveOut(phase, { recovered, cancelled: signal?.aborted === true });
    if (leftOut !== undefined) reporter.info(`${titleOf(ground, phase)}: left out, ${leftOut}`);
    const measured = <T>(measure: () => Promise<T>): Promise<T | LeftOut> | LeftOut =>
      leftOut === undefined ? reporter.group(titleOf(ground, phase), () => orLeftOut(ground, measure)) : { leftOut };
    const { system, what } = phase;
    if (what === 'throughput') of.throughput = await measured(() => throughput(ground, system));
    else of.situations[what] = await measured(() => situationOf[what](ground, system));
    // The next one is to find all as this one did.
    if (leftOut === undefined) recovered = await isWell(ground);
  }
  return { figures, recovered };
}

function nothingYet({ targets }: Ground, system: System) {
  const none: LeftOut = { leftOut: 'it was not reached' };
  const situations: Record<Situation, Outcome> = {
    ...{ quiet: none, deploy: none, 'worker-down': none, 'load-balancer-lost': none },
  };
  return { target: targets[system], throughput: none as Throughput | LeftOut, situations };
}

function leaveOut(phase: Phase, { recovered, cancelled }: { recovered: boolean; cancelled: boolean }) {
  if (phase.leftOut !== undefined) return phase.leftOut;
  if (cancelled) return 'it was cancelled';
  return recovered ? undefined : 'something was not as before';
}

/** What can't be measured is told; what can't be put back ends the comparison. */
async function orLeftOut<T>(ground: Ground, work: () => Promise<T>): Promise<T | LeftOut> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof BukaError)) throw error;
    if (error.code === 'drill-not-put-back' || error.code === 'compare-not-put-back') throw error;
    ground.context.reporter.warning(`left out: ${error.message}`);
    return { leftOut: error.failure.message };
  }
}

async function isWell(ground: Ground): Promise<boolean> {
  try {
    await needWell(ground);
    return true;
  } catch (error) {
    if (!(error instanceof BukaError)) throw error;
    ground.context.reporter.warning(error.message);
    return false;
  }
}

function titleOf({ options, targets, path, worker }: Ground, { system, what }: Phase): string {
  const who = system === 'alone' ? `${worker.name} alone` : 'All workers';
  const doing = {
    quiet: 'nothing happens',
    throughput: 'the throughput',
    deploy: 'a deploy runs',
    'worker-down': `${worker.name} is down`,
    'load-balancer-lost': 'a load balancer is lost',
  }[what];
  const load = what === 'throughput' ? 'more and more' : `${options.rate} a second`;
  return `${who}, ${doing} (${load}, ${targets[system]}${path})`;
}

const cancelled = () =>
  new BukaError({
    code: 'cancelled',
    step: 'look',
    message: 'The comparison was cancelled.',
    left: 'Nothing was changed.',
  });
