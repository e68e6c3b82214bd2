import type { Cluster } from '../../src/cluster';
import { type Facts, myCnf, noFacts, pgpassLine, type Secret, type Setup, setupsOf } from '../../src/provision';
import { homeOf, primaryGroup } from './accounts';
import { file, folder, link, type SeedContext, type SeedEntry } from './seed';

/** What `buka provision` would put on this machine for a role, with the lab's own secrets. */
export function provisioned(context: SeedContext, role: Setup['role']): SeedEntry[] {
  const { machine, backups } = context;
  const cluster = startable(context.cluster);
  if (backups === undefined && (role === 'backup' || role === 'database')) return [];
  return setupsOf(cluster, machine.host, factsOf(context))
    .filter((setup) => setup.role === role)
    .flatMap(({ preparation, folders, files, secrets, units, enabled }) => [
      ...folders.map(({ path, ...place }) => folder(path, place)),
      ...[...preparation, ...files].map(({ path, content, ...place }) => file(path, content, place)),
      ...secrets.map((secret) => file(secret.path, contentOf(secret, context), secret)),
      ...[...units, ...enabled].map((unit) => enable(unit, files)),
    ]);
}

/** Where a team has a unit of its own, the lab has none of it, and starts what its Node.js can start. */
const startable = (cluster: Cluster): Cluster => ({
  ...cluster,
  workers: { ...cluster.workers, start: cluster.workers.start ?? ['node', 'dist/server.js'] },
});

/** What the machine would tell of itself. */
function factsOf({ backups, machine, accounts }: SeedContext): Facts {
  const deploy = { home: homeOf(accounts, machine.user), group: primaryGroup(accounts, machine.user) };
  return { ...(backups?.facts ?? noFacts), own: { interface: 'host0', deploy } };
}

function contentOf({ kind, before = '' }: Secret, context: SeedContext): string {
  const { cluster, databaseUrl } = context;
  // What a team adds to what is made.
  if (kind === 'environment')
    return [before, 'NODE_ENV=production\n', databaseUrl ? `DATABASE_URL=${databaseUrl}\n` : ''].join('');
  const { backups } = context;
  if (backups === undefined) throw new Error('a lab without backups has no secrets for them');
  const contents: Readonly<Record<typeof kind, () => string>> = {
    password: () => `${backups.repositoryPassword}\n`,
    pgpass: () => pgpassLine(cluster, backups.readerPassword),
    'my.cnf': () => myCnf(cluster, backups.readerPassword),
    key: () => backups.restoreKey,
  };
  return contents[kind]();
}

/** As `systemctl enable` links a unit: of the package, of Buka's own, or made from a template (`buka-backup@pos.timer`). */
function enable(unit: string, files: Setup['files']): SeedEntry {
  const template = unit.replace(/@[^.]*\./, '@.');
  const target = unit.endsWith('.timer') ? 'timers.target' : 'multi-user.target';
  const own = `/etc/systemd/system/${template}`;
  const at = files.some(({ path }) => path === own) ? own : `/lib/systemd/system/${template}`;
  return link(`/etc/systemd/system/${target}.wants/${unit}`, at);
}
