import type { Context } from '../rollout';
import { type ReleaseList, releases } from '../rollout';
import type { Span } from './samples';

/** Something that was done on purpose, on the same time line as what was measured. */
export interface Mark {
  readonly at: Date;
  readonly kind: 'deploy' | 'rollback' | 'restore';
  readonly release: string;
  readonly by: string;
  readonly reason?: string | undefined;
}

/** What the workers' histories tell of the window, the oldest first; undefined where no worker could be asked. */
export async function marksOf(context: Context, window: Span): Promise<Mark[] | undefined> {
  const { history, failures } = await releases(context);
  for (const failure of failures) context.reporter.warning(`Its history is missing: ${failure.message}`, 'nothing');
  return failures.length === context.cluster.workers.hosts.length ? undefined : marksFrom(history, window);
}

export function marksFrom(history: ReleaseList['history'], { from, to }: Span): Mark[] {
  const seen = new Set<string>();
  return history
    .toReversed()
    .flatMap(({ event, at, release, by, reason }): Mark[] => {
      const before = seen.has(release);
      if (event === 'activated') seen.add(release);
      if (event === 'restored') return [{ at, kind: 'restore', release, by, reason }];
      if (event === 'reverted') return [{ at, kind: 'rollback', release, by, reason }];
      if (event !== 'activated') return [];
      // Only a rollback asks for a reason, and goes to what was active before.
      return [{ at, kind: before && reason ? 'rollback' : 'deploy', release, by, reason }];
    })
    .filter(({ at }) => at.getTime() >= from && at.getTime() <= to);
}
