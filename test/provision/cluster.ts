import { type Cluster, parseCluster } from '../../src/cluster';
import { type Facts, type OwnFacts, type Setup, setupsOf } from '../../src/provision';

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

const machines = `service: pos
ssh: { user: deploy, authorized-keys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA== ci] }
hosts:
  lb1: 10.0.0.11
  lb2: 10.0.0.12
  worker1: 10.0.0.21
  worker2: 10.0.0.22
  monitor1: 10.0.0.51
load-balancers: { kind: haproxy, hosts: [lb1, lb2], address: 10.0.0.10, backend: [pos, pos-internal], servers: { worker2: web-2 } }
workers: { hosts: [worker1, worker2], port: 3000, health: /readyz, env-file: /etc/pos/env, start: node dist/server.js, packages: [nodejs] }
release: { include: [dist] }
monitoring: { host: monitor1 }
`;

/** A cluster of the machines that customers use and what measures them, one piece of its text exchanged. */
export function machineCluster(old = '', now = ''): Cluster {
  if (!machines.includes(old)) throw new Error(`not in the file: ${old}`);
  return parseCluster(machines.replace(old, () => now));
}

/** A machine as it tells of itself. */
export const own: OwnFacts = { interface: 'lo', deploy: { home: '/home/deploy', group: 'deploy' } };

/** The set-up of one host's one role. */
export function roleOf(host: string, of = machineCluster(), known: OwnFacts = own): Setup {
  const [one, ...others] = setupsOf(of, host, { ...facts, own: known }).filter(({ role }) => role !== 'every');
  if (one === undefined || others.length > 0) throw new Error(`${host} has one role`);
  return one;
}

export function contentOf({ files }: Setup, path: string): string {
  const found = files.find((one) => one.path === path);
  if (found === undefined) throw new Error(`there is no ${path}; there are ${files.map((one) => one.path).join(', ')}`);
  return found.content;
}
