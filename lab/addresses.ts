import { isIP, isIPv6 } from 'node:net';
import { ConfigurationError } from '../src/errors';

/**
 * The subnets that the cluster's addresses lie in, a /24 or a /64 each, and two addresses in each for the processes
 * that use the lab from outside its machines. All subnets are on one link, so nothing needs a router.
 */
export interface Subnets {
  /** `10.20.0.0/24` */
  readonly all: readonly string[];
  /** `10.20.0.254/24`, one for each subnet: whoever is in the lab's network. */
  readonly beside: readonly string[];
  /** `10.20.0.253/24`, one for each subnet: the runner, which has a cable of its own. */
  readonly runner: readonly string[];
}

const groups = (address: string): { head: string; length: 24 | 64 } =>
  isIPv6(address)
    ? { head: expand(address).slice(0, 4).join(':'), length: 64 }
    : { head: address.split('.').slice(0, 3).join('.'), length: 24 };

/** The eight groups of an IPv6 address, without leading zeros. */
function expand(address: string): string[] {
  const [head = '', tail] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split('::');
  const before = head ? head.split(':') : [];
  const after = tail ? tail.split(':') : [];
  return [...before, ...Array<string>(8 - before.length - after.length).fill('0'), ...after];
}

export function subnetOf(address: string): string {
  const { head, length } = groups(address);
  return length === 64 ? `${head}::/64` : `${head}.0/24`;
}

/** `10.20.0.11/24`, as `ip address add` takes it. */
export const withPrefix = (address: string): string => `${address}/${groups(address).length}`;

/** @throws ConfigurationError `lab-address` for a DNS name, which means nothing in a network without a way out. */
export function subnetsOf(addresses: readonly string[]): Subnets {
  for (const address of addresses) {
    if (isIP(address)) continue;
    throw new ConfigurationError({
      code: 'lab-address',
      step: 'lab',
      message: `The lab gives each machine its address from buka.yml, and ${address} is a name.`,
      hint: 'Rehearse with a copy of buka.yml that has IP addresses, private ones for example: 10.20.0.11',
    });
  }
  const taken = new Set(addresses.map((address) => (isIPv6(address) ? expand(address).join(':') : address)));
  const all = new Map(addresses.map((address) => [subnetOf(address), groups(address)]));
  const free = ({ head, length }: { head: string; length: 24 | 64 }): string => {
    for (let last = 254; last > 0; last -= 1) {
      const candidate = length === 24 ? `${head}.${last}` : `${head}:0:0:0:${last.toString(16)}`;
      if (!taken.has(candidate)) return `${candidate}/${length}`;
    }
    throw new ConfigurationError({ code: 'lab-address', step: 'lab', message: `No address is free beside ${head}.` });
  };
  const take = (subnet: { head: string; length: 24 | 64 }): string => {
    const found = free(subnet);
    taken.add(found.split('/')[0] ?? '');
    return found;
  };
  return { all: [...all.keys()], beside: [...all.values()].map(take), runner: [...all.values()].map(take) };
}
