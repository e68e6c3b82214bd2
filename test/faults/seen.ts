import type { Lab } from '../../lab';
import { treeHash } from './releases';

/** A worker from outside: what it runs, whether it answers, who holds its lock. */
export interface WorkerSeen {
  readonly host: string;
  /** Of the symlink; empty where there is none. */
  readonly active: string;
  /** Of the process's working directory; empty where none runs. */
  readonly running: string;
  /** Whether the health URL answers 200. */
  readonly healthy: boolean;
  /** Seconds until the lock expires; undefined without a lock. */
  readonly lock?: number | undefined;
  /** One hash of all files of the active release, where it was asked for. */
  readonly hash?: string | undefined;
}

export interface BalancerSeen {
  readonly host: string;
  /** HAProxy answers. */
  readonly alive: boolean;
  /** HAProxy's word for each worker: `UP`, `DRAIN`, `MAINT`, `DOWN` … */
  readonly status: ReadonlyMap<string, string>;
  /** Answers that did not come, or came as 5xx, for each worker since HAProxy started. */
  readonly errors: ReadonlyMap<string, number>;
  /** Workers that Buka says it keeps out; a mark of an earlier boot is dead. */
  readonly marks: readonly string[];
  /** Holds the virtual address. */
  readonly leads: boolean;
}

export interface Seen {
  readonly at: number;
  /** Of machines that are on; one that is cut off still tells here. */
  readonly workers: readonly WorkerSeen[];
  readonly balancers: readonly BalancerSeen[];
}

const workerScript = (port: number, health: string, hashed: boolean) => `
cd /srv/pos 2>/dev/null || exit 0
echo "active=$(readlink current)"
pid=$(systemctl show -p MainPID --value pos.service)
[ "$pid" = 0 ] || echo "running=$(readlink /proc/$pid/cwd)"
echo "answer=$(timeout 3 bash -c 'exec 3<>/dev/tcp/127.0.0.1/${port} && printf "GET ${health} HTTP/1.0\\r\\n\\r\\n" >&3 && head -n 1 <&3' 2>/dev/null)"
[ ! -f lock ] || echo "lock=$(($(stat -c %Y lock) - $(date +%s)))"
${hashed ? `cd -P current && echo "hash=$(${treeHash})"` : ':'}
`;

const balancerScript = (socket: string, backend: string, address: string) => `
perl -MSocket -e 'alarm 5; socket S,1,1,0; connect S, sockaddr_un "${socket}" or exit 1;
  syswrite S, "\\@1 show stat ${backend} 4 -1\\n"; shutdown S,1; print while <S>'
read -r boot </proc/sys/kernel/random/boot_id
for mark in /home/*/.buka/*/*/mark; do ! grep -qs "^boot $boot$" "$mark" || echo "mark=$mark"; done
ip -o address show dev host0 | grep -q ' ${address}/' && echo leads=yes
:
`;

const releaseOf = (path = '') => /releases\/([^/]+)\/tree/.exec(path)?.[1] ?? '';

export async function seeWorker(lab: Lab, host: string, hashed = false): Promise<WorkerSeen | undefined> {
  if (!lab.isOn(host)) return undefined;
  const { port, health } = lab.cluster.workers;
  const { stdout } = await lab.shell(host, workerScript(port, health, hashed)).catch(() => ({ stdout: '' }));
  const value = (key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(stdout)?.[1];
  return {
    host,
    active: releaseOf(value('active')),
    running: releaseOf(value('running')),
    healthy: / 200 /.test(value('answer') ?? ''),
    lock: value('lock') === undefined ? undefined : Number(value('lock')),
    hash: value('hash'),
  };
}

export async function seeBalancer(lab: Lab, host: string): Promise<BalancerSeen> {
  const { masterSocket, backends, address = '' } = lab.cluster.loadBalancers;
  const script = balancerScript(masterSocket, backends[0] ?? '', address);
  const none = { stdout: '' };
  const { stdout } = lab.isOn(host) ? await lab.shell(host, script).catch(() => none) : none;
  const [header = '', ...rows] = stdout.split('\n').filter((line) => line.includes(','));
  const names = header.replace(/^# /, '').split(',');
  const servers = rows.map((row) => Object.fromEntries(row.split(',').map((cell, index) => [names[index], cell])));
  const failures = ['econ', 'eresp', 'hrsp_5xx', 'cli_abrt', 'srv_abrt'];
  return {
    host,
    alive: servers.length > 0,
    status: new Map(servers.map((server) => [server.svname ?? '', server.status ?? ''])),
    errors: new Map(
      servers.map((server) => [
        server.svname ?? '',
        failures.reduce((sum, name) => sum + Number(server[name] ?? 0), 0),
      ]),
    ),
    marks: [...stdout.matchAll(/^mark=.*\/([^/]+)\/mark$/gm)].map(([, worker = '']) => worker),
    leads: /^leads=yes$/m.test(stdout),
  };
}

/** Looks at everything at once. @param hashed Reads every file of the active releases as well. */
export async function see(lab: Lab, hashed = false): Promise<Seen> {
  const { workers, loadBalancers } = lab.cluster;
  const [seenWorkers, balancers] = await Promise.all([
    Promise.all(workers.hosts.map(({ name }) => seeWorker(lab, name, hashed))),
    Promise.all(loadBalancers.hosts.map(({ name }) => seeBalancer(lab, name))),
  ]);
  return { at: Date.now(), workers: seenWorkers.filter((one) => one !== undefined), balancers };
}
