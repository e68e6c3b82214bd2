import type { Host } from '../cluster';
import { BukaError } from '../errors';
import { type HistoryEntry, migratedEntries, type ReleaseId, recordHistory } from '../release';
import { type Script, succeeded } from '../remote';
import { minutes } from '../units';
import { type Context, signature, systemClock } from './context';
import { fenceText, LOCK_LOST, lockLost } from './lock';
import type { Plan } from './plan';

/** A migration that takes longer is stopped; what may take hours does not belong before a switch. */
const DEADLINE = minutes(15);

/**
 * Exports the variables of an env file as systemd.exec(5) `EnvironmentFile` reads it, in so far as people use it: a
 * `KEY=VALUE` a line, `#` and `;` for comments, a pair of quotes around a value taken off. Nothing in it is evaluated,
 * and no value gets into an argument list, which others on the host could read.
 */
const environmentText = String.raw`
while IFS= read -r buka_line || [ -n "$buka_line" ]; do
  case $buka_line in
    '' | '#'* | ';'*) continue ;;
    *=*) ;;
    *) continue ;;
  esac
  buka_key=$(printf %s "$(printf '%s\n' "$buka_line" | cut -d = -f 1)" | tr -d ' \t')
  buka_value=$(printf '%s\n' "$buka_line" | sed -e 's/^[^=]*=[[:space:]]*//' -e 's/[[:space:]]*$//')
  case $buka_key in '' | [0-9]* | *[!A-Za-z0-9_]*) continue ;; esac
  case $buka_value in
    \"*\") buka_value=$(printf '%s\n' "$buka_value" | sed -e 's/^"//' -e 's/"$//' -e 's/\\\(["\\$${'`'}]\)/\1/g') ;;
    \'*\') buka_value=$(printf '%s\n' "$buka_value" | sed -e "s/^'//" -e "s/'$//") ;;
  esac
  export "$buka_key=$buka_value"
done
`;

/** Runs the app's migration program, word for word, in the staged release's folder with the app's variables. */
export function migration(
  { root, envFile }: { root: string; envFile?: string | undefined },
  id: ReleaseId,
  words: readonly string[],
  owner: string,
): Script<void> {
  const named = words.map((_, index) => `word${index}`);
  return {
    name: `migrate ${id}`,
    text: `${fenceText}
set -- ${named.map((name) => `"$${name}"`).join(' ')}
cd -- "$root/releases/$id/tree"
exec 2>&1
if [ -n "$env_file" ]; then
  exec 3<"$env_file"
  {${environmentText}} <&3
  exec 3<&-
fi
exec "$@"
`,
    values: {
      root,
      id,
      owner,
      env_file: envFile ?? '',
      ...Object.fromEntries(named.map((name, index) => [name, words[index] ?? ''])),
    },
    deadline: DEADLINE,
    parse(output) {
      if (output.status === LOCK_LOST) throw lockLost(undefined, undefined);
      succeeded(output);
    },
  };
}

/** Writes a line of the history, for a run that still has the lock only. */
export function noteMigrated(root: string, entry: HistoryEntry, owner: string): Script<void> {
  const record = recordHistory(root, entry);
  return {
    ...record,
    text: `${fenceText}${record.text}`,
    values: { ...record.values, owner },
    parse(output) {
      if (output.status === LOCK_LOST) throw lockLost(undefined, undefined);
      record.parse(output);
    },
  };
}

/** Notes on a worker that the migrations run, with those that are contract. */
async function note(
  context: Context,
  host: Host,
  { target, from }: Plan,
  owner: string,
  contract: readonly string[],
): Promise<void> {
  const { cluster, run, clock = systemClock } = context;
  const about = { at: clock.now(), release: target.id, from, by: signature(run) };
  const remote = await context.remote(host);
  for (const entry of migratedEntries(about, contract))
    await remote.run(noteMigrated(cluster.workers.root, entry, owner));
}

/**
 * Migrates the database once, on one worker, before any worker switches. Before the program starts it is noted there:
 * whatever becomes of the run, the program, or the release's folder, a later rollback knows what the database may have
 * been through. The other workers note it meanwhile, since this one may be the one that is gone by then.
 * @param contract those of the migrations that an older release can't live with
 * @throws BukaError `migration-failed` with the end of what the program said; what kept the worker from noting it
 */
export async function migrate(context: Context, plan: Plan, owner: string, contract: readonly string[]): Promise<void> {
  const { workers, release } = context.cluster;
  const { migrate: planned } = plan;
  const host = workers.hosts.find(({ name }) => name === planned?.worker);
  if (planned === undefined || host === undefined || release.migrate === undefined) return;
  await note(context, host, plan, owner, contract).catch((error) => {
    if (!(error instanceof BukaError)) throw error;
    throw error.with({ host: host.name, step: 'migrate', left: 'Nothing was migrated; no worker was switched.' });
  });
  const others = workers.hosts.filter((other) => other !== host);
  const noted = others.map((other) =>
    note(context, other, plan, owner, contract).catch((error) => {
      if (!(error instanceof BukaError)) throw error;
      context.reporter.warning(
        `${other.name} could not note the migration, which ${host.name} runs: ${error.message}`,
        'nothing',
      );
    }),
  );
  const ran = runProgram(context, host, plan, release.migrate, owner, contract);
  const failed = (await Promise.allSettled([ran, ...noted])).find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}

async function runProgram(
  context: Context,
  host: Host,
  { target, migrate: planned }: Plan,
  program: readonly string[],
  owner: string,
  contract: readonly string[],
): Promise<void> {
  const { reporter, cluster } = context;
  const remote = await context.remote(host);
  reporter.step({
    host: host.name,
    name: 'migrate',
    state: 'started',
    detail: planned?.migrations.join(', ') || undefined,
  });
  try {
    await remote.run(migration(cluster.workers, target.id, program, owner), {
      onLine: (line) => reporter.step({ host: host.name, name: 'migrate', state: 'progress', detail: line }),
    });
  } catch (error) {
    if (!(error instanceof BukaError)) throw error;
    reporter.step({ host: host.name, name: 'migrate', state: 'failed', detail: error.failure.seen });
    if (error.code !== 'script-failed') throw error.with({ host: host.name, step: 'migrate' });
    throw new BukaError({
      code: 'migration-failed',
      host: host.name,
      step: 'migrate',
      message: `${program.join(' ')} failed; no worker was switched.`,
      seen: error.failure.seen ?? error.failure.message,
      left:
        contract.length > 0
          ? `The database is as the program left it. Whether it had run ${contract.join(', ')} can't be told from here, so releases from before are refused from now on.`
          : 'The database is as the program left it.',
      hint: `Mend the migration${contract.length > 0 ? ', under the same name,' : ''} and deploy again. The program must leave the database as it was when it fails.`,
    });
  }
  reporter.step({ host: host.name, name: 'migrate', state: 'done' });
}
