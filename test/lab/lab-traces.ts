import { existsSync, readdirSync, readFileSync } from 'node:fs';

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // the process has ended
  }
};

const cgroupFolders = (folder: string): string[] => {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `${folder}/${name}`)
      .flatMap((path) => [path, ...cgroupFolders(path)]);
  } catch {
    return []; // removed while it was read
  }
};

/** A process that has ended stays listed until process 1 of this machine takes note. */
const hasEnded = (pid: string): boolean => /^State:\s+[ZX]/m.test(read(`/proc/${pid}/status`));

/** All that a lab of this name has left on this machine, found without asking the lab. */
export function tracesOf(name: string): string[] {
  const pids = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry) && !hasEnded(entry));
  const inCgroup = pids.filter((pid) => read(`/proc/${pid}/cgroup`).includes(`/buka-lab/${name}/`));
  const withMounts = pids.filter((pid) => read(`/proc/${pid}/mountinfo`).includes(`/run/buka-lab/${name}/`));
  const cgroups = cgroupFolders('/sys/fs/cgroup').filter((path) => path.endsWith(`/buka-lab/${name}`));
  return [
    ...(existsSync(`/run/buka-lab/${name}`) ? ['state'] : []),
    ...['', '.runner'].filter((part) => existsSync(`/run/netns/buka-${name}${part}`)).map((part) => `namespace${part}`),
    ...inCgroup.map((pid) => `process ${pid} in a cgroup: ${read(`/proc/${pid}/comm`).trim()}`),
    ...withMounts.map((pid) => `process ${pid} with a mount: ${read(`/proc/${pid}/comm`).trim()}`),
    ...cgroups,
  ];
}
