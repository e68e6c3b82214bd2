import { BukaError, ConfigurationError } from '../errors';
import type { Script } from '../remote';
import { type Context, muted } from '../rollout';
import { between, type Duration, formatBytes, formatDuration } from '../units';
import { type KnownBackup, listBackups } from './list';
import type { BackupManifest } from './manifest';
import { chooseBackup, newestProven, type Wanted } from './restore-choice';
import {
  type Current,
  type DatabaseHost,
  databaseHost,
  type Loaded,
  load,
  look,
  swap,
  type Target,
} from './restore-host';
import { describeLoss, type Loss, lossOf } from './restore-loss';
import {
  confirmHeld,
  type HeldWorkers,
  holdWorkers,
  lookAfter,
  nextSteps,
  noteRestored,
  type WorkerAfter,
} from './restore-workers';
import { askAtLength } from './server';

export interface RestoreOptions extends Wanted {
  /** Only tell what would be lost. */
  readonly dryRun?: boolean | undefined;
  /** Why, for the history. */
  readonly reason?: string | undefined;
  /** Asked once it is told what would be lost. @throws BukaError where the person doesn't want it */
  readonly confirm?: ((database: string) => Promise<void>) | undefined;
}

export interface RestoreReport {
  readonly outcome: 'restored' | 'planned';
  readonly backup: BackupManifest;
  readonly database: string;
  readonly loss: Loss;
  /** The name of the database that was there before; undefined where there was none. */
  readonly previousDatabase?: string | undefined;
  /** From the beginning of the loading until the new database was in place. */
  readonly took?: Duration | undefined;
  readonly workers: readonly WorkerAfter[];
  /** What to type next, where something is left to do. */
  readonly next: readonly string[];
}

const UNTOUCHED = 'The present database is untouched.';

/**
 * Takes the database back to a backup: loads it beside the present one, has it compared with what was backed up, and
 * swaps the two by their names. The present one stays under another name. Workers that can't be reached stop nothing.
 *
 * Cancelled before the swap, it leaves the present database as it is; the swap is one transaction and is waited for.
 * @throws ConfigurationError `backup-not-configured`; BukaError with a code of `restore-failures.ts` or `failures.ts`,
 *   `lock-held`, `lock-lost`, `cancelled`, what `confirm` throws, or what kept a host from being reached
 */
export async function restore(context: Context, options: RestoreOptions = {}): Promise<RestoreReport> {
  const { reporter } = context;
  const host = databaseHost(context.cluster);
  const now = () => context.clock?.now() ?? new Date();
  const { manifest, loss, target, current } = await reporter.group('Look', async () => {
    const id = await choose(context, options);
    const seen = await orCancelled(context, asked(context, host, look(host, id)));
    reporter.step({ host: host.host.name, name: 'look', state: 'done', detail: host.database });
    const target = targetOf(options, seen.manifest);
    return { ...seen, target, loss: lossAt(target, seen, now()) };
  });
  const report = { backup: manifest, database: host.database, loss, workers: [], next: [] };
  for (const line of describeRestore(host, { manifest, loss, target, current })) reporter.info(line);
  if (options.dryRun) return { ...report, outcome: 'planned' };
  await options.confirm?.(host.database);

  const held = await reporter.group('Lock', () => holdWorkers(context));
  try {
    return await muted(context, 'restore', async () => {
      const began = now();
      const loaded = await reporter.group('Load', () =>
        orCancelled(context, asked(context, host, load(host, manifest.id, target))),
      );
      const restored = reachedBy(manifest, loaded);
      if (loaded.stoppedShort !== undefined)
        reporter.warning(
          `The log has a gap, or is damaged: it ends in segment ${loaded.stoppedShort.replace(' ', ', and there are some up to ')}. What was written after ${restored.recoveryPoint.toISOString()} is lost.`,
        );
      reporter.step({
        host: host.host.name,
        name: 'load',
        state: 'done',
        detail:
          target === 'point'
            ? `${loaded.name}, the same as was backed up`
            : `${loaded.name}, as it was at ${restored.recoveryPoint.toISOString()}`,
      });
      const previousDatabase = await reporter.group('Swap', () => swapIn(context, host, manifest, held));
      const at = now();
      const took = between(began, at);
      return await reporter.group('Look at the workers', async () => {
        const after = await noteRestored(held, restored, { at, reason: options.reason });
        const workers = await lookAfter(context, held);
        const done = { backup: restored, loss: lossOf(restored, current, at), previousDatabase, took, workers };
        const next = [...nextSteps(after, restored), ...(manifest.continuous === undefined ? [] : [NEW_BASE])];
        return { ...report, ...done, outcome: 'restored', next };
      });
    });
  } finally {
    await held.lock?.release();
  }
}

