import { type Cluster, parseCluster } from '../../src/cluster';
import type { Facts } from '../../src/provision';

const yaml = `service: pos
ssh: { user: deploy }
hosts:
  lb1: 10.0.0.11
  worker1: 10.0.0.21
  worker2: 10.0.0.22
  db1: { address: 10.0.0.31, user: dba }
  backup1: { address: 10.0.0.41, port: 2222, user: ops }
load-balancers: { kind: haproxy, hosts: [lb1], backend: pos }
workers: { hosts: [worker1, worker2], port: 3000, health: /readyz }
release: { include: [dist], keep: 5 }
database: { kind: postgresql, host: db1, name: shop }
backup: { host: backup1, keep: { last: 3, daily: 4, weekly: 2 } }
`;

/** A cluster with backups, one piece of its text exchanged. */
export function cluster(old = '', now = ''): Cluster {
  if (!yaml.includes(old)) throw new Error(`not in the file: ${old}`);
  return parseCluster(yaml.replace(old, () => now));
}

/** Two hosts that know of each other all that they need. */
export const facts: Facts = {
  postgresMajor: '15',
  restoreKey: 'ssh-ed25519 AAAAdb',
  hostKeys: ['ssh-rsa AAAAr', 'ssh-ed25519 AAAAe'],
  authorizedKeys: '',
};
