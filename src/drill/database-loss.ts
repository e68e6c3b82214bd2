import { type BackupManifest, type Loss, restore, type WorkerAfter } from '../backup';
import type { Host } from '../cluster';
import { BukaError, ConfigurationError } from '../errors';
import { provision } from '../provision';
import type { Remote, Script } from '../remote';
import { acquire, type Context, muted } from '../rollout';
import { type Duration, formatBytes, formatDuration, seconds } from '../units';
import { unhealthyWorkers, waitForApp } from './app-back';
import { requireConfirmation } from './confirm';
import { type DatabaseServer, lookAtServer, refuseToLose } from './database-server';
import { makeServer } from './fresh';
import { type Left, leftAt, type Scene, type Stage, undoCommand } from './left';
import { countRows, isLossLine, type Lost, loseDatabase, type Rows } from './lose';
import { rowsLost, type TableLost } from './rows-lost';
import { between, hushed, timed } from './timing';

export interface DatabaseLossOptions {
  /** `<service>/<database host>`, as a person typed it. */
  readonly confirm: string | undefined;
  /** Who logs in to the database host and the backup server, with the rights of root. */
  readonly user: string;
  /** Delete the data instead of putting it aside. */
  readonly really: boolean;
  /** Called at each stage from the loss on: what there is if this process ends now. */
  readonly tellLeft?: ((left: Left) => void) | undefined;
}

/** In their order, one after the other, without gaps: together they are the recovery. */
export interface RecoveryPart {
  readonly name: 'loss' | 'provision' | 'load' | 'swap' | 'app back';
  readonly took: Duration;
}

export interface DatabaseLossReport {
  /** `app-down`: the database is back, and a worker doesn't become healthy. */
  readonly outcome: 'recovered' | 'app-down';
  readonly host: string;
  readonly database: string;
  readonly backup: BackupManifest;
  /** By the database host's clock. */
  readonly lostAt: Date;
  /** From the recovery point to the loss: what was written in it is lost. Both by the database host's clock. */
  readonly span: Duration;
  /** From the loss until every worker was healthy; undefined where one never was. */
  readonly recovery?: Duration | undefined;
  readonly parts: readonly RecoveryPart[];
  readonly tables: readonly TableLost[];
  /** Nobody wrote between the count and the loss. */
  readonly exact: boolean;
  /** Where the lost data is, on the database host, and what puts it back; undefined where it was deleted. */
  readonly aside?: string | undefined;
  readonly undo?: string | undefined;
  readonly workers: readonly WorkerAfter[];
  /** What to type next, where something is left to do. */
  readonly next: readonly string[];
  readonly error?: BukaError | undefined;
}

/** Between saying what will be lost, and losing it. */
const SECOND_THOUGHTS = seconds(5);

/**
 * Loses the database with its data, on purpose, and brings it back as a person would after a real loss: a new server,
 * set up by `provision`, and the newest backup, by `restore`. What it takes is measured.
 *
 * Cancelled before the loss, it changes nothing. From then on it goes on to the end, whether or not it is cancelled: to
 * stop half way would leave the app without its database.
 * @throws ConfigurationError `backup-not-configured`, `drill-not-confirmed`, `drill-engine`
 * @throws BukaError before anything is changed: `no-such-backup`, `drill-not-set-up`, `drill-app-unwell`,
 *   `drill-foreign-server`, `drill-other-databases`, `drill-settings-lost`, `too-little-space`, `lock-held`, `cancelled`;
 *   after the loss: what stopped a step, with what is left and what to type
 */
