import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** The cgroup above those of all labs. */
const LABS = 'buka-lab';

/**
 * Each machine gets a cgroup of its own in every hierarchy: its systemd would otherwise see, and manage, the others'
 * services. They are also how a lab knows its processes.
 *
 * In a version 1 hierarchy the lab goes below the cgroup that this process is in; in a version 2 hierarchy at the top,
 * since a cgroup that has processes can't hand controllers down (cgroups(7), "no internal processes").
 */
export function cgroupFolders(name: string): string[] {
  const own = new Map(
    readFileSync('/proc/self/cgroup', 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(':') as [string, string, string])
      .map(([id, controllers, path]) => [id === '0' ? 'v2' : controllers, path]),
  );
  const folders: string[] = [];
  for (const line of readFileSync('/proc/self/mountinfo', 'utf8').trim().split('\n')) {
    const [before = '', after = ''] = line.split(' - ');
    const [, , , root = '/', mountPoint = ''] = before.split(' ');
    const [type, , options = ''] = after.split(' ');
    if (type === 'cgroup2') folders.push(join(mountPoint, LABS, name));
    if (type !== 'cgroup') continue;
    const controllers = [...own.keys()].find((key) =>
      key.split(',').every((word) => options.split(',').includes(word)),
    );
    const path = own.get(controllers ?? '') ?? '/';
    const below = path.startsWith(root) ? path.slice(root === '/' ? 0 : root.length) : '/';
    folders.push(join(mountPoint, below, LABS, name));
  }
  return folders;
}

/** Makes the folder and what is missing above it, so that processes and limits can be put there. */
export function createCgroup(folder: string): void {
  if (existsSync(folder)) return;
  const parent = dirname(folder);
  createCgroup(parent);
  for (const controller of ['+memory', '+cpu']) offer(join(parent, 'cgroup.subtree_control'), controller);
  mkdirSync(folder);
  if (basename(folder) === LABS) {
    // The kernel weighs a cgroup, with all that is in it, like one process. Nine machines would starve beside a compiler.
    offer(join(folder, 'cpu.shares'), String(4 * 1024));
    offer(join(folder, 'cpu.weight'), String(4 * 100));
  }
  // A version 1 cpuset takes no process before it has processors and memory.
  for (const file of ['cpuset.cpus', 'cpuset.mems']) {
    if (existsSync(join(folder, file))) offer(join(folder, file), readFileSync(join(parent, file), 'utf8'));
  }
}

/** Limits the memory of a cgroup, in bytes, in whichever hierarchy has that controller. */
export function limitMemory(folder: string, limit: number): void {
  offer(join(folder, 'memory.max'), String(limit));
  offer(join(folder, 'memory.limit_in_bytes'), String(limit));
}

/** A kernel that lacks the controller has no such file; the lab works without. */
function offer(file: string, value: string): void {
  if (!existsSync(file)) return;
  try {
    writeFileSync(file, value);
  } catch {
    // The controller belongs to another hierarchy or isn't handed down to us.
  }
}

/** The folder and all below it, deepest first. */
function tree(folder: string): string[] {
  if (!existsSync(folder)) return [];
  try {
    const below = readdirSync(folder).map((entry) => join(folder, entry));
    return [...below.filter((path) => statSync(path).isDirectory()).flatMap(tree), folder];
  } catch {
    return []; // gone while it was read
  }
}

/** All processes in these cgroups and those below. */
export function processesIn(folders: readonly string[]): number[] {
  const pids = new Set<number>();
  for (const folder of folders.flatMap(tree)) {
    try {
      for (const pid of readFileSync(join(folder, 'cgroup.procs'), 'utf8').split('\n')) if (pid) pids.add(Number(pid));
    } catch {
      // gone while it was read
    }
  }
  pids.delete(0); // a process that this pid namespace can't name
  return [...pids];
}

/** Removes empty cgroups; false while one of them still has a process (a killed process lingers for a moment). */
export function removeCgroups(folders: readonly string[]): boolean {
  let removed = true;
  for (const folder of folders.flatMap(tree)) {
    try {
      rmdirSync(folder);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') removed = false;
    }
  }
  return removed;
}
