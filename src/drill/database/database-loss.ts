import { BukaError, ConfigurationError } from '../../errors';
import { provision } from '../../provision';
import { acquire, type Context, muted } from '../../rollout';
import { formatDuration, seconds } from '../../units';
import { bringBack } from './bring-back';
import { requireConfirmation } from './confirm';
import { makeServer } from './fresh';
import { type Scene, undoCommand } from './left';
import { look } from './look';
import { isLossLine, type Lost, loseDatabase } from './lose';
import type { DatabaseLossReport } from './report';
import { type DatabaseLossOptions, type Drill, inStage, on } from './stage';

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

async function beforeLoss<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof BukaError ? error.with({ step: 'look', left: 'Nothing was changed.' }) : error;
  }
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
