import type { Cluster } from '../cluster';
import { BukaError, ConfigurationError } from '../errors';
import { type Archive, type ReleaseId, stage } from '../release';
import { afterFailure } from './after-failure';
import { showAway } from './away';
import { type BackupChoice, backUp, checkReason, describeBackup } from './backup';
import { runBatches } from './batch';
import { Cancellation } from './cancellation';
import type { Clock, Context } from './context';
import { contractRun, mayGoBack } from './crossing';
import { describePlan } from './describe';
import { asOneFailure, everyOne } from './failures';
import { openLoadBalancerNamed } from './hosts';
import { Leases } from './leases';
import { acquire, type Lock } from './lock';
import { migrate } from './migrate';
import { mute } from './mute';
import { askObjectives, type ObjectivesChoice } from './objectives';
import { type CompleteObservation, type Observation, observe } from './observe';
import { isNothingToDo, type Plan, type Target } from './plan';
import { planRepair } from './plan-repair';
import { loadOf, preflight } from './preflight';
import { type Reached, reached, withoutUnreachable } from './reach';
import { Record } from './record';
import type { RolloutReport } from './report';
import { rollbackTarget } from './rollback-target';
import { settle } from './settle';
import { AppTimes, type AskTimes, LoadBalancerSource, readingOf, Watch } from './watch';
import type { Work } from './work';

export interface ChangeOptions {
  /** Only print the plan; nothing changes. The report's outcome is `planned`. */
  readonly dryRun?: boolean | undefined;
  /** Load balancers that may be left out, by name, when they can't be reached and are shown to take no traffic. */
  readonly without?: readonly string[] | undefined;
}

export interface DeployOptions extends ChangeOptions, BackupChoice, ObjectivesChoice {
  /** Needed where `buka.yml` has the app's own figures watched; this folder knows nothing of how they are measured. */
  readonly askTimes?: ((cluster: Cluster) => AskTimes) | undefined;
}

export interface RollbackOptions extends ChangeOptions {
  /** A release that every worker has; default: the last good one before the present. */
  readonly to?: ReleaseId | undefined;
  /** Why, for the history. */
  readonly reason?: string | undefined;
}

export interface RepairOptions {
  readonly dryRun?: boolean | undefined;
  /** The id of a run that is known to be dead: its locks need not expire first. */
  readonly after?: string | undefined;
}

/** What a run found, and means to do. Its context has the hosts that take part. */
interface Intent {
  readonly context: Context;
  readonly plan: Plan;
  readonly observation: CompleteObservation;
}

interface Job extends ChangeOptions {
  readonly kind: RolloutReport['kind'];
  readonly archive?: Archive;
  readonly choice?: DeployOptions;
  readonly reason?: string | undefined;
  readonly after?: string | undefined;
  /** @throws BukaError for everything that stands in the way; nothing was changed */
  intend(context: Context, record: Record): Promise<Intent>;
}

/**
 * Rolls a release across the workers. Failures that Buka foresees are in the report (`outcome: 'failed'`, `error`),
 * with the state of every worker; anything thrown is a bug.
 */
export function deploy(context: Context, archive: Archive, options: DeployOptions = {}): Promise<RolloutReport> {
  const { id, manifest } = archive;
  const target: Target = { kind: 'deploy', id, migrations: manifest.migrations };
  const intend = (context: Context, record: Record) => {
    checkReason(options);
    record.to = id;
    return look(context, { ...options, archive, choice: options }, record, () => target);
  };
  return run(context, { ...options, kind: 'deploy', archive, choice: options, intend });
}

/** Rolls the workers back to a release that each of them has already; reports like `deploy`. */
export function rollback(context: Context, { to, ...options }: RollbackOptions = {}): Promise<RolloutReport> {
  const intend = (context: Context, record: Record) =>
    look(context, options, record, (observation) => rollbackTarget(observation, to));
  return run(context, { ...options, kind: 'rollback', intend });
}

/**
 * Puts right what a run that died, or a fault, left behind, on every host that can be reached; see `planRepair`. Reports
 * like `deploy`.
 */
export function repair(context: Context, options: RepairOptions = {}): Promise<RolloutReport> {
  return run(context, { ...options, kind: 'repair', intend: lookForRepair });
}