export async function databaseLoss(context: Context, options: DatabaseLossOptions): Promise<DatabaseLossReport> {
  if (context.cluster.database?.kind === 'mariadb')
    throw new ConfigurationError({
      code: 'drill-engine',
      message: 'The drill knows how to lose a PostgreSQL server; the database of this buka.yml is MariaDB.',
      left: 'Nothing was changed.',
      hint: '`buka prove` restores the newest backup on the backup server, and `buka restore --dry-run` shows what it would bring back.',
    });
  const { host, name: database } = requireConfirmation(context.cluster, options.confirm);
  const now = () => context.clock?.now() ?? new Date();
  const drill = { context, host, database, options, now };
  const { backup, server } = await beforeLoss(() => context.reporter.group('Look', () => look(drill)));
  const lock = await beforeLoss(() => context.reporter.group('Lock', () => acquire(context)));
  const stamp = now()
    .toISOString()
    .replace(/[-:]|\.\d+/g, '')
    .toLowerCase();
  const aside = options.really ? undefined : `${server.data}.lost-${stamp}`;
  const scene = { host: host.name, database, server, backup: backup.id, aside, stamp };
  try {
    await beforeLoss(() => secondThoughts(drill, scene));
    await beforeLoss(() => lock.confirm());
    return await muted(context, 'drill', async () => {
      const { seen, lost } = await lose(drill, scene);
      const fresh = await makeAnother(drill, scene);
      await lock.release(); // The restore takes it by itself; meanwhile there is no database that anybody could deploy to.
      return bringBack(drill, { scene, backup, lost, lostAt: seen, gone: fresh.began, setUp: fresh.ended });
    });
  } finally {
    await lock.release();
  }
}

interface Drill {
  readonly context: Context;
  readonly host: Host;
  readonly database: string;
  readonly options: DatabaseLossOptions;
  readonly now: () => Date;
}

async function beforeLoss<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof BukaError ? error.with({ step: 'look', left: 'Nothing was changed.' }) : error;
  }
}

const rootOn = ({ context, host, options }: Drill): Promise<Remote> => context.remote({ ...host, user: options.user });

/** Everything that could keep the database from coming back is found out now, while it is there. */
async function look(drill: Drill): Promise<{ backup: BackupManifest; server: DatabaseServer }> {
  const { context, host, database, options } = drill;
  const quiet = { ...context, reporter: hushed(context.reporter) };
  const { outcome, differences } = await provision(quiet, { check: true, hosts: [host.name], user: options.user });
  if (outcome === 'differs')
    throw new BukaError({
      code: 'drill-not-set-up',
      host: host.name,
      step: 'look',
      message:
        'It is not set up as it should be, so what a recovery takes could not be told from what was wrong before.',
      seen: differences.map(({ what, seen }) => `${what}: ${seen}`).join('\n'),
      left: 'Nothing was changed.',
      hint: `\`buka provision ${host.name}\` puts it right.`,
    });
  const found = await (await rootOn(drill)).run(lookAtServer(database));
  const unwell = await unhealthyWorkers(context);
  if (unwell.length > 0)
    throw new BukaError({
      code: 'drill-app-unwell',
      host: unwell[0],
      step: 'look',
      message: `${unwell.join(', ')} ${unwell.length > 1 ? 'are' : 'is'} not healthy before the drill, so it could not tell when the app is back.`,
      left: 'Nothing was changed.',
      hint: '`buka status` tells what is wrong.',
    });
  // The database host reads the backup's manifest for this: it gets through to the backup server, with a key that works.
  const { backup, loss } = await restore(quiet, { dryRun: true });
  refuseToLose(found, { really: options.really, backupBytes: backup.bytes });
  for (const line of describeLook(database, backup, loss)) context.reporter.info(line);
  const others = found.settingsAmongData;
  if (others.length > 0 && backup.continuous === undefined)
    context.reporter.warning(
      `ALTER SYSTEM set ${others.join(', ')} on ${host.name}: that is among the data, is lost with them, and stays so.`,
    );
  return { backup, server: found.server };
}

