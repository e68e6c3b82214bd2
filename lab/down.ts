import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { processesIn, removeCgroups } from './cgroups';
import { must } from './exec';
import { restoreLimits } from './limits';
import { endProcesses } from './machine';
import { networkInodes, removeNetwork } from './network';
import { ownLineage, processesInNetns } from './processes';
import { knownLabs, labFolder, readRecord, stateRoot } from './state';

/**
 * Takes a lab away, whatever state it is in: processes, mounts, network, cgroups, files. A lab that isn't there is
 * taken away already. What it finds, it finds by the lab's own record, cgroups and network, never by a program's name.
 * @throws BukaError `lab-process-stays`
 */
export async function down(name: string): Promise<void> {
  const folder = labFolder(name);
  const record = readRecord(folder);
  if (record) {
    // With the holder end all machines, and with their namespaces all mounts.
    await endProcesses(() => processesIn(record.cgroups), name);
    while (!removeCgroups(record.cgroups)) await new Promise((resolve) => setTimeout(resolve, 20));
    for (const cgroup of record.cgroups) removeIfEmpty(dirname(cgroup));
  }
  await endGuests(name);
  await removeNetwork(name);
  await unmountBelow(folder);
  rmSync(folder, { recursive: true, force: true });
  if (!existsSync(stateRoot)) return;
  const claims = readdirSync(stateRoot).filter((entry) => entry.startsWith(`.${name}.`));
  for (const claim of claims) rmSync(join(stateRoot, claim), { recursive: true, force: true });
  if (knownLabs().length === 0) restoreLimits();
  removeIfEmpty(stateRoot);
}

/** What was started with `lab run` and still runs, but for this process and those it descends from. */
async function endGuests(name: string): Promise<void> {
  const inodes = networkInodes(name);
  const own = ownLineage();
  await endProcesses(() => inodes.flatMap(processesInNetns).filter((pid) => !own.has(pid)), name);
}

/** All mounts are in the lab's own namespace; this is for a system that shared them with ours nevertheless. */
async function unmountBelow(folder: string): Promise<void> {
  const points = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((point) => point.startsWith(`${folder}/`));
  for (const point of points.reverse()) await must('umount', ['--lazy', point]);
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Another lab is in there, or it is gone already.
  }
}
