import type { Cluster } from '../../src/cluster';
import type { Facts } from '../../src/provision';
import type { Subnets } from '../addresses';
import type { MachineRecord } from '../state';
import type { Accounts } from './accounts';

/** What a machine has besides the base: a file, a folder or a link each. Owners are names of accounts. */
export type SeedEntry =
  | (SeedPlace & { readonly kind: 'file'; readonly content: string })
  | (SeedPlace & { readonly kind: 'folder' })
  | { readonly kind: 'link'; readonly path: string; readonly target: string };

interface SeedPlace {
  /** Absolute, in the machine. */
  readonly path: string;
  readonly mode: number;
  readonly owner: string;
  readonly group: string;
}

type Place = Partial<Omit<SeedPlace, 'path'>>;

const root = { owner: 'root', group: 'root' };
export const file = (path: string, content: string, place: Place = {}): SeedEntry => ({
  ...root,
  mode: 0o644,
  ...place,
  kind: 'file',
  path,
  content,
});
export const folder = (path: string, place: Place = {}): SeedEntry => ({
  ...root,
  mode: 0o755,
  ...place,
  kind: 'folder',
  path,
});
export const link = (path: string, target: string): SeedEntry => ({ kind: 'link', path, target });

/** Enables a unit of the base, as `systemctl enable` would. */
export const enable = (unit: string, at = `/lib/systemd/system/${unit}`): SeedEntry =>
  link(`/etc/systemd/system/multi-user.target.wants/${unit}`, at);

/** Writes a unit and enables it. */
export const unit = (name: string, content: string): SeedEntry[] => [
  file(`/etc/systemd/system/${name}`, content),
  enable(name, `/etc/systemd/system/${name}`),
];

/** What `buka provision` would make, or read, on the machines themselves. */
export interface BackupSecrets {
  readonly facts: Facts;
  readonly repositoryPassword: string;
  readonly readerPassword: string;
  /** The database host's private key. */
  readonly restoreKey: string;
}

/** What the roles know when they write a machine's files. */
export interface SeedContext {
  readonly cluster: Cluster;
  readonly machine: MachineRecord;
  readonly machines: readonly MachineRecord[];
  readonly subnets: Subnets;
  readonly accounts: Accounts;
  readonly hostKey: { readonly private: string; readonly public: string };
  /** The line for `authorized_keys`. */
  readonly deployKey: string;
  readonly machineId: string;
  readonly databasePassword: string;
  readonly databaseUrl: string | undefined;
  /** Undefined for a cluster without backups. */
  readonly backups: BackupSecrets | undefined;
  /** The major version of the base's PostgreSQL. */
  readonly postgresVersion: string;
}
