import type { Cluster } from '../cluster';
import { BukaError, type Failure } from '../errors';
import type { Manifest } from '../release';
import { type Bytes, bytes, formatBytes } from '../units';
import { refuseCrossing } from './crossing';
import type { CompleteObservation, WorkerObservation } from './observe';
import { type Plan, plan, type Target } from './plan';

/** Room that stays besides the release, as staging wants it: for logs, and for the app that runs there. */
const MARGIN = bytes(64 * 1024 * 1024);
const BLOCK = 4096;

/** What a run is about to put on the workers. */
export interface Load {
  readonly size: Bytes;
  readonly files: number;
}

/** Room on the disk for a release of which a worker has nothing yet: whole blocks, one for a folder or a symlink. */
export function loadOf({ entries }: Manifest): Load {
  const size = entries.reduce(
    (sum, entry) => sum + (entry.type === 'file' ? Math.ceil(entry.size / BLOCK) * BLOCK : BLOCK),
    0,
  );
  return { size: bytes(size), files: entries.length };
}

export type Preflight = { readonly plan: Plan } | { readonly problems: readonly BukaError[] };

/** Everything that would stop the run, found at once and before anything is changed. Pure. */
export function preflight(
  cluster: Cluster,
  target: Target,
  observation: CompleteObservation,
  load: Load | undefined,
): Preflight {
  const made = plan(cluster, target, observation);
  const crossing = refuseCrossing(observation, target);
  const problems = [
    ...[...observation.workers].flatMap(([name, seen]) => workerProblems(cluster, target, name, seen, made, load)),
    ...(made.problem ? [made.problem] : []),
    ...(crossing ? [crossing] : []),
  ];
  return problems.length > 0 ? { problems } : { plan: made };
}

function workerProblems(
  cluster: Cluster,
  target: Target,
  host: string,
  { releases, probe }: WorkerObservation,
  made: Plan,
  load: Load | undefined,
): BukaError[] {
  const { unit, root, envFile } = cluster.workers;
  const user = cluster.hosts.get(host)?.user ?? 'the deploy user';
  const found: Omit<Failure, 'host'>[] = [];
  const staged = releases.staged.some(({ id }) => id === target.id);
  const needed = bytes((load?.size ?? 0) + MARGIN);

  if (probe.missingTools.length > 0)
    found.push({
      code: 'tools-missing',
      message: `It lacks ${probe.missingTools.join(', ')}.`,
      hint: `Install them on ${host}; Debian has them in coreutils, util-linux, tar, sudo, mawk and curl.`,
    });
  if (probe.folder === 'missing')
    found.push({
      code: 'service-folder-missing',
      message: `${root} does not exist.`,
      hint: `On ${host}, as root: install -d -o ${user} -g ${user} ${root}`,
    });
  if (probe.folder === 'read-only')
    found.push({
      code: 'permission-denied',
      message: `${user} may not write in ${root}.`,
      hint: `On ${host}, as root: chown ${user}: ${root}`,
    });
  if (!staged && target.kind === 'deploy' && (probe.diskFree < needed || probe.inodesFree < (load?.files ?? 0) + 1000))
    found.push({
      code: 'not-enough-disk',
      message: 'There is too little room for the release.',
      seen: `${formatBytes(probe.diskFree)} and ${probe.inodesFree} inodes free, ${formatBytes(needed)} and ${(load?.files ?? 0) + 1000} inodes needed`,
      hint: `On ${host}: \`df -h ${root}\` shows what is full, \`du -xsh ${root}/releases/*\` what the releases take.`,
    });
  if (probe.unit.load !== 'loaded')
    found.push({
      code: 'unit-missing',
      message: `systemd has no usable unit ${unit}.`,
      seen: `LoadState=${probe.unit.load}`,
      hint: `On ${host}: \`systemctl status ${unit}\`. Install the unit, then \`systemctl daemon-reload\`.`,
    });
  if (!probe.mayRestart || !probe.mayReadRelease) {
    const command = probe.mayRestart ? '/usr/bin/readlink /proc/1/cwd' : `/usr/bin/systemctl restart ${unit}`;
    found.push({
      code: 'sudo-denied',
      message: `${user} may not run \`sudo ${command}\` without a password.`,
      hint: `Allow it in /etc/sudoers.d on ${host}; docs/hosts.md has the lines.`,
    });
  }
  if (made.migrate?.worker === host && probe.envFile === 'unreadable')
    found.push({
      code: 'env-file-unreadable',
      message: `${user} can't read ${envFile}, which the migration needs.`,
      hint: `On ${host}, as root: chgrp ${user} ${envFile} && chmod 640 ${envFile}`,
    });
  if (target.kind === 'rollback' && !staged)
    found.push({
      code: 'release-not-staged',
      message: `Release ${target.id} is not there.`,
      seen: `staged: ${releases.staged.map(({ id }) => id).join(', ') || 'none'}`,
      hint: '`buka releases` lists the releases that every worker has.',
    });
  return found.map((failure) => new BukaError({ ...failure, host }));
}
