import type { Cluster } from '../../src/cluster';
import type { Role } from '../state';
import { type Accounts, withAccount, withMember } from './accounts';
import { common } from './common';
import { database } from './database';
import { loadBalancer } from './load-balancer';
import type { SeedContext, SeedEntry } from './seed';
import { worker } from './worker';

export { type Accounts, baseAccounts, groupId, userId } from './accounts';
export type { SeedContext, SeedEntry } from './seed';

/** The roles of a host, by its name; a host without one, such as a jump host, is a plain machine. */
export function rolesOf(cluster: Cluster, host: string): Role[] {
  const among = (hosts: readonly { readonly name: string }[]) => hosts.some(({ name }) => name === host);
  const roles: Role[] = [];
  if (among(cluster.loadBalancers.hosts)) roles.push('load-balancer');
  if (among(cluster.workers.hosts)) roles.push('worker');
  if (cluster.database?.host.name === host) roles.push('database');
  if (cluster.backup?.host.name === host) roles.push('backup');
  if (cluster.monitoring?.host.name === host) roles.push('monitoring');
  return roles.length > 0 ? roles : ['plain'];
}

/** The base's accounts with those that a machine's roles need. */
export function accountsFor(
  base: Accounts,
  cluster: Cluster,
  machine: { user: string; roles: readonly Role[] },
): Accounts {
  const { user, roles } = machine;
  let accounts = withAccount(base, { name: user, id: 1000, home: `/home/${user}`, shell: '/bin/bash' });
  if (roles.includes('worker')) {
    const { service, workers } = cluster;
    accounts = withAccount(accounts, { name: service, id: 990, home: workers.root, shell: '/usr/sbin/nologin' });
  }
  return roles.includes('load-balancer') ? withMember(accounts, 'haproxy', user) : accounts;
}

const byRole: Partial<Record<Role, (context: SeedContext) => SeedEntry[]>> = {
  'load-balancer': loadBalancer,
  worker,
  database,
};

/** All that makes this machine differ from the base. */
export const seedOf = (context: SeedContext): SeedEntry[] => [
  ...common(context),
  ...context.machine.roles.flatMap((role) => byRole[role]?.(context) ?? []),
];
