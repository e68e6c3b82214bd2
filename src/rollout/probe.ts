import type { Cluster } from '../cluster';
import { isReleaseId, type ReleaseId } from '../release';
import { fields, type Output, type Script, succeeded } from '../remote';
import { type Bytes, bytes, seconds } from '../units';
import { type LockFound, parseLock, readLockText } from './lock';
import { probeText, unitText } from './shell';

/** What the rollout's scripts need on a worker. `curl` may be missing where `perl` is there. */
const tools = ['tar', 'sha256sum', 'flock', 'timeout', 'systemctl', 'sudo', 'awk', 'readlink'];

/** A worker as it is now, besides what it has on disk. */
export interface WorkerProbe {
  readonly missingTools: readonly string[];
  /** The service's folder is there and the deploy user may write in it. */
  readonly folder: 'writable' | 'read-only' | 'missing';
  /** Free for the deploy user where the service's folder is. */
  readonly diskFree: Bytes;
  readonly inodesFree: number;
  /** systemd's words. */
  readonly unit: { readonly load: string; readonly active: string; readonly sub: string };
  /** May restart the unit, and may tell which release runs, without being asked for a password. */
  readonly mayRestart: boolean;
  readonly mayReadRelease: boolean;
  /** The env file is there and readable; `none` where buka.yml names none. */
  readonly envFile: 'readable' | 'unreadable' | 'none';
  /** The folder that the running process works in; undefined when none runs or it can't be told. */
  readonly workingFolder?: string | undefined;
  /** The release that the folder belongs to. */
  readonly running?: ReleaseId | undefined;
  /** What the health URL answers, `000` for no answer. */
  readonly answer: string;
  readonly healthy: boolean;
  readonly lock?: LockFound | undefined;
}

const keys = [
  'missing',
  'folder',
  'free',
  'inodes',
  'load',
  'active',
  'sub',
  'restart',
  'readlink',
  'env',
  'answer',
  'real',
  'lock',
  'running',
] as const;

const text = `${probeText}${unitText}${readLockText}
missing=
for tool in $tools; do
  command -v "$tool" >/dev/null 2>&1 || missing="$missing $tool"
done
command -v curl >/dev/null 2>&1 || command -v perl >/dev/null 2>&1 || missing="$missing curl"
echo "missing=$missing"

folder=missing; place=/
if [ -d "$root" ]; then
  place=$root; folder=read-only
  [ ! -w "$root" ] || folder=writable
fi
echo "folder=$folder"
echo "free=$(df -B 1 --output=avail -- "$place" | tail -n 1 | tr -d ' ')"
echo "inodes=$(df --output=iavail -- "$place" | tail -n 1 | tr -d ' ')"

look
echo "load=$load"; echo "active=$active"; echo "sub=$sub"
may() { if sudo -n -l "$@" >/dev/null 2>&1; then echo yes; else echo no; fi; }
echo "restart=$(may /usr/bin/systemctl restart "$unit")"
if [ "$user" = "$(id -un)" ]; then echo "readlink=yes"; else echo "readlink=$(may /usr/bin/readlink /proc/1/cwd)"; fi
env=none
if [ -n "$env_file" ]; then
  env=unreadable
  [ ! -r "$env_file" ] || env=readable
fi
echo "env=$env"
echo "answer=$(probe)"
echo "real=$(one_line "$(readlink -f -- "$root")")"
echo "lock=$(read_lock)"
echo "running=$(running)"
`;

/** Reads all that a worker can tell in one round trip; changes nothing. */
export function probeWorker(cluster: Cluster): Script<WorkerProbe> {
  const { root, unit, port, health, envFile } = cluster.workers;
  return {
    name: 'observe',
    text,
    values: { root, unit, port: String(port), health, env_file: envFile ?? '', tools: tools.join(' ') },
    deadline: seconds(20),
    parse: (output) => readProbe(output, root),
  };
}

export function readProbe(output: Output, root: string): WorkerProbe {
  const found = fields(succeeded(output).stdout, keys);
  const workingFolder = found.running === '' ? undefined : found.running;
  return {
    missingTools: found.missing.split(' ').filter(Boolean),
    folder: found.folder as WorkerProbe['folder'],
    diskFree: bytes(Number(found.free)),
    // Some file systems count no inodes and answer `-`.
    inodesFree: /^\d+$/.test(found.inodes) ? Number(found.inodes) : Number.POSITIVE_INFINITY,
    unit: { load: found.load, active: found.active, sub: found.sub },
    mayRestart: found.restart === 'yes',
    mayReadRelease: found.readlink === 'yes',
    envFile: found.env as WorkerProbe['envFile'],
    workingFolder,
    running: releaseOf(workingFolder, [found.real, root]),
    answer: found.answer,
    healthy: found.answer.startsWith('2'),
    lock: parseLock(found.lock),
  };
}

/** The release whose tree the folder is; undefined for any other folder, also for one that was deleted. */
export function releaseOf(folder: string | undefined, roots: readonly string[]): ReleaseId | undefined {
  for (const root of roots) {
    if (!folder?.startsWith(`${root}/releases/`)) continue;
    const [id = '', tree, ...deeper] = folder.slice(`${root}/releases/`.length).split('/');
    if (tree === 'tree' && deeper.length === 0 && isReleaseId(id)) return id;
  }
  return undefined;
}