/**
 * In continuous mode the newest state is wanted, unless a backup is named, or an instant.
 * @throws ConfigurationError `restore-to`
 */
function targetOf({ id, release, to }: RestoreOptions, { continuous }: BackupManifest): Target {
  if (continuous !== undefined) return to ?? (id === undefined && release === undefined ? 'newest' : 'point');
  if (to === undefined) return 'point';
  throw new ConfigurationError({
    code: 'restore-to',
    message: 'Only where backups are made in continuous mode is there anything between two of them.',
    left: UNTOUCHED,
    hint: '`buka backups` lists what there is; `buka restore ID` takes one.',
  });
}

const lossAt = (target: Target, { manifest, current }: { manifest: BackupManifest; current: Current }, now: Date) =>
  target === 'point'
    ? lossOf(manifest, current, now)
    : { ...lossOf({ ...manifest, recoveryPoint: target === 'newest' ? now : target }, current, now), tables: [] };

/** What came back, where that is not the backup's own point: nobody has hashes of it. */
function reachedBy(manifest: BackupManifest, { reached, tables = {} }: Loaded): BackupManifest {
  if (reached === undefined) return manifest;
  const found = Object.entries(tables).map(([table, rows]) => [
    table,
    { rows, hash: manifest.tables[table]?.hash ?? '' },
  ]);
  return { ...manifest, recoveryPoint: reached, tables: Object.fromEntries(found) };
}

const NEW_BASE =
  'The log of the restored server goes on by itself, but nothing can be restored from it before it has a base: type `buka backup` now.';

/** A backup that is named can be restored also where the backup server doesn't let this machine in. */
async function choose(context: Context, options: RestoreOptions): Promise<BackupManifest['id']> {
  let known: KnownBackup[];
  try {
    known = await orCancelled(context, listBackups(context));
  } catch (error) {
    if (!(error instanceof BukaError)) throw error;
    if (options.id === undefined || error.code === 'cancelled') throw error.with({ left: UNTOUCHED });
    context.reporter.warning(`What is known of ${options.id} can't be asked: ${error.message}`);
    return options.id;
  }
  const { manifest, broken, proven } = chooseBackup(known, options);
  if (broken !== undefined)
    context.reporter.warning(
      `A later proof found ${manifest.id} broken: ${broken}. It is tried all the same; what comes back is compared before it takes the place of anything.`,
    );
  else if (proven === undefined) context.reporter.warning(neverProven(manifest, newestProven(known)));
  return manifest.id;
}

function neverProven({ id }: BackupManifest, other: KnownBackup | undefined): string {
  const said = `${id} was stored and never proven: whether it can be restored is not known before it is.`;
  if (other === undefined) return `${said} There is none that is proven.`;
  const { manifest } = other;
  return `${said} The newest proven one is of ${manifest.recoveryPoint.toISOString()}: \`buka restore ${manifest.id}\`.`;
}

