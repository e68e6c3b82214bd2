import { join } from 'node:path';
import {
  backupId,
  type KnownBackup,
  listBackups,
  type Proof,
  type ProvenManifest,
  proveBackup,
  takeBackup,
} from '../backup';
import { listenForCancel } from '../cancel';
import { loadCluster } from '../cluster';
import { printable } from '../printable';
import { between, type Duration, formatBytes, formatDuration } from '../units';
import type { AppOptions } from './commands';
import { type HostOptions, withContext } from './context';
import { OK } from './exit-status';
import type { Output } from './output';
import { columns } from './tables';

type BackupOptions = AppOptions & HostOptions & { reason?: string };

export async function backupCommand({ reason, ...options }: BackupOptions, out: Output): Promise<number> {
  const cluster = await loadCluster(join(options.workingDirectory, options.config));
  // What is left behind goes on, and is told by the use case.
  const signal = listenForCancel({ cancelled: () => {}, quitting: () => out.end() });
  const take = (context: Parameters<typeof takeBackup>[0]) => takeBackup(context, { kind: 'manual', reason });
  const manifest = await withContext(cluster, out.reporter, options, take, signal);
  out.end();
  out.result(manifest, backupText);
  return OK;
}

export async function backupsCommand(options: AppOptions & HostOptions, out: Output): Promise<number> {
  const cluster = await loadCluster(join(options.workingDirectory, options.config));
  const found = await withContext(cluster, out.reporter, options, listBackups);
  out.end();
  out.result(found, (backups) => backupsText(backups));
  return OK;
}

export async function proveCommand(
  id: string | undefined,
  options: AppOptions & HostOptions,
  out: Output,
): Promise<number> {
  const wanted = id === undefined ? undefined : backupId(id);
  const cluster = await loadCluster(join(options.workingDirectory, options.config));
  const proof = await withContext(cluster, out.reporter, options, (context) => proveBackup(context, wanted));
  out.end();
  out.result(proof, proofText);
  return OK;
}

export const backupText = ({ id, recoveryPoint, bytes, bytesAdded, took, proof }: ProvenManifest): string =>
  [
    `Done: backup ${id}, proven`,
    columns([
      ['recovery point', recoveryPoint.toISOString()],
      ['size', `${formatBytes(bytes)}, of which ${formatBytes(bytesAdded)} were new`],
      ['read and stored in', formatDuration(took.dump)],
      [
        'proven in',
        `${formatDuration(took.prove)}: ${proof.rows} rows of ${proof.tables} tables are what production held`,
      ],
      ['restored in', formatDuration(took.restore)],
    ]),
  ].join('\n');

/** A line a backup, the newest one last, where a person looks first. */
export function backupsText(backups: readonly KnownBackup[], now = new Date()): string {
  if (backups.length === 0) return 'There is no backup yet: `buka backup` makes one.';
  return columns([
    ['backup', 'age', 'kind', 'release', 'size', 'added', 'restore', 'state'],
    ...backups.map(({ manifest, proven, broken }) => [
      manifest.id,
      ageOf(between(manifest.recoveryPoint, now)),
      manifest.kind,
      manifest.release ?? '-',
      formatBytes(manifest.bytes),
      formatBytes(manifest.bytesAdded),
      manifest.took.restore === null ? '-' : formatDuration(manifest.took.restore),
      stateOf({ proven, broken }, now),
    ]),
  ]);
}

function stateOf({ proven, broken }: Omit<KnownBackup, 'manifest'>, now: Date): string {
  if (broken !== undefined) return `BROKEN: ${broken}`;
  return proven === undefined ? 'not proven yet' : `proven ${ageOf(between(proven.at, now))} ago`;
}

const proofText = ({ id, took }: Proof): string =>
  printable(`Done: ${id} was restored in ${formatDuration(took)}, and is what production held`);

/** `40 min`, `7 h`, `12 d`: how old, at a glance. */
function ageOf(age: Duration): string {
  const minutes = age / 60_000;
  if (minutes < 120) return `${Math.floor(minutes)} min`;
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 60 / 24)} d`;
}
