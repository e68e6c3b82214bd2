import type { Cluster } from '../cluster';
import { backupServer } from './backup-server';
import { databaseHost } from './database-host';
import type { Facts } from './facts';
import type { HostRole, ProvisionedRole, Setup } from './setup';

/** The roles that `buka.yml` gives to a host. */
export function rolesOf(cluster: Cluster, host: string): HostRole[] {
  const hosts: Readonly<Record<HostRole, readonly (string | undefined)[]>> = {
    'load-balancer': cluster.loadBalancers.hosts.map(({ name }) => name),
    worker: cluster.workers.hosts.map(({ name }) => name),
    database: [cluster.database?.host.name],
    backup: [cluster.backup?.host.name],
    monitoring: [cluster.monitoring?.host.name],
  };
  return (Object.keys(hosts) as HostRole[]).filter((role) => hosts[role].includes(host));
}

const setups: Readonly<Record<ProvisionedRole, (cluster: Cluster, facts: Facts) => Setup>> = {
  backup: backupServer,
  database: databaseHost,
};
const isProvisioned = (role: HostRole): role is ProvisionedRole => role in setups;

/** What must be on a host, for those of its roles that Buka sets up: all of these belong to backups, so far. */
export function setupsOf(cluster: Cluster, host: string, facts: Facts): Setup[] {
  if (cluster.backup === undefined) return [];
  return rolesOf(cluster, host)
    .filter(isProvisioned)
    .map((role) => setups[role](cluster, facts));
}

/** The roles of a host that are not set up by this yet. */
export const rolesByHand = (cluster: Cluster, host: string): HostRole[] =>
  rolesOf(cluster, host).filter((role) => !isProvisioned(role));
