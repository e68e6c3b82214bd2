import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const read = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // the process has ended
  }
};

/** The start of a process in clock ticks since boot (proc(5), field 22): with the pid, it names one process for ever. */
export function startOf(pid: number): string | undefined {
  const stat = read(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

/** The pids of a process in its nested pid namespaces, outermost first. */
export function pidsInNamespaces(pid: number): number[] {
  const line = /^NSpid:\s+(.*)$/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1];
  return line ? line.split(/\s+/).map(Number) : [];
}

/** The name of the program, at most 15 characters. */
export const commandOf = (pid: number): string | undefined => read(`/proc/${pid}/comm`)?.trim();

export function parentOf(pid: number): number {
  const stat = read(`/proc/${pid}/stat`);
  return Number(stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0);
}

/** This process and all that it descends from. */
export function ownLineage(): Set<number> {
  const lineage = new Set<number>();
  for (let pid = process.pid; pid > 0 && !lineage.has(pid); pid = parentOf(pid)) lineage.add(pid);
  return lineage;
}

/** All processes whose network namespace is the one with this inode. */
export function processesInNetns(inode: number): number[] {
  const isThere = (pid: string) => {
    try {
      return readlinkSync(`/proc/${pid}/ns/net`) === `net:[${inode}]`;
    } catch {
      return false;
    }
  };
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && isThere(entry))
    .map(Number);
}

/** SIGKILL; a process that has ended already is no failure. */
export function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