async function run(context: Context, job: Job): Promise<RolloutReport> {
  const record = new Record(context, job.kind);
  const cancellation = new Cancellation(context.signal);
  try {
    const first = await record.phase('Preflight', () => cancellation.orLeave(intendFirst(context, job, record)));
    if (job.dryRun) return await record.finish('planned');
    if (isNothingToDo(first.plan) && !isLocked(record.observation)) return await record.finish('nothing-to-do');
    const lock = await record.phase('Lock', () => acquire(first.context, { after: job.after }));
    const unmute = mute(context, 'rollout');
    try {
      return await record.finish(await underLock(context, job, record, lock, cancellation));
    } finally {
      // What a cancelled run left at work keeps the lock: it ends with the run's own signs of life, or is taken over.
      await Promise.all([unmute(), cancellation.unfinished ? undefined : lock.release()]);
    }
  } catch (error) {
    if (!(error instanceof BukaError)) throw error;
    return record.finish('failed', error);
  }
}

/** Before the lock, the objectives have their say too: once, as they don't change with who holds it. */
async function intendFirst(context: Context, job: Job, record: Record): Promise<Intent> {
  const intent = await job.intend(context, record);
  await askObjectives(intent, job.choice ?? {}, record);
  return intent;
}

/** The procedure of the design, from the moment that nobody else changes the workers. */
async function underLock(
  whole: Context,
  job: Job,
  record: Record,
  lock: Lock,
  cancellation: Cancellation,
): Promise<RolloutReport['outcome']> {
  const { clock, journal } = record;
  // Another run may have ended between the first look and the lock.
  const intent = await record.phase('Plan', () => cancellation.orLeave(job.intend(whole, record)));
  const { plan, context } = intent;
  if (isNothingToDo(plan)) return 'nothing-to-do';
  const { archive, choice = {} } = job;
  const { target, migrate: migrations } = plan;
  record.changing = true;
  if (archive)
    await record.phase('Stage', () =>
      cancellation.orLeave(Promise.all([stageEverywhere(context, archive), backUp(intent, choice, record)])),
    );
  const contract = archive && migrations ? contractRun(archive.manifest, migrations.migrations) : [];
  if (migrations)
    await record.phase('Migrate', () => cancellation.orHurry(migrate(context, plan, lock.owner, contract)));
  const onFailure = policyOf(intent, archive);
  const leases = new Leases(context, clock);
  const watch = watchFor(intent, clock, cancellation, choice);
  const kept = forHistory(job, record);
  const work: Work = { context, clock, cancellation, lock, leases, watch, target, onFailure, journal, ...kept };
  try {
    const trial = !plan.proven;
    await record.phase('Batches', () => runBatches(work, plan.batches, { direction: 'forward', trial }));
  } catch (error) {
    if (error instanceof BukaError) record.afterFailure = await afterFailure(work, plan, error);
    throw error;
  } finally {
    leases.stop();
  }
  if (job.kind !== 'repair') await record.phase('Settle', () => settle(work, plan));
  return 'success';
}

/** What the history of every worker keeps of the run, besides who and when. */
function forHistory(
  { reason }: Job,
  { backup, withoutBackup, despiteObjectives }: Record,
): Pick<Work, 'reason' | 'backup'> {
  const reasons = [
    withoutBackup && `without a backup: ${withoutBackup.reason}`,
    despiteObjectives && `despite the objectives: ${despiteObjectives.reason}`,
    reason,
  ];
  return { reason: reasons.filter(Boolean).join('; ') || undefined, backup: backup?.id };
}

/**
 * A rollback that fails halts: what it was fleeing from is no place to go back to. Where the release brings a migration
 * that the one before can't live with, nothing goes back.
 */
function policyOf({ context, plan, observation }: Intent, archive: Archive | undefined): Work['onFailure'] {
  if (archive === undefined) return 'halt';
  const before = plan.batches.flatMap(({ tasks }) => tasks.map(({ previous }) => previous));
  const stuck = [plan.from, ...before].some((to) => to !== undefined && !mayGoBack(observation, archive.manifest, to));
  return stuck ? 'freeze' : context.cluster.rollout.onFailure;
}

function watchFor(
  { context, plan, observation }: Intent,
  clock: Clock,
  cancellation: Cancellation,
  { askTimes }: DeployOptions,
): Watch {
  const { cluster, reporter } = context;
  const hosts = cluster.loadBalancers.hosts.map(({ name }) => name);
  const source = new LoadBalancerSource(hosts, (host) => openLoadBalancerNamed(context, host));
  const times =
    askTimes && cluster.rollout.canary?.responseTime === 'app' ? new AppTimes(askTimes(cluster), clock) : undefined;
  const watch = new Watch({ source, times, clock, reporter, cancellation });
  watch.switched(plan.finished, readingOf(observation.loadBalancers));
  return watch;
}