function describeLook(
  database: string,
  { id, bytes, recoveryPoint, continuous, proof }: BackupManifest,
  { span, tables }: Loss,
): string[] {
  const changed = tables.filter(({ now, inBackup }) => now !== inBackup);
  const rows = (count: number | undefined) => (count === undefined ? 'no such table' : count.toLocaleString('en-US'));
  const newest = `The newest ${proof === null ? '' : 'proven '}backup is ${id}`;
  if (continuous !== undefined)
    return [
      `${newest}, with a base of ${formatBytes(bytes)}, and the log after it: what was written and has not come to the backup server will be lost.`,
    ];
  return [
    `${newest}, ${formatBytes(bytes)}, of ${recoveryPoint.toISOString()}: what was written in the ${formatDuration(span)} since then will be lost.`,
    ...changed.map(({ table, now, inBackup }) => `  ${table}: ${rows(now)} now, ${rows(inBackup)} in the backup`),
    `  ${tables.length - changed.length} of ${tables.length} tables of ${database} with as many rows as in the backup`,
  ];
}

async function secondThoughts({ context, host, database, options }: Drill, { backup }: Scene): Promise<void> {
  const { reporter, signal, clock } = context;
  reporter.warning(
    `In ${formatDuration(SECOND_THOUGHTS)} ${database} on ${host.name} (${host.address}) is lost${options.really ? ' and its data DELETED' : ''}, to be restored from ${backup}. Ctrl-C now changes nothing.`,
    'nothing',
  );
  const waited = clock?.sleep(SECOND_THOUGHTS) ?? new Promise<void>((resolve) => setTimeout(resolve, SECOND_THOUGHTS));
  const cancelled = new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
  if (!signal?.aborted) await Promise.race([waited, cancelled]);
  if (signal?.aborted)
    throw new BukaError({
      code: 'cancelled',
      step: 'look',
      message: 'The drill was cancelled.',
      left: 'Nothing was changed, and nothing lost.',
      hint: 'Run the same again to drill.',
    });
}

/** Does one stage; if it fails, what is left and what to type is of that stage, whatever the part knew of it. */
async function inStage<T>({ options }: Drill, scene: Scene, stage: Stage, work: () => Promise<T>): Promise<T> {
  const { left, hint } = leftAt(stage, scene);
  options.tellLeft?.({ left, hint });
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof BukaError)) throw new BukaError(unforeseen(error, { left, hint }));
    const { failure } = error;
    throw new BukaError({ ...failure, left, hint: [failure.hint, hint].filter(Boolean).join(' Then: ') });
  }
}

/** A fault of ours must not hide how the database comes back. */
const unforeseen = (cause: unknown, left: Left) => ({
  ...left,
  code: 'drill-broke-off',
  message: 'The drill broke off by a fault of its own.',
  seen: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause),
  cause,
});

/** @returns also when that was, by this machine's clock */
async function lose(drill: Drill, scene: Scene): Promise<{ seen: Date; lost: Lost }> {
  const { context, database, now } = drill;
  const { reporter } = context;
  return reporter.group('Lose the database', () =>
    inStage(drill, scene, 'losing', async () => {
      let seen: Date | undefined;
      const onLine = (line: string) => {
        if (isLossLine(line)) seen = now();
      };
      const { server, aside, host } = scene;
      const lost = await on(drill, loseDatabase({ server, database, aside }), onLine);
      const rows = Object.values(lost.rows).reduce((sum, count) => sum + count, 0);
      const where = aside === undefined ? 'its data is deleted' : `its data is in ${aside}`;
      reporter.step({
        host,
        name: 'lost',
        state: 'done',
        detail: `${rows} rows at ${lost.at.toISOString()}; ${where}`,
      });
      if (!lost.exact)
        reporter.warning(
          'A transaction that went on kept the drill from counting at the very moment: the rows at the loss are those from shortly before.',
          'nothing',
        );
      if (aside !== undefined) reporter.info(`To put it back at any time, as root on ${host}: ${undoCommand(scene)}`);
      return { seen: seen ?? now(), lost };
    }),
  );
}

