import type { Cluster } from '../../src/cluster';
import { noFacts, rolesOf as rolesIn, setupsOf } from '../../src/provision';
import type { Role } from '../state';
import { type Accounts, withAccount, withMember } from './accounts';
import { backup } from './backup';
import { common } from './common';
import { database } from './database';
import { loadBalancer } from './load-balancer';
import type { SeedContext, SeedEntry } from './seed';
import { worker } from './worker';

export { type Accounts, baseAccounts, groupId, userId } from './accounts';
export type { BackupSecrets, SeedContext, SeedEntry } from './seed';

/** The roles of a host, by its name; a host without one, such as a jump host, is a plain machine. */
export function rolesOf(cluster: Cluster, host: string): Role[] {
  const roles = rolesIn(cluster, host);
  return roles.length > 0 ? roles : ['plain'];
}

/** The base's accounts with those that a machine's roles need. */
export function accountsFor(
  base: Accounts,
  cluster: Cluster,
  machine: { host: string; user: string; roles: readonly Role[] },
): Accounts {
  const { host, user, roles } = machine;
  let accounts = withAccount(base, { name: user, id: 1000, home: `/home/${user}`, shell: '/bin/bash' });
  if (roles.includes('worker')) {
    const { service, workers } = cluster;
    accounts = withAccount(accounts, { name: service, id: 990, home: workers.root, shell: '/usr/sbin/nologin' });
  }
  const system = setupsOf(cluster, host, noFacts).flatMap((setup) => setup.accounts);
  for (const [index, account] of system.entries()) accounts = withAccount(accounts, { ...account, id: 980 + index });
  return roles.includes('load-balancer') ? withMember(accounts, 'haproxy', user) : accounts;
}

const byRole: Partial<Record<Role, (context: SeedContext) => SeedEntry[]>> = {
  'load-balancer': loadBalancer,
  worker,
  database,
  backup,
};

/** All that makes this machine differ from the base. */
export const seedOf = (context: SeedContext): SeedEntry[] => [
  ...common(context),
  ...context.machine.roles.flatMap((role) => byRole[role]?.(context) ?? []),
];