/** Observes every host and plans. */
async function look(
  context: Context,
  { archive, choice, without = [] }: Pick<Job, 'archive' | 'choice' | 'without'>,
  record: Record,
  targetOf: (observation: CompleteObservation) => Target,
): Promise<Intent> {
  record.observation = await observe(context);
  const left = await leftOut(context, record.observation, without);
  const seen = reached(context.cluster, record.observation, left);
  if ('problems' in seen) throw stopped(seen.problems);
  const target = targetOf(seen.observation);
  record.to = target.id;
  const load = archive && loadOf(archive.manifest);
  const found = preflight(seen.cluster, target, seen.observation, load);
  if ('problems' in found) throw stopped(found.problems);
  record.from = found.plan.from;
  record.commits = commitsOf(seen.observation, archive);
  return intentOf(context, record, seen, found.plan, choice);
}

async function lookForRepair(context: Context, record: Record): Promise<Intent> {
  record.observation = await observe(context);
  const { silent, ...seen } = withoutUnreachable(context.cluster, record.observation);
  const plan = planRepair(seen.cluster, seen.observation);
  if (plan === undefined) throw stopped(silent.length > 0 ? silent : [nothingToRepair()]);
  for (const { message } of record.plan.length === 0 ? silent : []) context.reporter.warning(`Left out: ${message}`);
  record.to = plan.target.id;
  return intentOf(context, record, seen, plan);
}

/** Tells the plan, once, and narrows the run to the hosts that take part. */
function intentOf(
  context: Context,
  record: Record,
  { cluster, missed, observation }: Reached,
  plan: Plan,
  choice?: BackupChoice,
): Intent {
  const { reporter } = context;
  const out = missed.map((name) => `leave out ${name}: it can't be reached and takes no traffic`);
  const intent = { context: { ...context, cluster }, plan, observation };
  const lines = [...describePlan(cluster, plan, describeBackup(intent, choice)), ...out];
  if (lines.join('\n') !== record.plan.join('\n')) for (const line of lines) reporter.info(line);
  record.plan = lines;
  record.journal.missed.splice(0, Number.POSITIVE_INFINITY, ...missed);
  return intent;
}

/**
 * The load balancers that are left out: those that may be, and don't answer, and are shown to take no traffic.
 * @throws BukaError `load-balancer-there`; ConfigurationError `unknown-load-balancer`
 */
async function leftOut(context: Context, observation: Observation, without: readonly string[]): Promise<string[]> {
  const { hosts } = context.cluster.loadBalancers;
  const named = without.map((name) => hosts.find((host) => host.name === name) ?? name);
  const [unknown] = named.filter((one) => typeof one === 'string');
  if (unknown !== undefined) throw unknownLoadBalancer(unknown, hosts);
  const away = hosts.filter(
    (host) => named.includes(host) && observation.loadBalancers.get(host.name) instanceof BukaError,
  );
  const { cluster } = withoutUnreachable(context.cluster, observation);
  for (const host of away) {
    await showAway({ ...context, cluster }, host);
    context.reporter.warning(`${host.name} is left out: no worker sees it either.`, 'nothing');
  }
  return away.map(({ name }) => name);
}

async function stageEverywhere(context: Context, archive: Archive): Promise<void> {
  const { cluster, reporter } = context;
  await everyOne(
    cluster.workers.hosts,
    async (host) => stage(await context.remote(host), cluster.workers.root, archive, reporter),
    { code: 'stage-failed', step: 'stage', message: 'Several workers could not take the release; none was switched.' },
  );
}

/** Each worker keeps the whole commit of every release that it has. */
function commitsOf({ workers }: CompleteObservation, archive: Archive | undefined): Map<ReleaseId, string> {
  const staged = [...workers.values()].flatMap(({ releases }) => releases.staged);
  const own = archive === undefined ? [] : [{ id: archive.id, commit: archive.manifest.commit }];
  return new Map(
    [...staged, ...own].flatMap(({ id, commit }) => (commit === undefined ? [] : [[id, commit] as const])),
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

const nothingToRepair = () =>
  new BukaError({
    code: 'nothing-to-repair',
    message: 'No worker has a release yet.',
    hint: 'Deploy one; there is nothing to put right.',
  });

const unknownLoadBalancer = (name: string, hosts: readonly { readonly name: string }[]) =>
  new ConfigurationError({
    code: 'unknown-load-balancer',
    message: `${JSON.stringify(name)} is no load balancer of this cluster.`,
    seen: `there are ${hosts.map((host) => host.name).join(', ')}`,
    left: 'Nothing was changed.',
    hint: 'Name one as buka.yml does.',
  });

/** Another run is at work, and what was observed may not last; or it died, and its lock is to be cleared away. */
const isLocked = ({ workers }: Observation) =>
  [...workers.values()].some((seen) => !(seen instanceof BukaError) && seen.probe.lock !== undefined);
