import { BukaError, ConfigurationError } from '../errors';
import type { ReleaseId } from '../release';
import type { Context } from './context';
import { crossed } from './crossing';
import type { ObjectivesChoice } from './objectives';
import type { CompleteObservation, WorkerObservation } from './observe';
import type { Plan } from './plan';
import type { BackupTaken, Override } from './report';

export interface BackupWanted {
  /** The release that can live with the database as it is now; undefined before the first deploy. */
  readonly release?: ReleaseId | undefined;
  /** The release that is about to be rolled out. */
  readonly target: ReleaseId;
}

/** Makes a backup, and proves it as `buka.yml` says. @throws BukaError where it came to anything else */
export type TakeBackup = (context: Context, wanted: BackupWanted) => Promise<BackupTaken>;

/** How a deploy comes by the backup that has to be there before it changes anything. */
export interface BackupChoice {
  /** Needed where `buka.yml` wants a backup; this folder knows nothing of how they are made. */
  readonly takeBackup?: TakeBackup | undefined;
  /** Why a person wants to deploy without one. */
  readonly withoutBackup?: string | undefined;
}

interface Intent {
  readonly context: Context;
  readonly plan: Plan;
  readonly observation: CompleteObservation;
}

/**
 * The backup that has to be there before the database or a worker is changed, or the override in its place. What it
 * came to is in the record.
 * @throws BukaError in the step `backup`: then nothing may be changed
 */
export async function backUp(
  intent: Intent,
  { takeBackup, withoutBackup: reason }: BackupChoice,
  record: { backup?: BackupTaken | undefined; withoutBackup?: Override | undefined },
): Promise<void> {
  if (!isBackupDue(intent)) return;
  const { context, plan, observation } = intent;
  if (reason !== undefined) {
    const { by } = context.run;
    record.withoutBackup = { by, reason };
    context.reporter.warning(`There is no backup from before this deploy, as ${by} wants it: ${reason}`, 'nothing');
    return;
  }
  // A caller that forgot it must not get past the gate.
  if (takeBackup === undefined) throw new Error('this deploy needs a backup, and was given no way to make one');
  try {
    const taken = await takeBackup(context, { release: livesWith(plan, observation), target: plan.target.id });
    const { id, recoveryPoint, bytes, bytesAdded, took, newestProven } = taken;
    record.backup = { id, recoveryPoint, bytes, bytesAdded, took, newestProven };
  } catch (error) {
    throw error instanceof BukaError ? withWayOut(error) : error;
  }
}

/** Where the release is urgent, whoever is responsible may go on without; nobody looks for the switch at night. */
function withWayOut(error: BukaError): BukaError {
  const { failure } = error;
  if (failure.code === 'cancelled') return error;
  const override =
    'To deploy without a backup all the same: `--without-backup REASON`, in a workflow `without-backup:`.';
  const hint = [failure.hint, override].filter(Boolean).join(' ');
  return new BukaError({ ...failure, step: 'backup', hint, cause: error });
}

/** What the plan says of it; nothing where none is due. */
export function describeBackup(intent: Intent, { withoutBackup: reason }: BackupChoice = {}): string | undefined {
  if (!isBackupDue(intent)) return undefined;
  const { cluster, run } = intent.context;
  if (reason !== undefined) return `no backup, as ${run.by} wants it: ${reason}`;
  const proof = cluster.backup?.proof === 'nightly' ? ', unless one of the last 36 hours is proven' : '';
  return `back up ${cluster.database?.name} on ${cluster.backup?.host.name} and prove it${proof}, while the release is staged; nothing is migrated or switched before that`;
}

/** A deploy that only starts again what the workers have, or puts it back into rotation, leaves the data to it. */
function isBackupDue({ context, plan, observation }: Intent): boolean {
  if (!context.cluster.backup?.beforeDeploy || plan.target.kind !== 'deploy') return false;
  if (plan.migrate !== undefined) return true;
  return plan.batches.some(({ tasks }) =>
    tasks.some(({ worker, does, to }) => does === 'switch' && isOther(observation.workers.get(worker), to)),
  );
}

const isOther = (seen: WorkerObservation | undefined, to: ReleaseId): boolean =>
  seen?.releases.active !== to || (seen.probe.running !== undefined && seen.probe.running !== to);

/**
 * The release that most workers run, unless a contract migration came after it: a run that died, or failed, left the
 * database ahead of the workers. Then it is the release that ran that migration, and an earlier backup is the one to go
 * back to the workers' release with.
 */
function livesWith({ from, target }: Plan, { workers }: CompleteObservation): ReleaseId | undefined {
  const all = [...workers.values()].map(({ releases }) => releases);
  const id = from ?? (all.some(({ active }) => active === target.id) ? target.id : undefined);
  const known = all.flatMap(({ staged }) => staged).find((release) => release.id === id) ?? { migrations: [] };
  return crossed(all, known).at(-1)?.release ?? id;
}

/** @throws ConfigurationError `reason-missing`: an override without one would tell nobody anything */
export function checkReason({ withoutBackup, despiteObjectives }: BackupChoice & ObjectivesChoice): void {
  const missing = [
    { reason: withoutBackup, what: 'without a backup', option: '--without-backup' },
    { reason: despiteObjectives, what: 'despite the objectives', option: '--despite-objectives' },
  ].find(({ reason }) => reason !== undefined && reason.trim() === '');
  if (missing === undefined) return;
  throw new ConfigurationError({
    code: 'reason-missing',
    message: `To deploy ${missing.what} takes a reason.`,
    left: 'Nothing was changed.',
    hint: `${missing.option} 'why'; it is kept in the history of every worker.`,
  });
}
