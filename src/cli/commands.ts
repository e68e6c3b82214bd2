import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { backupBeforeDeploy } from '../backup';
import { build } from '../build';
import { type CancelListener, listenForCancel } from '../cancel';
import { type Cluster, loadCluster } from '../cluster';
import type { BukaError } from '../errors';
import { openArchive, releaseId } from '../release';
import type { Dial } from '../remote';
import {
  type Context,
  deploy,
  lockStatus,
  type RolloutReport,
  releaseLocks,
  releases,
  repair,
  rollback,
  status,
} from '../rollout';
import { measuredBy } from '../slo';
import { type HostOptions, withContext } from './context';
import { FAILED, OK } from './exit-status';
import { lockReleaseText, lockStatusText } from './locks';
import type { Output } from './output';
import { releasesText, reportText, statusText } from './tables';

/** The options of every command that reads a `buka.yml`. */
export interface AppOptions {
  readonly workingDirectory: string;
  readonly config: string;
}

const load = ({ workingDirectory, config }: AppOptions): Promise<Cluster> =>
  loadCluster(join(workingDirectory, config));

export async function buildCommand(options: AppOptions & { output: string }, out: Output): Promise<number> {
  const built = await buildInto(await load(options), options, resolve(options.output), out);
  out.end();
  out.result(built, ({ release, archive }) => `${release}\n${archive}`);
  return OK;
}

/** A change that can be planned without making it. */
interface ChangeOptions extends AppOptions, HostOptions {
  readonly dryRun?: boolean;
}

export type DeployOptions = ChangeOptions & {
  archive?: string;
  withoutLoadBalancer?: string[];
  withoutBackup?: string;
  despiteObjectives?: string;
};

export async function deployCommand(options: DeployOptions, out: Output): Promise<number> {
  const { dryRun = false, withoutLoadBalancer: without, withoutBackup, despiteObjectives } = options;
  const how = { dryRun, without, withoutBackup, despiteObjectives, takeBackup: backupBeforeDeploy };
  const cluster = await load(options);
  const scratch = await mkdtemp(join(tmpdir(), 'buka-'));
  const tidyUp = () => rmSync(scratch, { recursive: true, force: true });
  process.once('exit', tidyUp);
  try {
    const path = options.archive ?? (await buildInto(cluster, options, join(scratch, 'release.tar.zst'), out)).archive;
    const archive = await openArchive(path);
    return await change(cluster, options, out, (context, dial) =>
      deploy(context, archive, { ...how, ...measuredBy(dial) }),
    );
  } finally {
    process.off('exit', tidyUp);
    tidyUp();
  }
}

export type RollbackOptions = ChangeOptions & { reason?: string; withoutLoadBalancer?: string[] };

export async function rollbackCommand(id: string | undefined, options: RollbackOptions, out: Output): Promise<number> {
  const to = id === undefined ? undefined : releaseId(id);
  const { reason, dryRun = false, withoutLoadBalancer: without } = options;
  return change(await load(options), options, out, (context) => rollback(context, { to, reason, dryRun, without }));
}

export async function repairCommand(options: ChangeOptions, out: Output): Promise<number> {
  const { dryRun = false } = options;
  return change(await load(options), options, out, (context) => repair(context, { dryRun }));
}

export async function lockStatusCommand(options: AppOptions & HostOptions, out: Output): Promise<number> {
  const found = await withContext(await load(options), out.reporter, options, lockStatus);
  return tell(found, out, lockStatusText);
}

export type LockReleaseOptions = AppOptions & HostOptions & { run?: string };

export async function lockReleaseCommand(options: LockReleaseOptions, out: Output): Promise<number> {
  const released = await withContext(await load(options), out.reporter, options, (context) =>
    releaseLocks(context, options.run),
  );
  return tell(released, out, lockReleaseText);
}

export async function statusCommand(options: AppOptions & HostOptions, out: Output): Promise<number> {
  const found = await withContext(await load(options), out.reporter, options, status);
  out.end();
  out.result(found, statusText);
  for (const failure of found.failures) out.error(failure);
  return found.ok ? OK : FAILED;
}

export async function releasesCommand(options: AppOptions & HostOptions, out: Output): Promise<number> {
  return tell(await withContext(await load(options), out.reporter, options, releases), out, releasesText);
}

function buildInto(cluster: Cluster, { workingDirectory: folder }: AppOptions, output: string, out: Output) {
  const { reporter } = out;
  return build({ cluster, folder, output, reporter, commandOutput: out.json ? 'stderr' : 'stdout' });
}

/** Does what changes hosts, so that Ctrl-C leaves nothing half done. */
async function change(
  cluster: Cluster,
  options: ChangeOptions,
  out: Output,
  use: (context: Context, dial: Dial) => Promise<RolloutReport>,
): Promise<number> {
  const signal = options.dryRun ? undefined : listenForCancel(whenCancelled(out));
  const report = await withContext(cluster, out.reporter, options, use, signal);
  out.end();
  out.result(report, reportText);
  if (report.error) out.error(report.error);
  return report.outcome === 'failed' ? FAILED : OK;
}

const whenCancelled = (out: Output): CancelListener => ({
  cancelled: () =>
    out.reporter.warning(
      'cancelled: no new batch starts, a worker that is draining gets its traffic back, and one that is being switched has 5 s to come to an end. Ctrl-C again stops at once.',
    ),
  quitting: () => {
    out.end();
    out.reporter.warning(
      'stopped at once: drained workers get their traffic back by themselves within a minute if they are fit; `buka repair` puts right what is left.',
    );
  },
});

/** The result of asking every host, and a failure for each that didn't do as it should. */
function tell<T extends { readonly failures: readonly BukaError[] }>(
  found: T,
  out: Output,
  text: (found: T) => string,
): number {
  out.end();
  out.result(found, text);
  for (const failure of found.failures) out.error(failure);
  return found.failures.length === 0 ? OK : FAILED;
}