/** A new, empty server in its place, set up. @returns when that began and ended */
async function makeAnother(drill: Drill, scene: Scene): Promise<{ began: Date; ended: Date }> {
  const { context, host, options, now } = drill;
  const began = now();
  await context.reporter.group('Set up a new one', async () => {
    await inStage(drill, scene, 'lost', () => on(drill, makeServer(scene.server, scene.stamp)));
    context.reporter.step({
      host: host.name,
      name: 'new server',
      state: 'done',
      detail: `PostgreSQL ${scene.server.version}`,
    });
    await inStage(drill, scene, 'empty', () =>
      provision(context, { check: false, hosts: [host.name], user: options.user }),
    );
  });
  return { began, ended: now() };
}

async function on<T>(drill: Drill, script: Script<T>, onLine?: (line: string) => void): Promise<T> {
  const { context, host } = drill;
  context.reporter.step({ host: host.name, name: script.name, state: 'started' });
  try {
    return await (await rootOn(drill)).run(script, onLine === undefined ? {} : { onLine });
  } catch (error) {
    context.reporter.step({ host: host.name, name: script.name, state: 'failed' });
    throw error instanceof BukaError ? error.with({ host: host.name, step: script.name }) : error;
  }
}

interface Course {
  readonly scene: Scene;
  readonly backup: BackupManifest;
  readonly lost: Lost;
  /** By this machine's clock: the loss, the data gone, the new server set up. */
  readonly lostAt: Date;
  readonly gone: Date;
  readonly setUp: Date;
}

async function bringBack(drill: Drill, course: Course): Promise<DatabaseLossReport> {
  const { context, now } = drill;
  const { scene, backup, lost } = course;
  const timing = timed(context.reporter, now);
  // Nobody's Ctrl-C stops the way back.
  const { signal: _, ...unstoppable } = { ...context, reporter: timing.reporter };
  const restored = await inStage(drill, scene, 'restoring', () =>
    // In continuous mode the newest state is more than the newest backup.
    restore(unstoppable, {
      id: backup.continuous === undefined ? backup.id : undefined,
      reason: 'drill: database-loss',
    }),
  );
  return inStage(drill, scene, 'restored', async () => {
    const unwell = restored.workers.some(({ state }) => state !== 'answers')
      ? await context.reporter.group('Wait for the app', () => waitForApp(unstoppable, now))
      : [];
    const back = now();
    const rows = await on(drill, countRows(scene.database));
    const inBackup: Rows = Object.fromEntries(
      Object.entries(restored.backup.tables).map(([table, { rows }]) => [table, rows]),
    );
    return {
      outcome: unwell.length === 0 ? 'recovered' : 'app-down',
      host: scene.host,
      database: scene.database,
      backup: restored.backup,
      lostAt: lost.at,
      span: between(restored.backup.recoveryPoint, lost.at),
      recovery: unwell.length === 0 ? between(course.lostAt, back) : undefined,
      parts: partsOf(course, timing, back),
      tables: rowsLost({ atLoss: lost.rows, inBackup, now: rows }),
      exact: lost.exact,
      aside: scene.aside,
      undo: scene.aside === undefined ? undefined : undoCommand(scene),
      workers: restored.workers.map((one) =>
        unwell.includes(one.worker) ? one : { ...one, state: 'answers' as const },
      ),
      next: restored.next,
      error: unwell.length === 0 ? undefined : appDown(unwell, scene),
    };
  });
}

function partsOf({ lostAt, gone, setUp }: Course, timing: ReturnType<typeof timed>, back: Date): RecoveryPart[] {
  const loaded = timing.endOf('Load') ?? back;
  const swapped = timing.endOf('Swap') ?? back;
  const moments = [lostAt, gone, setUp, loaded, swapped, back];
  const parts = ['loss', 'provision', 'load', 'swap', 'app back'] as const;
  return parts.map((name, at) => ({ name, took: between(moments[at] ?? back, moments[at + 1] ?? back) }));
}

const appDown = (unwell: readonly string[], scene: Scene): BukaError =>
  new BukaError({
    ...leftAt('restored', scene),
    code: 'drill-app-down',
    host: unwell[0],
    step: 'app back',
    message: `The database is back, and ${unwell.join(', ')} ${unwell.length > 1 ? 'are' : 'is'} not healthy: so it would be after a real loss.`,
  });
