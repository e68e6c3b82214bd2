import { BukaError } from '../errors';
import type { Context } from '../rollout';
import { formatBytes } from '../units';
import { databaseHost, drop, listPrevious, type PreviousDatabase } from './restore-host';

export interface DropPreviousOptions {
  /** Only list them. */
  readonly dryRun?: boolean | undefined;
  /** Asked once they are listed. @throws BukaError where the person doesn't want it */
  readonly confirm?: ((database: string) => Promise<void>) | undefined;
}

export interface DroppedPrevious {
  /** Those that earlier restores had put aside. */
  readonly found: readonly PreviousDatabase[];
  readonly dropped: readonly string[];
}

/**
 * Drops the databases that earlier restores put aside. The present one is never among them.
 * @throws ConfigurationError `backup-not-configured`; BukaError with a code of `restore-failures.ts`, what `confirm`
 *   throws, or what kept the database host from being reached
 */
export async function dropPrevious(context: Context, options: DropPreviousOptions = {}): Promise<DroppedPrevious> {
  const host = databaseHost(context.cluster);
  const dropped: string[] = [];
  try {
    const remote = await context.remote(host.host);
    const found = await remote.run(listPrevious(host));
    for (const { name, bytes } of found) context.reporter.info(`${name}: ${formatBytes(bytes)}`);
    if (options.dryRun || found.length === 0) return { found, dropped };
    await options.confirm?.(host.database);
    for (const { name } of found) {
      if (context.signal?.aborted) throw new BukaError({ code: 'cancelled', message: 'It was cancelled.' });
      await remote.run(drop(host, name));
      dropped.push(name);
      context.reporter.step({ host: host.host.name, name: 'drop', state: 'done', detail: name });
    }
    return { found, dropped };
  } catch (error) {
    if (!(error instanceof BukaError)) throw error;
    const left =
      dropped.length === 0 ? 'Nothing was dropped.' : `Dropped were ${dropped.join(', ')}; the others are there.`;
    throw error.with({ host: host.host.name, step: 'drop', left });
  }
}
