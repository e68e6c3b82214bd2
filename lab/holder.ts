import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { BukaError } from '../src/errors';
import { createCgroup, processesIn } from './cgroups';
import { insideNetwork } from './network';
import { commandOf, pidsInNamespaces } from './processes';
import type { LabRecord } from './state';

/**
 * One process holds a lab's mount and pid namespaces: it is their process 1. All mounts of the lab exist only there, and
 * when it ends the kernel ends every machine and takes every mount away, whatever state they are in.
 */
const holderCgroups = (record: LabRecord) => record.cgroups.map((folder) => join(folder, 'holder'));

/** What the holder calls itself once its namespaces are set up (15 characters, all that the kernel keeps). */
const title = 'buka-lab holder';

/** Reaps what is left to it, and waits to be killed. */
const processOne = `$0 = "${title}"; $SIG{CHLD} = "IGNORE"; sleep 3600 while 1`;

/**
 * Puts itself into the cgroups whose `cgroup.procs` are its arguments up to `--`, then becomes the rest; where that fails,
 * since the lab is being taken away, it becomes nothing that `down` wouldn't find.
 */
export const joinCgroups = 'set -e; while [ "$1" != -- ]; do echo 0 >"$1"; shift; done; shift; exec "$@"';

export const procsFiles = (folders: readonly string[]) => folders.map((folder) => join(folder, 'cgroup.procs'));

/** Starts the holder; it survives this process. */
export async function startHolder(record: LabRecord, log: string): Promise<void> {
  const cgroups = holderCgroups(record);
  for (const folder of cgroups) createCgroup(folder);
  // What systemd-nspawn leaves there when it is killed ends with the lab.
  const setUp = `mkdir -p /run/systemd/nspawn && mount -t tmpfs tmpfs /run/systemd/nspawn &&
    exec perl -e '${processOne}'`;
  const inNetwork = insideNetwork(record.name, [
    ...['unshare', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', '--', 'sh', '-c', setUp],
  ]);
  const child = spawn('sh', ['-c', joinCgroups, 'sh', ...procsFiles(cgroups), '--', inNetwork[0], ...inNetwork[1]], {
    detached: true,
    stdio: ['ignore', openSync(log, 'a'), openSync(log, 'a')],
    cwd: '/',
  });
  child.unref();
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const pid = findHolder(record);
    if (pid) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new BukaError({
    code: 'lab-holder',
    step: 'lab',
    message: 'The process that holds the lab did not start.',
    hint: `See ${log}.`,
  });
}

/** The pid of the holder as this process sees it: the one in its cgroup that is process 1 of a namespace. */
export function findHolder(record: LabRecord): number | undefined {
  return processesIn(holderCgroups(record)).find((pid) => {
    const pids = pidsInNamespaces(pid);
    return pids.length > 1 && pids.at(-1) === 1 && commandOf(pid) === title;
  });
}
