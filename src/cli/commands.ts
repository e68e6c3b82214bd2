import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from '../build';
import { type Cluster, loadCluster } from '../cluster';
import { openArchive, releaseId } from '../release';
import { deploy, type RolloutReport, releases, rollback, status } from '../rollout';
import { type HostOptions, withContext } from './context';
import type { Output } from './output';
import { releasesText, reportText, statusText } from './tables';

/** The options of every command that reads a `buka.yml`. */
export interface AppOptions {
  readonly workingDirectory: string;
  readonly config: string;
}

/** Exit statuses; docs/cli.md lists them. */
export const OK = 0;
export const FAILED = 1;
export const USAGE = 2;

const load = ({ workingDirectory, config }: AppOptions): Promise<Cluster> =>
  loadCluster(join(workingDirectory, config));

export async function buildCommand(options: AppOptions & { output: string }, out: Output): Promise<number> {
  const built = await buildInto(await load(options), options, resolve(options.output), out);
  out.end();
  out.result(built, ({ release, archive }) => `${release}\n${archive}`);
  return OK;
}

export type DeployOptions = AppOptions & HostOptions & { archive?: string; dryRun?: boolean };

export async function deployCommand(options: DeployOptions, out: Output): Promise<number> {
  const cluster = await load(options);
  const scratch = await mkdtemp(join(tmpdir(), 'buka-'));
  try {
    const path = options.archive ?? (await buildInto(cluster, options, join(scratch, 'release.tar.zst'), out)).archive;
    const archive = await openArchive(path);
    const report = await withContext(cluster, out.reporter, options, (context) =>
      deploy(context, archive, { dryRun: options.dryRun ?? false }),
    );
    return finish(report, out);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

export type RollbackOptions = AppOptions & HostOptions & { reason?: string; dryRun?: boolean };

export async function rollbackCommand(id: string | undefined, options: RollbackOptions, out: Output): Promise<number> {
  const to = id === undefined ? undefined : releaseId(id);
  const { reason, dryRun = false } = options;
  const report = await withContext(await load(options), out.reporter, options, (context) =>
    rollback(context, { to, reason, dryRun }),
  );
  return finish(report, out);
}

export async function statusCommand(options: AppOptions & HostOptions, out: Output): Promise<number> {
  const found = await withContext(await load(options), out.reporter, options, status);
  out.end();
  out.result(found, statusText);
  for (const failure of found.failures) out.error(failure);
  return found.ok ? OK : FAILED;
}

export async function releasesCommand(options: AppOptions & HostOptions, out: Output): Promise<number> {
  const found = await withContext(await load(options), out.reporter, options, releases);
  out.end();
  out.result(found, releasesText);
  for (const failure of found.failures) out.error(failure);
  return found.failures.length === 0 ? OK : FAILED;
}

function buildInto(cluster: Cluster, { workingDirectory: folder }: AppOptions, output: string, out: Output) {
  const { reporter } = out;
  return build({ cluster, folder, output, reporter, commandOutput: out.json ? 'stderr' : 'stdout' });
}

function finish(report: RolloutReport, out: Output): number {
  out.end();
  out.result(report, reportText);
  if (report.error) out.error(report.error);
  return report.outcome === 'failed' ? FAILED : OK;
}
