import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BukaError } from '../src/errors';
import type { Bytes } from '../src/units';
import { createCgroup, limitMemory, processesIn, removeCgroups } from './cgroups';
import { must } from './exec';
import { findHolder, joinCgroups, procsFiles } from './holder';
import { removePort, setPort } from './network';
import { commandOf, kill, pidsInNamespaces } from './processes';
import { type LabRecord, type MachineRecord, netnsFile, paths } from './state';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** One machine of a lab: how it is started, found, and stopped. */
export interface MachineHandle {
  readonly record: LabRecord;
  readonly machine: MachineRecord;
  /** The lab's folder. */
  readonly folder: string;
}

const cgroupsOf = ({ record, machine }: MachineHandle) => record.cgroups.map((folder) => join(folder, machine.id));
const pathsOf = ({ folder, machine }: MachineHandle) => paths(folder).machine(machine.host);

/** Enters the namespaces in which the lab's mounts and processes are. */
function insideHolder({ record }: MachineHandle, namespaces: readonly string[]): string[] {
  const holder = findHolder(record);
  if (!holder) {
    throw new BukaError({
      code: 'lab-dead',
      step: 'lab',
      message: `The process that holds the lab ${record.name} has ended, and all its machines with it.`,
      hint: `npm run lab -- down --name ${record.name}`,
    });
  }
  return ['--target', String(holder), ...namespaces, '--'];
}

/** A disk of its own size in memory, and the root: what the machine writes, over its own files, over the base. */
export async function mountMachine(handle: MachineHandle, base: string): Promise<void> {
  const { disk, root, seed } = pathsOf(handle);
  const script = `set -e
    mkdir -p "$1" "$2"
    mount -t tmpfs -o "size=$5,mode=755" tmpfs "$1"
    mkdir "$1/upper" "$1/work"
    mount -t overlay -o "lowerdir=$3:$4,upperdir=$1/upper,workdir=$1/work" overlay "$2"`;
  const args = ['sh', '-c', script, 'sh', disk, root, seed, base, String(handle.machine.size.disk)];
  await must('nsenter', [...insideHolder(handle, ['--mount']), ...args]);
}

/** Makes the disk as small as what is on it, which needs no space anywhere, or gives it a size again. */
export async function setDiskSize(handle: MachineHandle, size: Bytes | 'used'): Promise<void> {
  // What is written between the two commands makes the second one fail.
  const script = `for attempt in 1 2 3 4 5; do
      size=$2
      [ "$size" != used ] || size=$(stat --file-system --format '%b %f %S' "$1" | awk '{ print ($1 - $2) * $3 }')
      mount -o "remount,size=$size" "$1" && exit 0
    done
    exit 1`;
  const args = ['sh', '-c', script, 'sh', pathsOf(handle).disk, String(size)];
  await must('nsenter', [...insideHolder(handle, ['--mount']), ...args]);
}

/** Switches the machine on; it boots by itself from here. */
export async function startMachine(handle: MachineHandle): Promise<void> {
  const { record, machine } = handle;
  const { root, console: log, cut } = pathsOf(handle);
  const enter = [`--net=${netnsFile(record.name)}`, ...insideHolder(handle, ['--mount', '--pid'])];
  const cgroups = cgroupsOf(handle);
  for (const folder of cgroups) {
    createCgroup(folder);
    // The disk is in memory, so what it holds counts as well.
    limitMemory(folder, machine.size.memory + machine.size.disk);
  }
  const nspawn = [
    ...['systemd-nspawn', '--quiet', '--directory', root, '--boot', '--register=no', '--keep-unit', '--settings=no'],
    ...[`--network-bridge=bridge`, `--machine=${machine.id}`, `--hostname=${machine.host}`],
    ...['--resolv-conf=off', '--timezone=off', '--link-journal=no', '--console=read-only'],
  ];
  // In the background of a shell that ends at once: the machine then belongs to the holder, not to this process.
  const launch = 'log=$1; shift; setsid "$@" </dev/null >>"$log" 2>&1 &';
  const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8', SYSTEMD_NSPAWN_TMPFS_TMP: '0' };
  const joined = ['-c', joinCgroups, 'sh', ...procsFiles(cgroups), '--'];
  await must('sh', [...joined, 'nsenter', ...enter, 'sh', '-c', launch, 'sh', log, ...nspawn], { env });
  if (existsSync(cut)) await untilCut(handle);
}

async function untilCut({ record, machine }: MachineHandle): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if ((await setPort(record.name, machine.id, 'down')).status === 0) return;
    await pause(20);
  }
}

/**
 * The pid of the machine's own process 1, once that is systemd; undefined while the machine is off.
 */
export function leaderOf(handle: MachineHandle): number | undefined {
  return processesIn(cgroupsOf(handle)).find(
    (pid) => pidsInNamespaces(pid).at(-1) === 1 && commandOf(pid) === 'systemd',
  );
}

export const isOn = (handle: MachineHandle): boolean => processesIn(cgroupsOf(handle)).length > 0;

/** Pulls the plug: nothing in the machine gets a chance to finish. */
export async function stopMachine(handle: MachineHandle): Promise<void> {
  await endProcesses(() => processesIn(cgroupsOf(handle)), handle.machine.host);
  while (!removeCgroups(cgroupsOf(handle))) await pause(10);
  await removePort(handle.record.name, handle.machine.id);
}

/**
 * Kills until none is left.
 * @throws BukaError `lab-process-stays` when one is still there after 20 s.
 */
export async function endProcesses(find: () => number[], what: string): Promise<void> {
  for (let attempt = 0; attempt < 400; attempt += 1) {
    const pids = find();
    if (pids.length === 0) return;
    pids.forEach(kill);
    await pause(attempt < 20 ? 10 : 50);
  }
  throw new BukaError({
    code: 'lab-process-stays',
    step: 'lab',
    host: what,
    message: 'Processes of the lab could not be killed.',
    seen: `pids ${find().join(', ')}`,
  });
}
