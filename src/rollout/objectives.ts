import { BukaError } from '../errors';
import type { Context } from './context';
import { isNothingToDo, type Plan } from './plan';
import type { Override } from './report';

/**
 * Measures the objectives, and passes where they allow a deploy.
 * @returns why they do, for people
 * @throws BukaError where they don't, or can't be measured
 */
export type CheckObjectives = (context: Context) => Promise<string>;

/** How a deploy finds out whether the objectives allow it. */
export interface ObjectivesChoice {
  /** Needed where `buka.yml` wants it; this folder knows nothing of how they are measured. */
  readonly checkObjectives?: CheckObjectives | undefined;
  /** Why a person wants to deploy whatever they say. */
  readonly despiteObjectives?: string | undefined;
}

/**
 * Where `slo: before-deploy: checked` asks for it, a deploy that changes something goes no further unless the objectives
 * allow it, or a person overrides them. A rollback never gets here: it is what helps when they are missed.
 * @throws BukaError in the step `objectives`: nothing was changed
 */
export async function askObjectives(
  { context, plan }: { readonly context: Context; readonly plan: Plan },
  { checkObjectives, despiteObjectives: reason }: ObjectivesChoice,
  record: { despiteObjectives?: Override | undefined },
): Promise<void> {
  const { cluster, reporter, run } = context;
  if (!cluster.slo.beforeDeploy || plan.target.kind !== 'deploy' || isNothingToDo(plan)) return;
  if (reason !== undefined) {
    record.despiteObjectives = { by: run.by, reason };
    reporter.warning(
      `The objectives were not asked whether they allow this deploy, as ${run.by} wants it: ${reason}`,
      'nothing',
    );
    return;
  }
  // A caller that forgot it must not get past the gate.
  if (checkObjectives === undefined) throw new Error('this deploy needs the objectives, and was given no way to ask');
  try {
    reporter.info(`The objectives allow a deploy: ${await checkObjectives(context)}.`);
  } catch (error) {
    throw error instanceof BukaError ? withWayOut(error) : error;
  }
}

/** What mends a service that misses its objectives is often a deploy. */
function withWayOut({ failure }: BukaError): BukaError {
  const override =
    'To deploy all the same: `--despite-objectives REASON`, in a workflow `despite-objectives:`. A rollback is never held up.';
  const hint = [failure.hint, override].filter(Boolean).join(' ');
  return new BukaError({ ...failure, step: 'objectives', hint, left: 'Nothing was changed.' });
}
