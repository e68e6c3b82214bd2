import { type Context, status } from '../../rollout';
import { minutes, seconds } from '../../units';

/** How long the app may take to find its database again, after a restore has waited for it already. */
const PATIENCE = minutes(2);
const EVERY = seconds(1);

/** The workers that are not healthy, by the health URL of each; a worker that can't be reached is one of them. */
export async function unhealthyWorkers(context: Context): Promise<string[]> {
  const { workers } = await status(context);
  return context.cluster.workers.hosts
    .map(({ name }) => name)
    .filter((name) => !workers.some(({ worker, healthy }) => worker === name && healthy === true));
}

/** Waits until every worker is healthy; for two minutes at most. @returns those that are not, even then */
export async function waitForApp(context: Context, now: () => Date): Promise<string[]> {
  const until = now().getTime() + PATIENCE;
  for (;;) {
    const unhealthy = await unhealthyWorkers(context);
    if (unhealthy.length === 0 || now().getTime() >= until) return unhealthy;
    await (context.clock?.sleep(EVERY) ?? new Promise((resolve) => setTimeout(resolve, EVERY)));
  }
}