async function swapIn(
  context: Context,
  host: DatabaseHost,
  { id }: BackupManifest,
  held: HeldWorkers,
): Promise<string | undefined> {
  try {
    await confirmHeld(held);
  } catch (error) {
    throw error instanceof BukaError ? error.with({ left: UNTOUCHED }) : error;
  }
  if (context.signal?.aborted) throw cancelled();
  const { name } = host.host;
  try {
    // From here on nobody cancels it: it is done in a moment, or not at all.
    const previous = await (await context.remote(host.host)).run(swap(host, id));
    const detail = previous === undefined ? host.database : `${host.database}; the one before is ${previous} now`;
    context.reporter.step({ host: name, name: 'swap', state: 'done', detail });
    return previous;
  } catch (error) {
    if (!(error instanceof BukaError)) throw error;
    const lost = ['unreachable', 'connection-lost', 'script-timeout', 'answer-unreadable', 'interrupted'].includes(
      error.code,
    );
    throw error.with({
      host: name,
      step: 'swap',
      left: lost
        ? 'The swap is done as a whole, or not at all; which of them is not known from here.'
        : `${UNTOUCHED} The new one is beside it.`,
      hint: `\`buka restore ${id} --dry-run\` tells: where each table has as many rows as the backup, it is done.`,
    });
  }
}

/** Asks the database host for what changes nothing that is in use. */
const asked = <Result>(context: Context, host: DatabaseHost, script: Script<Result>): Promise<Result> =>
  askAtLength(context, host, script, { step: script.name === 'load' ? 'load' : 'look', left: UNTOUCHED });

/** Waits, until the run is cancelled; the host goes on with what it was asked for, which touches nothing in use. */
function orCancelled<T>({ signal }: Context, work: Promise<T>): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const leave = () => reject(cancelled());
    work.finally(() => signal.removeEventListener('abort', leave)).then(resolve, reject);
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
  });
}

const cancelled = () =>
  new BukaError({
    code: 'cancelled',
    step: 'restore',
    message: 'The restore was cancelled.',
    left: `${UNTOUCHED} The database host may go on loading beside it; the next restore of the same backup replaces that.`,
    hint: 'Run the same again to restore.',
  });

interface Described {
  readonly manifest: BackupManifest;
  readonly loss: Loss;
  readonly target: Target;
  readonly current: Current;
}

function describeRestore(host: DatabaseHost, { manifest, loss, target, current }: Described): string[] {
  if (manifest.continuous !== undefined) return describeServer(host, { manifest, loss, target, current });
  const { id, recoveryPoint, bytes, release, kind, by, took } = manifest;
  const why = { deploy: 'before a deploy', manual: 'asked for', nightly: 'nightly' }[kind];
  return [
    `Restore ${host.database} on ${host.host.name} from backup ${id}: ${formatBytes(bytes)}, ${why}, by ${by}, of ${recoveryPoint.toISOString()}${release === null ? '' : `, when ${release} was on the workers`}.`,
    ...describeLoss(host.database, loss),
    `It is loaded beside the present one, ${took.restore === null ? '' : `in about ${formatDuration(took.restore)}, `}compared with what was backed up, and then takes its name; ${loss.nothingThere ? '' : 'the present one stays under another name. '}Whoever is at work in that moment is cut off and comes back to the new one.`,
  ];
}

/** In continuous mode it is the whole server that goes back. */
function describeServer(host: DatabaseHost, { manifest, loss, target, current }: Described): string[] {
  const { id, recoveryPoint, bytes, took } = manifest;
  const until =
    target === 'newest'
      ? 'the newest state that the backup server has'
      : `what it was at ${(target === 'point' ? recoveryPoint : target).toISOString()}`;
  const others = current.others.length === 0 ? '' : `, and with it ${current.others.join(', ')}`;
  return [
    `Restore the whole PostgreSQL server on ${host.host.name} to ${until}: ${host.database}${others}; from the base of ${formatBytes(bytes)} of backup ${manifest.continuous?.base ?? id}, and the log after it.`,
    ...(target === 'newest' && !loss.nothingThere
      ? ['Lost would be what was written and has not come to the backup server: seconds, where that receives.']
      : describeLoss(host.database, loss)),
    `It is built beside the present one, ${took.restore === null ? '' : `in ${formatDuration(took.restore)} or more, `}and then takes its place: PostgreSQL stops and starts again, which takes seconds in which every request fails. ${loss.nothingThere ? '' : 'The present data stays in another folder.'}`,
  ];
}
