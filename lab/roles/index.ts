import type { Cluster } from '../../src/cluster';
import { noFacts, rolesOf as rolesIn, setupsOf } from '../../src/provision';
import type { Role } from '../state';
import { type Accounts, withAccount, withMember } from './accounts';
import { backup } from './backup';
import { common } from './common';
import { database } from './database';
import { provisioned } from './provisioned';
import type { SeedContext, SeedEntry } from './seed';

export { type Accounts, baseAccounts, groupId, userId } from './accounts';
export { common } from './common';
export type { BackupSecrets, SeedContext, SeedEntry } from './seed';

/** The roles of a host, by its name; a host without one, such as a jump host, is a plain machine. */
export function rolesOf(cluster: Cluster, host: string): Role[] {
  const roles = rolesIn(cluster, host);
  return roles.length > 0 ? roles : ['plain'];
}

/** The base's accounts with those that a machine's roles need. */
export function accountsFor(base: Accounts, cluster: Cluster, machine: { host: string; user: string }): Accounts {
  const { host, user } = machine;
  let accounts = withAccount(base, { name: user, id: 1000, home: `/home/${user}`, shell: '/bin/bash' });
  const setups = setupsOf(cluster, host, noFacts);
  for (const [index, account] of setups.flatMap((setup) => setup.accounts).entries())
    accounts = withAccount(accounts, { ...account, id: 980 + index });
  for (const { user: member, group } of setups.flatMap((setup) => setup.members))
    accounts = withMember(accounts, group, member);
  return accounts;
}

const byRole: Readonly<Record<Role, (context: SeedContext) => SeedEntry[]>> = {
  'load-balancer': (context) => provisioned(context, 'load-balancer'),
  worker: (context) => provisioned(context, 'worker'),
  database,
  backup,
  monitoring: (context) => provisioned(context, 'monitoring'),
  plain: () => [],
};

/** All that makes this machine differ from the base. */
export const seedOf = (context: SeedContext): SeedEntry[] => [
  ...common(context),
  ...provisioned(context, 'every'),
  ...context.machine.roles.flatMap((role) => byRole[role](context)),
];
