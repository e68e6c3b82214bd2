import type { Cluster } from '../cluster';
import { databaseServer } from './app-database';
import { backupServer } from './backup-server';
import { databaseHost } from './database-host';
import { everyHost } from './every-host';
import type { Facts } from './facts';
import { loadBalancer } from './load-balancer';
import { monitoringHost } from './monitoring-host';
import type { HostRole, Setup } from './setup';
import { worker } from './worker';

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

/** What must be on a host: what every one has, then its roles, in the order in which they are put right. */
export function setupsOf(cluster: Cluster, name: string, facts: Facts): Setup[] {
  const host = cluster.hosts.get(name);
  if (host === undefined) throw new Error(`${name} is no host of this cluster`);
  const own = facts.own ?? {};
  const setups: Readonly<Record<HostRole, () => Setup[]>> = {
    'load-balancer': () => [loadBalancer(cluster, host, own)],
    worker: () => [worker(cluster, host, own)],
    // Of a database host, Buka sees to backups and restores, and to the app's own database where it is asked to.
    database: () => {
      if (cluster.backup !== undefined) return [databaseHost(cluster, facts)];
      return cluster.database?.provision === true ? [databaseServer(cluster)] : [];
    },
    backup: () => [backupServer(cluster, facts)],
    monitoring: () => [monitoringHost(cluster)],
  };
  return [everyHost(cluster, host, own), ...rolesOf(cluster, name).flatMap((role) => setups[role]())];
}
