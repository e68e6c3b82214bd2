import type { Sample } from '../../demo/load';
import type { Ground } from './ground';

/** Milliseconds by which the customers' own process may be late before its figures say more of this machine than of the shop. */
const tooLate = 2000;

/**
 * What of the lab itself went wrong, that neither the fault nor Buka did: then the cell proves nothing, in either way.
 * @param mayMove A load balancer lost its power, so the virtual address has to move.
 */
export async function disturbance(
  ground: Ground,
  samples: readonly Sample[],
  { began, mayMove }: { began: number; mayMove: boolean },
): Promise<string | undefined> {
  const late = Math.round(samples.reduce((most, sample) => Math.max(most, sample.late), 0));
  if (late > tooLate) return `this machine was so busy that customers came ${late} ms late`;
  if (mayMove) return undefined;
  const journal = `journalctl -q -u keepalived --since @${Math.floor(began / 1000)} --no-pager -o short-unix`;
  for (const { name } of ground.lab.cluster.loadBalancers.hosts) {
    const { stdout } = await ground.lab.shell(name, journal);
    const line = stdout.split('\n').find((each) => /Entering MASTER STATE/.test(each));
    if (line)
      return `keepalived moved the address to ${name} by itself after ${Math.round(Number.parseFloat(line) - began / 1000)} s`;
  }
  return undefined;
}
