import type { Script } from '../remote';
import type { Context } from '../rollout';
import { type Duration, formatDuration, minutes } from '../units';
import { ask } from './ask';
import { listBackups, readProof, unreadable } from './list';
import type { BackupId } from './manifest';
import { askAtLength, type BackupServer, backupServer } from './server';

/** As long as a backup may take. */
const DEADLINE = minutes(12 * 60);

/** A backup was read back, restored, and found to be what production held. */
export interface Proof {
  readonly id: BackupId;
  readonly at: Date;
  readonly took: Duration;
}

/**
 * Proves a backup once more; one that fails is listed as broken from then on.
 * @param id the newest one when absent
 * @throws ConfigurationError `backup-not-configured`; BukaError with one of the codes in `failures.ts`,
 *   `answer-unreadable`, or what kept the backup server from being reached
 */
export async function proveBackup(context: Context, id?: BackupId): Promise<Proof> {
  const server = backupServer(context.cluster);
  const { name: host } = server.host;
  const wanted = id ?? (await listBackups(context)).at(-1)?.manifest.id;
  if (wanted === undefined) throw server.failure('no-such-backup', 'there is none yet').with({ host, step: 'proof' });
  const proof = await askAtLength(context, server, prove(server, wanted, context.cluster.rollout.lockTimeout), {
    step: 'proof',
    detail: wanted,
    left: 'No other backup was touched.',
  });
  context.reporter.step({ host, name: 'proof', state: 'done', detail: `${wanted} in ${formatDuration(proof.took)}` });
  return proof;
}

/** @param wait how long it may wait for another backup, or proof, to end */
export function prove(server: BackupServer, id: BackupId, wait: Duration): Script<Proof> {
  return ask(server, {
    name: 'proof',
    request: { do: 'prove', service: server.service, id, wait: String(Math.ceil(wait / 1000)) },
    deadline: DEADLINE,
    read(answer) {
      const last = answer.at(-1) ?? '';
      const proof = last.startsWith('proved ') ? readProof(last.slice('proved '.length), id) : undefined;
      if (proof === undefined) throw unreadable(`The backup server did not say that ${id} is proven.`, last);
      return { id, ...proof };
    },
  });
}
