import { BukaError } from '../errors';
import type { Script } from '../remote';
import type { Context } from '../rollout';
import { type Duration, minutes, seconds } from '../units';
import { ask } from './ask';
import { type BackupManifest, parseManifest } from './manifest';
import { type BackupServer, backupServer } from './server';

/** A backup as it is known now. */
export interface KnownBackup {
  readonly manifest: BackupManifest;
  /** The last time that it was shown that it can be restored, and how long that took; undefined where it never was. */
  readonly proven?: { readonly at: Date; readonly took: Duration } | undefined;
  /** What a later proof found; undefined where none found anything. */
  readonly broken?: string | undefined;
}

/**
 * Every backup of the service, oldest first.
 * @throws ConfigurationError `backup-not-configured`; BukaError with one of the codes in `failures.ts`,
 *   `answer-unreadable`, or what kept the backup server from being reached
 */
export async function listBackups(context: Context): Promise<KnownBackup[]> {
  const server = backupServer(context.cluster);
  const { host } = server;
  try {
    return await (await context.remote(host)).run(list(server));
  } catch (error) {
    throw error instanceof BukaError ? error.with({ host: host.name }) : error;
  }
}

export function list(server: BackupServer): Script<KnownBackup[]> {
  const { service } = server;
  return ask(server, {
    name: 'backups',
    request: { do: 'list', service },
    deadline: minutes(2),
    read(answer) {
      if (answer.at(-1) !== 'listed') throw unreadable('The list of backups has no end.', answer.at(-1));
      const known = new Map<string, KnownBackup>();
      for (const line of answer.slice(0, -1)) {
        const backup = readLine(line, known);
        if (backup === undefined || backup.manifest.service !== service)
          throw unreadable(`The list of backups has a line that tells of no backup of ${service}.`, line);
        known.set(backup.manifest.id, backup);
      }
      return [...known.values()];
    },
  });
}

/** What a line says: of a backup, or of a later proof of one that was told before. */
function readLine(line: string, known: ReadonlyMap<string, KnownBackup>): KnownBackup | undefined {
  const [, what, rest = ''] = /^(manifest|proved|broken) (.*)$/.exec(line) ?? [];
  if (what === 'manifest') {
    const manifest = parseManifest(rest);
    if (manifest === undefined || manifest.proof === null) return manifest && { manifest };
    return { manifest, proven: { at: manifest.proof.at, took: manifest.took.prove } };
  }
  const [, id = '', seen = ''] = /^(\S+) ?(.*)$/.exec(rest) ?? [];
  const backup = known.get(id);
  if (backup === undefined) return undefined;
  if (what === 'broken') return { ...backup, broken: seen || 'it could not be restored' };
  const proven = readProof(rest, id);
  return proven && { manifest: backup.manifest, proven };
}

/** `<id> <instant> <seconds>`; undefined for anything else, were it the proof of another backup. */
export function readProof(text: string, id: string): KnownBackup['proven'] {
  const [, of, instant = '', took] = /^(\S+) (\S+) (\d+(?:\.\d+)?)$/.exec(text) ?? [];
  const at = new Date(instant);
  return of === id && !Number.isNaN(at.getTime()) ? { at, took: seconds(Number(took)) } : undefined;
}

export const unreadable = (message: string, seen: string | undefined) =>
  new BukaError({
    code: 'answer-unreadable',
    message,
    seen: seen?.slice(0, 500) || 'nothing',
    hint: '`buka provision`, with this version of Buka, installs the program that fits.',
  });
