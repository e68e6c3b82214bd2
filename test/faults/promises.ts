import type { Ground } from './ground';
import type { TestRelease } from './releases';
import type { Seen } from './seen';

/** Seconds that Buka promises: how long a lease lives, and a lock. */
export const promised = { lease: 45, lock: 30 };
/** A fresh check on the load balancer: two rises at 0.5 s, and this machine's own slowness. */
const freshCheck = 10;

/** Every worker that can be well is well, and takes requests on every load balancer that is there. */
export function isWhole({ workers, balancers }: Seen, sick: readonly string[], away: readonly string[]): boolean {
  const well = workers.filter(({ host }) => !sick.includes(host));
  const there = balancers.filter(({ host }) => !away.includes(host));
  return (
    well.every(({ healthy }) => healthy) &&
    there.every(({ alive, status }) => alive && well.every(({ host }) => /^UP/.test(status.get(host) ?? '')))
  );
}

/** What is out of place, in words. */
function whatIsOut({ workers, balancers }: Seen, sick: readonly string[], away: readonly string[]): string {
  const well = workers.filter(({ host }) => !sick.includes(host));
  return [
    ...well.filter(({ healthy }) => !healthy).map(({ host }) => `${host} is not healthy`),
    ...balancers
      .filter(({ host }) => !away.includes(host))
      .flatMap(({ host, alive, status, marks }) =>
        alive
          ? well
              .filter((worker) => !/^UP/.test(status.get(worker.host) ?? ''))
              .map(
                (worker) =>
                  `${worker.host} is ${status.get(worker.host)} on ${host}${marks.includes(worker.host) ? ' (marked)' : ''}`,
              )
          : [`HAProxy on ${host} does not answer`],
      ),
  ].join(', ');
}

/**
 * Without a person: waits until everything that can be well is back.
 * @returns seconds since the run was gone
 */
export async function backInRotation(
  ground: Ground,
  { gone, sick, away }: { gone: number; sick: readonly string[]; away: readonly string[] },
  problems: string[],
): Promise<number | null> {
  const limit = gone + (promised.lease + freshCheck) * 1000 - Date.now();
  // What a dead run had still under way may come a moment later: it has to be seen twice.
  let first: Seen | undefined;
  const twice = (one: Seen) => {
    const before = first;
    first = isWhole(one, sick, away) ? (first ?? one) : undefined;
    return before !== undefined && first !== undefined;
  };
  await ground.until(twice, Math.max(limit, 3000));
  const seen = first as Seen | undefined;
  if (seen) return Math.max(0, Math.round((seen.at - gone) / 100) / 10);
  problems.push(`not back within the lease: ${whatIsOut(await ground.see(), sick, away)}`);
  return null;
}

/** Whole releases, processes that are of them, locks that end in time. */
export function checkWorkers(ground: Ground, { at, workers }: Seen, gone: number, problems: string[]): void {
  for (const { host, active, running, lock, hash } of workers) {
    const release = ground.releases.byId.get(active);
    if (!release) problems.push(`${host}: current is ${active || 'nothing'}, which nobody deployed`);
    else if (hash !== release.hash) problems.push(`${host}: ${active} is not whole`);
    if (running !== '' && running !== active) problems.push(`${host}: runs ${running} while current is ${active}`);
    if (lock !== undefined && at + lock * 1000 > gone + (promised.lock + 2) * 1000)
      problems.push(`${host}: its lock outlives the run by ${Math.round(lock + (at - gone) / 1000)} s`);
  }
}

/** After the same deploy again: all on the target, healthy, in rotation, nothing left over. */
export async function checkConverged(ground: Ground, target: TestRelease, problems: string[]): Promise<void> {
  const done = await ground.until(
    (seen) => isWhole(seen, [], []) && seen.workers.length === ground.lab.cluster.workers.hosts.length,
    15_000,
  );
  const seen = await ground.see(true);
  if (!done) problems.push(`after the rerun: ${whatIsOut(seen, [], [])}`);
  checkWorkers(ground, seen, Date.now(), problems);
  for (const { host, active, running, lock } of seen.workers) {
    if (active !== target.id || running !== target.id)
      problems.push(`after the rerun: ${host} runs ${running}, not ${target.id}`);
    // One that has expired counts for nothing: the next run takes it over.
    if (lock !== undefined && lock > 0) problems.push(`after the rerun: a lock is left on ${host}`);
  }
  for (const { host, marks } of seen.balancers)
    if (marks.length > 0) problems.push(`after the rerun: ${host} still has a mark for ${marks.join(', ')}`);
}
