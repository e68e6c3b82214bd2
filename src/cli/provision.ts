import { join } from 'node:path';
import { loadCluster } from '../cluster';
import { type ProvisionReport, provision } from '../provision';
import { type AppOptions, OK } from './commands';
import { type HostOptions, withContext } from './context';
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
  const report = await withContext(cluster, out.reporter, options, (context) =>
    provision(context, { check, hosts, user }),
  );
  out.end();
  out.result(report, provisionText);
  return report.outcome === 'differs' ? DIFFERS : OK;
}

/** What differed, a line each, what became of it, and which roles are somebody's own. */
export function provisionText({ outcome, differences, byHand }: ProvisionReport): string {
  const endings = {
    'nothing-to-change': 'nothing to change',
    changed: 'set up',
    differs: 'differs; `buka provision` puts it right',
  };
  return [
    ...(differences.length === 0 ? [] : [columns(differences.map(({ host, what, seen }) => [host, what, seen]))]),
    ...byHand.map(({ host, roles }) => `${host}: ${roles.join(', ')}: not set up by this yet, see docs/hosts.md`),
    endings[outcome],
  ].join('\n');
}
