import { type BackupManifest, type Loss, restore } from '../../backup';
import { BukaError } from '../../errors';
import { provision } from '../../provision';
import { formatBytes, formatDuration } from '../../units';
import { unhealthyWorkers } from './app-back';
import { type DatabaseServer, lookAtServer, refuseToLose } from './server';
import { type Drill, rootOn } from './stage';
import { hushed } from './timing';

/** Everything that could keep the database from coming back is found out now, while it is there. */
export async function look(drill: Drill): Promise<{ backup: BackupManifest; server: DatabaseServer }> {
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
