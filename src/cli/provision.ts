import { join } from 'node:path';
import { type CancelListener, listenForCancel } from '../cancel';
import { loadCluster } from '../cluster';
import { type ProvisionReport, provision } from '../provision';
import type { Context } from '../rollout';
import type { AppOptions } from './commands';
import { type HostOptions, withContext } from './context';
import { OK } from './exit-status';
import type { Output } from './output';
import { columns } from './tables';

export type ProvisionCommandOptions = AppOptions & HostOptions & { check: boolean; user: string };

/** A check that found differences; a script can tell it from a failure. */
const DIFFERS = 2;

export async function provisionCommand(
  hosts: readonly string[],
  { workingDirectory, config, check, user, ...options }: ProvisionCommandOptions,
  out: Output,
): Promise<number> {
  const cluster = await loadCluster(join(workingDirectory, config));
  const signal = check ? undefined : listenForCancel(whenCancelled(out));
  const use = (context: Context) => provision(context, { check, hosts, user });
  const report = await withContext(cluster, out.reporter, options, use, signal);
  out.end();
  out.result(report, provisionText);
  return report.outcome === 'differs' ? DIFFERS : OK;
}

const whenCancelled = (out: Output): CancelListener => ({
  cancelled: () =>
    out.reporter.warning(
      'cancelled: what a host is at comes to its end there, a worker that is drained gets its traffic back, and no other machine is begun. Ctrl-C again stops at once.',
    ),
  quitting: () => {
    out.end();
    out.reporter.warning(
      'stopped at once: a drained worker gets its traffic back from its lease; run the same again to go on from here.',
    );
  },
});

/** What differed, a line each, what became of it, and which roles are somebody's own. */
export function provisionText({ outcome, differences, byHand }: ProvisionReport): string {
  const endings = {
    'nothing-to-change': 'nothing to change',
    changed: 'set up',
    differs: 'differs; `buka provision` puts it right',
  };
  return [
    // Else it reads as if all of it were still missing.
    ...(outcome === 'changed' ? ['Was put right:'] : []),
    ...(differences.length === 0 ? [] : [columns(differences.map(({ host, what, seen }) => [host, what, seen]))]),
    ...byHand.map(({ host, roles }) => `${host}: set up by hand as ${roles.join(', ')}, and left alone`),
    endings[outcome],
  ].join('\n');
}
