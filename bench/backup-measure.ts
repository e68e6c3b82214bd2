import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab, LabRecord } from '../lab';
import { root } from './backup-lab';

/** What one piece of work took. */
export interface Cost {
  /** On the clock. */
  readonly seconds: number;
  /** Of processors, by all processes of a machine. */
  readonly cpu: { readonly backup: number; readonly database: number };
}

export async function measure<T>(lab: Lab, work: () => Promise<T>): Promise<{ cost: Cost; result: T }> {
  const before = [cpuSeconds(lab, 'backup1'), cpuSeconds(lab, 'db1')] as const;
  const began = performance.now();
  const result = await work();
  const seconds = (performance.now() - began) / 1000;
  const cpu = { backup: cpuSeconds(lab, 'backup1') - before[0], database: cpuSeconds(lab, 'db1') - before[1] };
  return { cost: { seconds, cpu }, result };
}

/** Seconds of processors that a machine has used since it was made. */
function cpuSeconds(lab: Lab, host: string): number {
  const { cgroups } = JSON.parse(readFileSync(join(lab.folder, 'lab.json'), 'utf8')) as LabRecord;
  const id = lab.machines.find((machine) => machine.host === host)?.id ?? '';
  for (const folder of cgroups.map((cgroup) => join(cgroup, id))) {
    const seconds = existsSync(folder) ? accounted(folder) : undefined;
    if (seconds !== undefined) return seconds;
  }
  throw new Error(`The kernel does not count the processor time of ${host}: there is no cpuacct.usage nor cpu.stat.`);
}

/** In nanoseconds where control groups are of version 1, in microseconds where they are of version 2. */
function accounted(folder: string): number | undefined {
  const read = (file: string) => (existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8') : '');
  const nanoseconds = read('cpuacct.usage').trim();
  if (nanoseconds) return Number(nanoseconds) / 1e9;
  const microseconds = /^usage_usec (\d+)$/m.exec(read('cpu.stat'))?.[1];
  return microseconds === undefined ? undefined : Number(microseconds) / 1e6;
}

/** Bytes in the files below these paths on the backup server; what isn't there has none. */
export async function bytesIn(lab: Lab, ...paths: readonly string[]): Promise<number> {
  const text = `find ${paths.join(' ')} -type f -printf '%s\\n' 2>/dev/null | awk '{ sum += $1 } END { printf "%.0f", sum }'`;
  return Number(await root(lab, 'backup1', text));
}
