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

/** A network namespace with a bridge in it, and nothing that leads out of it. */
export async function createNetwork(name: string, subnets: Subnets): Promise<void> {
  await removeNetwork(name); // a killed `up` may have made it a moment after `down` looked
  await must('ip', ['netns', 'add', netnsName(name)]);
  const ip = (...args: string[]) => must(...insideNetwork(name, ['ip', ...args]));
  await ip('link', 'set', 'lo', 'up');
  await ip('link', 'add', bridge, 'type', 'bridge', 'forward_delay', '0', 'mcast_snooping', '0');
  await ip('link', 'set', bridge, 'up');
  for (const address of subnets.runner) {
    await ip('address', 'add', address, 'dev', bridge, ...(address.includes(':') ? ['nodad'] : []));
  }
}

export async function removeNetwork(name: string): Promise<void> {
  if (existsSync(netnsFile(name))) await must('ip', ['netns', 'delete', netnsName(name)]);
}

/** The inode that names the namespace in `/proc/<pid>/ns/net`. */
export const networkInode = (name: string): number | undefined =>
  existsSync(netnsFile(name)) ? statSync(netnsFile(name)).ino : undefined;

/** Plugs a machine's cable in or out. */
export const setPort = (name: string, id: string, state: 'up' | 'down'): Promise<Output> =>
  execInNetwork(name, ['ip', 'link', 'set', portOf(id), state]);

/** What a machine that lost its power leaves on the bridge; the kernel would remove it a moment later by itself. */
export const removePort = (name: string, id: string): Promise<Output> =>
  execInNetwork(name, ['ip', 'link', 'delete', portOf(id)]);
