import type { KnownBackup } from '../../src/backup';
import { type Cluster, type Host, parseCluster } from '../../src/cluster';
import { checkHosts, type Finding } from '../../src/doctor';
import { BukaError } from '../../src/errors';
import { RecordingReporter } from '../../src/reporter';
import { bytes } from '../../src/units';
import { observationOf, r1, type WorkerShape } from '../rollout/ground';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIi';

/** A cluster with every role, behind nothing. */
export const cluster = parseCluster(`service: pos
hosts:
  lb1: 10.0.0.11
  lb2: 10.0.0.12
  worker1: 10.0.0.21
  worker2: 10.0.0.22
  db1: 10.0.0.31
  backup1: 10.0.0.41
load-balancers: { kind: haproxy, hosts: [lb1, lb2], address: 10.0.0.10, backend: pos }
workers: { hosts: [worker1, worker2], port: 3000, health: /readyz, env-file: /etc/pos/env }
release: { include: [dist], migrate: node migrate.js }
database: { kind: postgresql, host: db1, name: pos }
backup: { host: backup1 }
`);

export const knownHosts = [...cluster.hosts.values()].map(({ address }) => `${address} ${KEY}`).join('\n');

export const NOW = Date.UTC(2026, 10, 28, 12);

/** Hosts as they answer, past the scripts: each as it should be, but for what a test says. */
export class Hosts {
  workers: Record<string, WorkerShape> = {
    worker1: { active: r1, running: r1 },
    worker2: { active: r1, running: r1 },
  };
  /** Why a host lets nobody in. */
  away: Record<string, BukaError> = {};
  /** What keeps a load balancer from being read. */
  refuses: Record<string, BukaError> = {};
  /** Seconds that a host's clock is ahead. */
  ahead: Record<string, number> = {};
  /** Who has the shared address. */
  holders = ['lb1'];
  free = bytes(20e9);
  backups: readonly KnownBackup[] | BukaError = [backup(5)];
  knownHosts = knownHosts;
  /** Connections that were asked for. */
  readonly asked: string[] = [];

  readonly cluster: Cluster = cluster;

  async check(): Promise<Finding[]> {
    return checkHosts({
      cluster: this.cluster,
      knownHosts: this.knownHosts,
      reporter: new RecordingReporter(),
      run: { id: 'run-1', by: 'ann' },
      now: () => NOW,
      dial: () => Promise.reject(new Error('nothing is dialled here')),
      remote: async (host) => {
        this.asked.push(host.name);
        const why = this.away[host.name];
        if (why !== undefined) throw why;
        return { host, run: async ({ name }) => this.#answer(host, name) as never };
      },
    });
  }

  #answer(host: Host, name: string): unknown {
    const seen = observationOf(this.cluster, this.workers);
    switch (name) {
      case 'look at the host': {
        const disks = [{ on: '/', free: this.free, inodes: 1e6 }];
        return { ahead: (this.ahead[host.name] ?? 0) * 1000, disks };
      }
      case 'observe':
        return seen.workers.get(host.name)?.probe;
      case 'observe releases':
        return seen.workers.get(host.name)?.releases;
      case 'observe the load balancer': {
        const why = this.refuses[host.name];
        if (why !== undefined) throw why;
        return seen.loadBalancers.get(host.name);
      }
      case 'look at the address':
        return { here: this.holders.includes(host.name), away: false, keepalived: true, serves: true, heeds: true };
      case 'backups':
        if (this.backups instanceof BukaError) throw this.backups;
        return this.backups;
      default:
        throw new Error(`nobody foresaw "${name}"`);
    }
  }
}

/** @param hours how long ago what it reflects was so */
export function backup(hours: number, more: Partial<KnownBackup> = {}): KnownBackup {
  const at = new Date(NOW - hours * 3_600_000);
  return { manifest: { id: 'B', recoveryPoint: at }, proven: { at, took: 1 }, ...more } as unknown as KnownBackup;
}

export const failure = (code: string, host: string): BukaError =>
  new BukaError({ code, host, message: `It is ${code}.`, hint: `Mend ${code}.` });
