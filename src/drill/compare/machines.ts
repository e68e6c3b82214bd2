import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Host } from '../../cluster';
import { fields, lines, type Script, script, succeeded } from '../../remote';
import { askEach, type Context, sorted } from '../../rollout';
import { seconds } from '../../units';

/** The name of the machine that Buka runs on, where the customers come from. */
export const THIS_MACHINE = 'this machine';
/** The kernel reckons the time of its start anew whenever it is asked, in whole seconds (proc_stat(5), `btime`). */
const SAME_START = 2;

/** What tells whose processors a machine uses. */
export interface Machine {
  readonly name: string;
  /** By systemd-detect-virt(1): `none`, `kvm`, `systemd-nspawn` … Empty where it doesn't say. */
  readonly virtualization: string;
  readonly container: boolean;
  /** Of the kernel's start; a container may have one of its own. */
  readonly boot: string;
  readonly kernel: string;
  /** When the kernel started, in seconds since 1970. */
  readonly started: number;
  /** In kB. */
  readonly memory: string;
  readonly processors: number;
  readonly model: string;
}

/** Machines on one kernel: they share its processors. */
export interface SharedProcessors extends Pick<Machine, 'virtualization' | 'container' | 'processors' | 'model'> {
  readonly machines: readonly string[];
}

export interface Sharing {
  readonly groups: readonly SharedProcessors[];
  /** Machines that could not be asked. */
  readonly unknown: readonly string[];
}

const text = String.raw`
detect() { systemd-detect-virt "$@" 2>/dev/null || :; }
said=$(detect); echo "virtualization=$said"
said=$(detect --container); echo "container=$said"
read -r boot < /proc/sys/kernel/random/boot_id; echo "boot=$boot"
echo "kernel=$(uname -s -r -v)"
sed -n 's/^btime /started=/p' /proc/stat
sed -n 's/^MemTotal: */memory=/p' /proc/meminfo
echo "processors=$(getconf _NPROCESSORS_ONLN)"
echo "model=$(sed -n '/^model name/{s/^[^:]*: *//p;q}' /proc/cpuinfo)"
`;

export const lookAtProcessors = (name: string): Script<Machine> =>
  script({
    name: 'look at the processors',
    text,
    deadline: seconds(20),
    parse: (output) => machineOf(name, succeeded(output).stdout),
  });

function machineOf(name: string, said: string): Machine {
  const keys = ['virtualization', 'container', 'boot', 'kernel', 'started', 'memory', 'processors', 'model'] as const;
  const { container, started, processors, ...told } = fields(lines(said).join('\n'), keys);
  const isContainer = container !== '' && container !== 'none';
  return { name, ...told, container: isContainer, started: Number(started), processors: Number(processors) };
}

/** Asks every machine that takes part in serving, and this one. None that can't be asked keeps anything from going on. */
export async function lookAtMachines({ cluster, remote }: Context, ask = askHere): Promise<Sharing> {
  const { loadBalancers, workers, database } = cluster;
  const hosts: Host[] = [...loadBalancers.hosts, ...workers.hosts, ...(database ? [database.host] : [])];
  const once = [...new Map(hosts.map((host) => [host.name, host])).values()];
  const [asked, here] = await Promise.all([
    askEach(once, async (host) => (await remote(host)).run(lookAtProcessors(host.name))),
    ask().catch(() => undefined),
  ]);
  const { answers } = sorted(asked);
  const known = [...answers.map(([, machine]) => machine), ...(here ? [here] : [])];
  const names = [...once.map(({ name }) => name), THIS_MACHINE];
  return sharingOf(
    known,
    names.filter((name) => !known.some((machine) => machine.name === name)),
  );
}

async function askHere(): Promise<Machine> {
  const { stdout } = await promisify(execFile)('sh', ['-c', text], { timeout: 20_000 });
  return machineOf(THIS_MACHINE, stdout);
}

/** Puts machines on the same kernel together. Pure. */
export function sharingOf(machines: readonly Machine[], unknown: readonly string[] = []): Sharing {
  const groups: Machine[][] = [];
  for (const machine of machines) {
    const group = groups.find((one) => one.some((other) => isSameKernel(machine, other)));
    if (group === undefined) groups.push([machine]);
    else group.push(machine);
  }
  return {
    unknown,
    groups: groups.map((group) => {
      const [first] = group as [Machine];
      // What runs the kernel is told best by whoever is no container on it.
      const { virtualization, container, processors, model } = group.find((one) => !one.container) ?? first;
      return { machines: group.map(({ name }) => name), virtualization, container, processors, model };
    }),
  };
}

/** A container may be given a boot of its own (systemd-nspawn does), and can't be given another kernel. */
function isSameKernel(one: Machine, other: Machine): boolean {
  if (one.boot === other.boot) return true;
  if (!one.container && !other.container) return false;
  const isAsOld = Math.abs(one.started - other.started) <= SAME_START;
  return isAsOld && one.kernel === other.kernel && one.memory === other.memory;
}
