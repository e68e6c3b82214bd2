import { type BackupManifest, restore } from '../../backup';
import { BukaError } from '../../errors';
import { between } from '../../units';
import { waitForApp } from './app-back';
import { leftAt, type Scene, undoCommand } from './left';
import { countRows, type Lost, type Rows } from './lose';
import type { DatabaseLossReport, RecoveryPart } from './report';
import { rowsLost } from './rows-lost';
import { type Drill, inStage, on } from './stage';
import { timed } from './timing';

/** How it went until the new server was set up. */
export interface Course {
  readonly scene: Scene;
  readonly backup: BackupManifest;
  readonly lost: Lost;
  /** By this machine's clock: the loss, the data gone, the new server set up. */
  readonly lostAt: Date;
  readonly gone: Date;
  readonly setUp: Date;
}

/** The newest backup into the new server, and what came back with it. */
export async function bringBack(drill: Drill, course: Course): Promise<DatabaseLossReport> {
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
