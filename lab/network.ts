import { existsSync, statSync } from 'node:fs';
import type { Subnets } from './addresses';
import { type ExecOptions, exec, must, type Output } from './exec';
import { netnsFile, netnsName } from './state';

export const bridge = 'bridge';

/** The bridge's port that the machine with this id is plugged into; the name is systemd-nspawn's. */
export const portOf = (id: string) => `vb-${id}`;

/**
 * `nsenter`, and not `ip netns exec`: that one mounts a fresh /sys, which hides the cgroups that systemd-nspawn needs.
 */
export const insideNetwork = (name: string, command: readonly string[]): [string, string[]] => [
  'nsenter',
  [`--net=${netnsFile(name)}`, '--', ...command],
];

export function execInNetwork(name: string, command: readonly string[], options?: ExecOptions): Promise<Output> {
  return exec(...insideNetwork(name, command), options);
}

/** The bridge's port of the runner. */
const runnerPort = 'vb-runner';
const runner = (name: string) => `${name}.runner`;

/** The runner has a network namespace of its own, so that its cable can be pulled and nobody else's. */
export const insideRunner = (name: string, command: readonly string[]): [string, string[]] =>
  insideNetwork(runner(name), command);

/** Network namespaces with a bridge in one of them, and nothing that leads out of them. */
export async function createNetwork(name: string, subnets: Subnets): Promise<void> {
  await removeNetwork(name); // a killed `up` may have made it a moment after `down` looked
  await must('ip', ['netns', 'add', netnsName(name)]);
  const ip = (...args: string[]) => must(...insideNetwork(name, ['ip', ...args]));
  await ip('link', 'set', 'lo', 'up');
  await ip('link', 'add', bridge, 'type', 'bridge', 'forward_delay', '0', 'mcast_snooping', '0');
  await ip('link', 'set', bridge, 'up');
  const add = (address: string, device: string) =>
    ['address', 'add', address, 'dev', device, ...(address.includes(':') ? ['nodad'] : [])] as const;
  for (const address of subnets.beside) await ip(...add(address, bridge));

  await must('ip', ['netns', 'add', netnsName(runner(name))]);
  await ip('link', 'add', runnerPort, 'type', 'veth', 'peer', 'name', 'host0', 'netns', netnsName(runner(name)));
  await ip('link', 'set', runnerPort, 'master', bridge, 'up');
  const there = (...args: string[]) => must(...insideRunner(name, ['ip', ...args]));
  await there('link', 'set', 'lo', 'up');
  await there('link', 'set', 'host0', 'up');
  for (const address of subnets.runner) await there(...add(address, 'host0'));
}

export async function removeNetwork(name: string): Promise<void> {
  for (const each of [runner(name), name])
    if (existsSync(netnsFile(each))) await must('ip', ['netns', 'delete', netnsName(each)]);
}

/** The inodes that name the lab's namespaces in `/proc/<pid>/ns/net`. */
export const networkInodes = (name: string): number[] =>
  [name, runner(name)]
    .map(netnsFile)
    .filter(existsSync)
    .map((file) => statSync(file).ino);

/** Plugs a machine's cable in or out. */
export const setPort = (name: string, id: string, state: 'up' | 'down'): Promise<Output> =>
  execInNetwork(name, ['ip', 'link', 'set', portOf(id), state]);

/** Plugs the runner's cable in or out. */
export const setRunnerPort = (name: string, state: 'up' | 'down'): Promise<string> =>
  must(...insideNetwork(name, ['ip', 'link', 'set', runnerPort, state]));

/** What a machine that lost its power leaves on the bridge; the kernel would remove it a moment later by itself. */
export const removePort = (name: string, id: string): Promise<Output> =>
  execInNetwork(name, ['ip', 'link', 'delete', portOf(id)]);
