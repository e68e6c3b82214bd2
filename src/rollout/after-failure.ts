import { BukaError } from '../errors';
import { runBatches } from './batch';
import { observe } from './observe';
import type { Plan } from './plan';
import { planRevert } from './plan-revert';
import { withoutUnreachable } from './reach';
import type { RolloutReport } from './report';
import type { Work } from './work';

/** Failures after which this run must not touch anything more. */
const handsOff: ReadonlySet<string> = new Set(['cancelled', 'lock-lost', 'lease-lost']);

/**
 * What becomes of the workers that run the new release already, after another one failed: by the policy. A revert is
 * never reverted: where it fails, it stops.
 */
export async function afterFailure(work: Work, plan: Plan, failure: BukaError): Promise<RolloutReport['afterFailure']> {
  const { context, journal, onFailure } = work;
  if (handsOff.has(failure.code)) return undefined;
  const moved = journal.done.filter(({ does }) => does === 'switch').map(({ worker }) => worker);
  // Those that an earlier run, cut short, had brought to it; a release that proved itself before is no reason to go back.
  const before = plan.proven ? [] : plan.finished;
  const workers = [...before, ...moved].reverse();
  if (workers.length === 0) return undefined;
  if (onFailure === 'freeze') return 'frozen';
  if (onFailure === 'halt' || journal.lost.size > 0) return 'halted';
  try {
    await context.reporter.group('Revert', async () => {
      const seen = withoutUnreachable(context.cluster, await observe(context));
      const back = planRevert(seen.cluster, seen.observation, { plan, workers, done: journal.done });
      for (const name of back.stuck) context.reporter.warning(`${name} stays: it has no release to go back to.`);
      if (back.problem) throw back.problem;
      const revert = { ...work, context: { ...context, cluster: seen.cluster } };
      await runBatches(revert, back.batches, { direction: 'back', trial: false });
    });
    return 'reverted';
  } catch (error) {
    if (!(error instanceof BukaError)) throw error;
    context.reporter.warning(`The revert stopped, and is not reverted: ${error.message}`);
    return 'revert-failed';
  }
}
