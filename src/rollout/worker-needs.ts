import type { Cluster } from '../cluster';
import { BukaError, type Failure } from '../errors';
import { type Bytes, bytes, formatBytes } from '../units';
import type { WorkerProbe } from './probe';

/** Room that stays besides the release, as staging wants it: for logs, and for the app that runs there. */
const MARGIN = bytes(64 * 1024 * 1024);

/** What a run is about to put on the workers. */
export interface Load {
  readonly size: Bytes;
  readonly files: number;
}

interface Wanted {
  /** What is to come to the disk; undefined where nothing is. */
  readonly coming: Load | undefined;
  /** The migration runs on this worker. */
  readonly migrates: boolean;
}

/** What a worker lacks for a rollout, each with the command that mends it; nothing where it lacks nothing. Pure. */
export function workerNeeds(cluster: Cluster, host: string, probe: WorkerProbe, { coming, migrates }: Wanted) {
  const { unit, root, envFile } = cluster.workers;
  const user = cluster.hosts.get(host)?.user ?? 'the deploy user';
  const found: Omit<Failure, 'host'>[] = [];

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
  if (coming !== undefined && lacksRoom(probe, coming))
    found.push({
      code: 'not-enough-disk',
      message: 'There is too little room for the release.',
      seen: `${formatBytes(probe.diskFree)} and ${probe.inodesFree} inodes free, ${formatBytes(bytes(coming.size + MARGIN))} and ${coming.files + 1000} inodes needed`,
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
  if (migrates && probe.envFile === 'unreadable')
    found.push({
      code: 'env-file-unreadable',
      message: `${user} can't read ${envFile}, which the migration needs.`,
      hint: `On ${host}, as root: chgrp ${user} ${envFile} && chmod 640 ${envFile}`,
    });
  return found.map((failure) => new BukaError({ ...failure, host }));
}

const lacksRoom = ({ diskFree, inodesFree }: WorkerProbe, { size, files }: Load) =>
  diskFree < size + MARGIN || inodesFree < files + 1000;
