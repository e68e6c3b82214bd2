import { BukaError } from '../errors';
import type { ReleaseId } from '../release';
import type { Script } from '../remote';
import { type Context, signature } from '../rollout';
import { formatBytes, formatDuration, minutes } from '../units';
import { ask } from './ask';
import { type BackupManifest, type ProvenManifest, parseManifest } from './manifest';
import { askAtLength, type BackupServer, backupServer } from './server';

/** Nobody waits for longer; a database that takes longer needs another way than a dump for each deploy. */
const DEADLINE = minutes(12 * 60);

export interface BackupOptions {
  readonly kind: 'deploy' | 'manual';
  /** The release that can live with the database as it is now. */
  readonly release?: ReleaseId | undefined;
  readonly reason?: string | undefined;
}

/**
 * Has the backup server read the database, store it, restore it, and compare. What is returned was proven, unless it is
 * a deploy's and `buka.yml` leaves the proof to the night: then the backup server proves it only where nothing that is
 * proven is from the last 36 hours, and otherwise it is stored.
 *
 * When the run is cancelled it ends at once, and the backup server goes on by itself.
 * @throws ConfigurationError `backup-not-configured`; BukaError with one of the codes in `failures.ts`,
 *   `backup-unproven`, `cancelled`, or what kept the backup server from being reached
 */
export function takeBackup(context: Context, options: BackupOptions & { kind: 'manual' }): Promise<ProvenManifest>;
export function takeBackup(context: Context, options: BackupOptions): Promise<BackupManifest>;
export async function takeBackup(context: Context, options: BackupOptions): Promise<BackupManifest> {
  const server = backupServer(context.cluster);
  const { host, database } = server;
  const taken = askAtLength(context, server, take(server, context, options), {
    step: 'backup',
    detail: database,
    left: 'No backup came of it; those that there were are as they were.',
  });
  const manifest = await orGoOn(context, host.name, taken);
  const { id, bytes, bytesAdded } = manifest;
  const detail = `${id}, ${formatBytes(bytes)}, ${formatBytes(bytesAdded)} new; ${proofOf(manifest)}`;
  context.reporter.step({ host: host.name, name: 'backup', state: 'done', detail });
  const busy = manifest.continuous?.busy ?? [];
  if (busy.length > 0)
    context.reporter.warning(
      `Production was never quiet: ${busy.join(', ')} came back and could be read, but could not be compared with it.`,
    );
  return manifest;
}

function proofOf(manifest: BackupManifest): string {
  if (manifest.proof === null) {
    const { id, of } = manifest.newestProven;
    return `stored, not proven; the newest proven one is ${id} of ${of.toISOString()}`;
  }
  const { proofDue: why, took } = manifest;
  return `restored in ${formatDuration(took.restore)} and compared${why === undefined ? '' : `, after all: ${why}`}`;
}

/** The question; its answer is trusted only where it is of what was asked for. */
export function take(
  server: BackupServer,
  { run, cluster }: Pick<Context, 'run' | 'cluster'>,
  { kind, release, reason }: BackupOptions,
): Script<BackupManifest> {
  const { service, database } = server;
  const proof = kind === 'deploy' && cluster.backup?.proof === 'nightly' ? 'nightly' : 'every';
  return ask(server, {
    name: 'backup',
    request: {
      do: 'take',
      service,
      kind,
      release: release ?? '',
      run: run.id,
      by: signature(run),
      reason: reason ?? '',
      proof,
      wait: String(Math.ceil(cluster.rollout.lockTimeout / 1000)),
    },
    deadline: DEADLINE,
    read(answer) {
      const last = answer.at(-1) ?? '';
      if (!last.startsWith('manifest ')) throw unproven('It ended without a manifest.', last);
      const manifest = parseManifest(last.slice('manifest '.length));
      if (manifest === undefined) throw unproven("Its manifest can't be read.", last);
      const wanted = { service, database, kind, release: release ?? null, run: run.id };
      const wrong = Object.entries(wanted).filter(([key, value]) => manifest[key as keyof typeof wanted] !== value);
      const told = wrong.map(([key]) => `${key} is ${JSON.stringify(manifest[key as keyof typeof wanted])}`);
      if (told.length > 0) throw unproven('Its manifest is of something else.', told.join(', '));
      if (manifest.proof === null && proof === 'every') throw unproven('Its manifest has no proof.', last);
      return manifest;
    },
  });
}

const unproven = (message: string, seen: string) =>
  new BukaError({
    code: 'backup-unproven',
    message: `The backup server did not say that the backup is there and proven, so it counts as none. ${message}`,
    seen: seen.slice(0, 500) || 'nothing',
    hint: '`buka backups` lists what there is. Run the same again; if it stays, `buka provision` installs the program anew.',
  });

/** Waits until the run is cancelled; the work goes on without it then. */
function orGoOn<T>({ signal, reporter }: Context, host: string, work: Promise<T>): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const leave = () => {
      const left = `${host} goes on with the backup by itself; \`buka backups\` lists it when it is done.`;
      reporter.info(left);
      reject(new BukaError({ code: 'cancelled', host, step: 'backup', message: 'The run was cancelled.', left }));
    };
    work.finally(() => signal.removeEventListener('abort', leave)).then(resolve, reject);
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
  });
}
