import { BukaError } from '../errors';
import { type Manifest, previousGood, type ReleaseId, type WorkerReleases } from '../release';
import type { Observation } from './observe';
import type { Target } from './plan';
import { historyOf, isInDatabase, takenAway } from './restored';
import { presentOf } from './rollback-target';

/** A contract migration that the database has, or may have, and the release that ran it. */
export interface Crossed {
  readonly migration: string;
  readonly release: ReleaseId;
}

type Marked = Pick<Manifest, 'contractMigrations'>;

/**
 * The contract migrations that were run and that a release doesn't know: it can't live with the database as it is now.
 * Run were those of each release that is or was active on a worker, and those that a migration program was started for,
 * also where the run died before any worker was switched; not those that a restore of the database took away. A release
 * that knows a migration lists it by name.
 */
export function crossed(workers: readonly WorkerReleases[], target: Pick<Manifest, 'migrations'>): Crossed[] {
  const known = new Set(target.migrations);
  const history = historyOf(workers);
  const found = new Map<string, ReleaseId>();
  for (const { migration, release } of workers.flatMap(contractMigrationsRun)) {
    if (known.has(migration) || found.has(migration)) continue;
    if (isInDatabase(workers, migration, history)) found.set(migration, release);
  }
  return [...found].map(([migration, release]) => ({ migration, release }));
}

function contractMigrationsRun({ staged, active, history }: WorkerReleases): Crossed[] {
  const noted = history.flatMap(({ release, contract = [] }) => contract.map((migration) => ({ migration, release })));
  const known = new Set(history.filter(({ event }) => event !== 'restored').map(({ release }) => release));
  const carried = staged
    .filter(({ id, good }) => good || id === active || known.has(id))
    .flatMap(({ id, contractMigrations = [] }) => contractMigrations.map((migration) => ({ migration, release: id })));
  return [...noted, ...carried];
}

/**
 * What forbids to go to a release, by a deploy or a rollback: `migration-crossed`, where the database has, or may have,
 * a contract migration that the release doesn't know. Undefined where nothing does; a worker that didn't answer is not
 * considered.
 */
export function refuseCrossing({ workers }: Observation, target: Target): BukaError | undefined {
  const answered = releasesIn(workers);
  const found = crossed(answered, target);
  if (found.length === 0) return undefined;
  const [it, migrations] = found.length === 1 ? ['it', 'a migration'] : ['them', 'migrations'];
  const names = found.map(({ migration }) => migration).join(', ');
  const ran = found.map(({ migration, release }) => `release ${release} ran ${migration}`).join(', ');
  const restore = `The only other way is to restore the database from a backup made before ${it}, as docs/restore.md tells: all that customers did since then would be lost.`;
  return new BukaError({
    code: 'migration-crossed',
    step: 'preflight',
    message: `Release ${target.id} can't live with the database as it is now: ${migrations} marked \`buka: contract\` came after it.`,
    seen: `${ran}; ${target.id} does not list ${it}`,
    left: 'Nothing was changed.',
    hint:
      target.kind === 'rollback'
        ? `${backTo(answered, target)}Mend the fault in a commit that has ${names}, and deploy that: docs/rollback.md has the steps. ${restore}`
        : `Deploy a commit that has ${names}: put this one on top of the commit of ${found[0]?.release}. Was ${it} renamed or taken out? A file of the old name must stay. ${restore}`,
  });
}

/** The release that a rollback takes by itself, where another one was named and that one would be let through. */
function backTo(workers: readonly WorkerReleases[], target: Target): string {
  const id = previousGood(workers, presentOf(workers));
  if (id === undefined || id === target.id || crossed(workers, copyOf(workers, id)).length > 0) return '';
  return `\`buka rollback ${id}\` can be done. `;
}

/** Those of the migrations that a release's manifest marks contract. */
export const contractRun = ({ contractMigrations = [] }: Marked, migrations: readonly string[]): string[] =>
  migrations.filter((name) => contractMigrations.includes(name));

/**
 * Whether workers may go back to a release that they have, within a run.
 * @param ran the target's manifest, where the run ran its migrations; what earlier runs ran is in the observation
 */
export function mayGoBack({ workers }: Observation, ran: Marked | undefined, to: ReleaseId): boolean {
  const answered = releasesIn(workers);
  const older = copyOf(answered, to);
  const now = ran?.contractMigrations?.filter((name) => !older.migrations.includes(name)) ?? [];
  return now.length === 0 && crossed(answered, older).length === 0;
}

/** A release as some worker has it; of one that none has, it is not known that it knows any migration. */
const copyOf = (workers: readonly WorkerReleases[], wanted: ReleaseId): Pick<Manifest, 'migrations'> =>
  workers.flatMap(({ staged }) => staged).find(({ id }) => id === wanted) ?? { migrations: [] };

const releasesIn = (workers: Observation['workers']): WorkerReleases[] =>
  [...workers.values()].flatMap((seen) => (seen instanceof BukaError ? [] : [seen.releases]));

/** A release on the workers that waits for migrations that a restore took away. */
export interface Waiting {
  readonly release: ReleaseId;
  readonly migrations: readonly string[];
  /** A good release on all of the workers that can live with the database as it is. */
  readonly backTo?: ReleaseId | undefined;
}

/** Which of the active releases can't work with the database since it was restored, and where to go back to. */
export function waitingAfterRestore(workers: readonly WorkerReleases[]): Waiting[] {
  const active = [...new Set(workers.flatMap((worker) => worker.active ?? []))];
  return active.flatMap((release) => {
    const migrations = takenAway(workers, copyOf(workers, release));
    return migrations.length === 0 ? [] : [{ release, migrations, backTo: fitBefore(workers, release) }];
  });
}

function fitBefore(workers: readonly WorkerReleases[], release: ReleaseId): ReleaseId | undefined {
  const id = previousGood(workers, release);
  if (id === undefined) return undefined;
  const copy = copyOf(workers, id);
  const fits = crossed(workers, copy).length === 0 && takenAway(workers, copy).length === 0;
  return fits ? id : fitBefore(workers, id);
}
