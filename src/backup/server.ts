import type { Cluster, Host } from '../cluster';
import { BukaError, ConfigurationError } from '../errors';
import type { Script } from '../remote';
import type { Context } from '../rollout';
import { type Program, progressOf } from './ask';
import { backupFailure } from './failures';
import { programVersion } from './programs';

/** The backup server of a cluster, with the program on it, and what it is asked about. */
export interface BackupServer extends Program {
  readonly service: string;
  readonly host: Host;
  /** Name of the database that it makes backups of. */
  readonly database: string;
  readonly mode: 'dump' | 'continuous';
}

/** @throws ConfigurationError `backup-not-configured` */
export function backupServer({ service, backup, database }: Cluster): BackupServer {
  if (backup === undefined || database === undefined)
    throw new ConfigurationError({
      code: 'backup-not-configured',
      message: 'buka.yml names no backup server.',
      left: 'Nothing was changed.',
      hint: 'docs/backup-setup.md tells what it takes; the section in buka.yml is `backup: { host: NAME }`.',
    });
  return {
    service,
    host: backup.host,
    database: database.name,
    mode: backup.mode,
    path: '/usr/local/lib/buka/backup',
    account: 'buka-backup',
    version: programVersion.backup,
    failure: (code, seen) => backupFailure(service, code, seen),
  };
}

interface Asking {
  /** In the words of the log. */
  readonly step: 'backup' | 'proof' | 'look' | 'load' | 'swap' | 'drop';
  readonly detail?: string | undefined;
  /** What is left when it fails. */
  readonly left: string;
}

/** Asks for something that takes its time, and tells how it goes on. */
export async function askAtLength<Result>(
  context: Context,
  { host }: BackupServer,
  script: Script<Result>,
  { step: name, detail, left }: Asking,
): Promise<Result> {
  const tell = (state: 'started' | 'progress' | 'failed', words?: string) =>
    context.reporter.step({ host: host.name, name, state, detail: words });
  tell('started', detail);
  try {
    const remote = await context.remote(host);
    return await remote.run(script, {
      onLine: (line) => {
        const words = progressOf(line);
        if (words !== undefined) tell('progress', words);
      },
    });
  } catch (error) {
    if (!(error instanceof BukaError)) throw error;
    tell('failed', error.failure.message);
    throw error.with({ host: host.name, step: name, left });
  }
}
