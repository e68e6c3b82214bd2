import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  type DroppedPrevious,
  dropPrevious,
  type RestoreReport,
  readWanted,
  restore,
  type WorkerAfter,
} from '../backup';
import { listenForCancel } from '../cancel';
import { loadCluster } from '../cluster';
import { BukaError, ConfigurationError } from '../errors';
import { printable } from '../printable';
import { formatDuration } from '../units';
import type { AppOptions } from './commands';
import { type HostOptions, withContext } from './context';
import { OK } from './exit-status';
import type { Output } from './output';
import { columns } from './tables';

export interface RestoreOptions extends AppOptions, HostOptions {
  readonly release?: string;
  readonly to?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly reason?: string;
  readonly dropPrevious?: boolean;
}

export async function restoreCommand(id: string | undefined, options: RestoreOptions, out: Output): Promise<number> {
  const { dryRun = false, reason } = options;
  const wanted = readWanted({ id, release: options.release, to: options.to }, options.dropPrevious ?? false);
  if (!dryRun && !options.yes && !process.stdin.isTTY) throw nobodyToAsk();
  const cluster = await loadCluster(join(options.workingDirectory, options.config));
  const signal = dryRun ? undefined : listenForCancel(whenCancelled(out));
  const ask = (database: string) => {
    out.end();
    return confirm(database, { input: process.stdin, output: process.stderr, signal });
  };
  const asked = options.yes ? undefined : ask;
  const run = <T>(use: Parameters<typeof withContext<T>>[3]) =>
    withContext(cluster, out.reporter, options, use, signal);
  if (options.dropPrevious) {
    const dropped = await run((context) => dropPrevious(context, { dryRun, confirm: asked }));
    out.end();
    out.result(dropped, droppedText);
  } else {
    const report = await run((context) => restore(context, { ...wanted, dryRun, reason, confirm: asked }));
    out.end();
    out.result(report, restoreText);
  }
  return OK;
}

/** Where a person is asked: the terminal. */
export interface Dialogue {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  /** Aborted by Ctrl-C. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * A restore is not typed by accident: whoever asks for it types the name of what it replaces.
 * @throws BukaError `not-confirmed` for any other answer, and for none
 */
export async function confirm(database: string, { input, output, signal }: Dialogue): Promise<void> {
  // The terminal edits the line, and Ctrl-C stays a signal.
  const lines = createInterface({ input, terminal: false });
  output.write(`Type the database's name, ${database}, to go on; anything else stops: `);
  const answer = await new Promise<string>((resolve) => {
    lines.once('line', resolve);
    lines.once('close', () => resolve(''));
    if (signal?.aborted) resolve('');
    signal?.addEventListener('abort', () => resolve(''), { once: true });
  }).finally(() => lines.close());
  if (answer.trim() !== database) throw notConfirmed(database, answer);
}

const notConfirmed = (database: string, answer: string) =>
  new BukaError({
    code: 'not-confirmed',
    step: 'restore',
    message: `The name of the database is ${database}; that is not what was typed.`,
    seen: answer === '' ? 'nothing' : answer.slice(0, 100),
    left: 'Nothing was changed.',
    hint: 'Type the same again if you want it.',
  });

const nobodyToAsk = () =>
  new ConfigurationError({
    code: 'confirmation-needed',
    message: 'There is no terminal to ask whether that is wanted.',
    left: 'Nothing was changed.',
    hint: '`--dry-run` prints what would be lost; `--yes` goes on without asking.',
  });

const whenCancelled = (out: Output) => ({
  cancelled: () =>
    out.reporter.warning(
      'cancelled: the present database stays as it is; only a swap that has begun is waited for, which takes a moment.',
    ),
  quitting: () => {
    out.end();
    out.reporter.warning(
      'stopped at once: where the swap had begun, it is done as a whole or not at all. `buka restore --dry-run` tells: after it, the rows are those of the backup.',
    );
  },
});

export function restoreText({
  outcome,
  backup,
  database,
  previousDatabase,
  took,
  workers,
  next,
}: RestoreReport): string {
  const instant = backup.recoveryPoint.toISOString();
  if (outcome === 'planned') return `Planned, nothing was changed: backup ${backup.id} of ${instant}`;
  const parts = [
    `Restored: ${database} is what it was at ${instant}, from backup ${backup.id}${took === undefined ? '' : `, in ${formatDuration(took)}`}.`,
    previousDatabase &&
      `The database before is ${previousDatabase} now. When nobody needs it any more: buka restore --drop-previous`,
    columns([['worker', 'release', 'now'], ...workers.map(workerRow)]),
    next.join('\n'),
  ];
  return parts
    .filter(Boolean)
    .map((part) => printable(String(part)))
    .join('\n\n');
}

const workerRow = ({ worker, release, state }: WorkerAfter) => [
  worker,
  release ?? '-',
  { answers: 'answers', unhealthy: 'UNHEALTHY', 'not reached': 'NOT REACHED' }[state],
];

export function droppedText({ found, dropped }: DroppedPrevious): string {
  if (found.length === 0) return 'No restore has put a database aside.';
  if (dropped.length === 0) return `Planned, nothing was dropped: ${found.map(({ name }) => name).join(', ')}`;
  return `Dropped: ${dropped.join(', ')}`;
}
