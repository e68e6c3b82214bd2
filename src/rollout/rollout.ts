import { BukaError } from '../errors';
import { type Archive, type ReleaseId, stage } from '../release';
import { runBatches } from './batch';
import type { Context } from './context';
import { describePlan } from './describe';
import { asOneFailure, everyOne } from './failures';
import { openLoadBalancers, openWorkers } from './hosts';
import { acquire, type Lock } from './lock';
import { migrate } from './migrate';
import { complete, failuresOf, type Observation, observe } from './observe';
import { isNothingToDo, type Plan, type Target } from './plan';
import { loadOf, preflight } from './preflight';
import { Record } from './record';
import type { RolloutReport } from './report';
import { rollbackTarget } from './rollback-target';
import { settle } from './settle';

export interface DeployOptions {
  /** Only print the plan; nothing changes. The report's outcome is `planned`. */
  readonly dryRun?: boolean | undefined;
}

export interface RollbackOptions extends DeployOptions {
  /** A release that every worker has; default: the last good one before the present. */
  readonly to?: ReleaseId | undefined;
  /** Why, for the history. */
  readonly reason?: string | undefined;
}

interface Job extends DeployOptions {
  readonly kind: RolloutReport['kind'];
  readonly archive?: Archive;
  readonly reason?: string | undefined;
  target(observation: Observation): Target;
}

/**
 * Rolls a release across the workers. Failures that Buka foresees are in the report (`outcome: 'failed'`, `error`),
 * with the state of every worker; anything thrown is a bug.
 */
export function deploy(context: Context, archive: Archive, { dryRun }: DeployOptions = {}): Promise<RolloutReport> {
  const { id, manifest } = archive;
  const target: Target = { kind: 'deploy', id, migrations: manifest.migrations };
  return run(context, { kind: 'deploy', archive, dryRun, target: () => target });
}

/** Rolls the workers back to a release that each of them has already; reports like `deploy`. */
export function rollback(context: Context, { to, reason, dryRun }: RollbackOptions = {}): Promise<RolloutReport> {
  const target = (observation: Observation) => {
    const answered = complete(observation);
    if (answered === undefined) throw stopped(failuresOf(observation));
    return rollbackTarget(answered, to);
  };
  return run(context, { kind: 'rollback', reason, dryRun, target });
}

async function run(context: Context, job: Job): Promise<RolloutReport> {
  const record = new Record(context, job.kind);
  try {
    const plan = await record.phase('Preflight', () => look(context, job, record));
    if (job.dryRun) return await record.finish('planned');
    if (isNothingToDo(plan) && !isBusy(record.observation)) return await record.finish('nothing-to-do');
    const lock = await record.phase('Lock', () => acquire(context));
    try {
      return await record.finish(await underLock(context, job, record, lock));
    } finally {
      await lock.release();
    }
  } catch (error) {
    if (!(error instanceof BukaError)) throw error;
    return record.finish('failed', error);
  }
}

/** The procedure of the design, from the moment that nobody else changes the workers. */
async function underLock(context: Context, job: Job, record: Record, lock: Lock): Promise<RolloutReport['outcome']> {
  // Another run may have ended between the first look and the lock.
  const plan = await record.phase('Plan', () => look(context, job, record));
  if (isNothingToDo(plan)) return 'nothing-to-do';
  record.changing = true;
  if (job.archive) await record.phase('Stage', () => stageEverywhere(context, job.archive as Archive));
  if (plan.migrate) await record.phase('Migrate', () => migrate(context, plan, lock.owner));
  const workers = new Map((await openWorkers(context)).map(({ name, remote }) => [name, remote]));
  const loadBalancers = await openLoadBalancers(context);
  const { clock, journal } = record;
  const work = { context, clock, lock, target: plan.target, reason: job.reason, workers, loadBalancers, journal };
  await record.phase('Batches', () => runBatches(work, plan));
  await record.phase('Settle', () => settle(work, plan));
  return 'success';
}

/**
 * Observes every host and plans.
 * @throws BukaError for everything that stands in the way; nothing was changed
 */
async function look(context: Context, job: Job, record: Record): Promise<Plan> {
  record.observation = await observe(context);
  const target = job.target(record.observation);
  record.to = target.id;
  const load = job.archive && loadOf(job.archive.manifest);
  const found = preflight(context.cluster, target, record.observation, load);
  if ('problems' in found) throw stopped(found.problems);
  record.from = found.plan.from;
  const lines = describePlan(context.cluster, found.plan);
  if (lines.join('\n') !== record.plan.join('\n')) for (const line of lines) context.reporter.info(line);
  record.plan = lines;
  return found.plan;
}

async function stageEverywhere(context: Context, archive: Archive): Promise<void> {
  const { cluster, reporter } = context;
  await everyOne(
    cluster.workers.hosts,
    async (host) => stage(await context.remote(host), cluster.workers.root, archive, reporter),
    { code: 'stage-failed', step: 'stage', message: 'Several workers could not take the release; none was switched.' },
  );
}

const stopped = (problems: readonly BukaError[]) =>
  asOneFailure(
    problems.map(({ failure }) => new BukaError({ ...failure, step: 'preflight', left: 'Nothing was changed.' })),
    {
      code: 'preflight-failed',
      step: 'preflight',
      message: `${problems.length} problems stand in the way.`,
      left: 'Nothing was changed.',
      hint: 'Mend each of them as it says, then run this again.',
    },
  );

/** Another run is at work: what was observed may not last. */
const isBusy = ({ workers }: Observation) =>
  [...workers.values()].some((seen) => !(seen instanceof BukaError) && seen.probe.lock?.expired === false);
