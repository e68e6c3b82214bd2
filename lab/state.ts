import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BukaError, ConfigurationError } from '../src/errors';
import type { Bytes } from '../src/units';

/** All that a lab is, besides its machines' disks, is in one folder, `/run/buka-lab/<name>`, gone after a reboot. */
export const stateRoot = '/run/buka-lab';

export type Role = 'load-balancer' | 'worker' | 'database' | 'backup' | 'monitoring' | 'plain';

/** What a machine may use at most; nothing is set aside for it. */
export interface Size {
  readonly memory: Bytes;
  /** Holds what the machine writes; the base comes on top. */
  readonly disk: Bytes;
}

export interface MachineRecord {
  /** The host's name in `buka.yml`. */
  readonly host: string;
  readonly address: string;
  /** Where sshd listens. */
  readonly port: number;
  /** Who logs in over SSH. */
  readonly user: string;
  readonly roles: readonly Role[];
  /** `m<n>`, short enough to name a network interface after it. */
  readonly id: string;
  readonly size: Size;
}

/** What `down` needs to find all that a lab made; written before the first of it is made. */
export interface LabRecord {
  readonly name: string;
  /** Absolute path of the `buka.yml` that the lab was brought up with. */
  readonly clusterFile: string;
  /** The lab's folder in each cgroup hierarchy. */
  readonly cgroups: readonly string[];
  /** The process that brings it up; a lab whose `up` has died is a remain to be cleaned. */
  readonly upBy: { readonly pid: number; readonly started: string };
  readonly machines: readonly MachineRecord[];
  /** Nothing is set up on the machines, and root logs in. */
  readonly bare: boolean;
  /** The address that processes inside the lab's network, but outside its machines, have. */
  readonly runnerAddress: string;
  /** For the app and for whoever checks its data: `postgres://user:password@address:5432/name`. */
  readonly databaseUrl?: string | undefined;
}

/** Where a lab keeps what. The disks and roots are seen only in the lab's own mount namespace. */
export const paths = (folder: string) => ({
  folder,
  record: join(folder, 'lab.json'),
  ready: join(folder, 'ready'),
  cluster: join(folder, 'buka.yml'),
  privateKey: join(folder, 'ssh/id_ed25519'),
  knownHosts: join(folder, 'ssh/known_hosts'),
  machine: (host: string) => machinePaths(join(folder, 'machines', host)),
});

const machinePaths = (folder: string) => ({
  folder,
  /** The files that make this machine differ from the base; a read-only layer between the base and its disk. */
  seed: join(folder, 'seed'),
  /** Mount point of the file system that holds all that the machine writes. */
  disk: join(folder, 'disk'),
  root: join(folder, 'root'),
  console: join(folder, 'console.log'),
  /** Exists while the machine is cut from the network. */
  cut: join(folder, 'cut'),
});

/** @throws ConfigurationError `lab-name` for a name that can't name a namespace and a folder. */
export function labFolder(name: string): string {
  if (!/^[a-z][a-z0-9-]{0,30}$/.test(name)) {
    throw new ConfigurationError({
      code: 'lab-name',
      message: `A lab can't be called ${JSON.stringify(name)}.`,
      hint: 'Use up to 31 lower-case letters, digits and dashes, beginning with a letter: --name rehearsal',
    });
  }
  return join(stateRoot, name);
}

export const netnsName = (name: string) => `buka-${name}`;
export const netnsFile = (name: string) => `/run/netns/${netnsName(name)}`;

export function writeRecord(folder: string, record: LabRecord): void {
  const file = paths(folder).record;
  writeFileSync(`${file}.new`, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** The record of a lab, or undefined where there is none (or where `up` died before it wrote one). */
export function readRecord(folder: string): LabRecord | undefined {
  const file = paths(folder).record;
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as LabRecord) : undefined;
}

/** @throws BukaError `lab-not-up` */
export function needRecord(folder: string): LabRecord {
  const record = readRecord(folder);
  if (record && existsSync(paths(folder).ready)) return record;
  const name = folder.slice(stateRoot.length + 1);
  throw new BukaError({
    code: 'lab-not-up',
    step: 'lab',
    message: `The lab ${name} is not up.`,
    hint: `npm run lab -- up --name ${name}`,
  });
}

/** The names of all labs that have left a trace on this machine. */
export const knownLabs = (): string[] =>
  existsSync(stateRoot) ? readdirSync(stateRoot).filter((entry) => !entry.startsWith('.')) : [];
