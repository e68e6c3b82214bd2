import { myCnf, pgpassLine, type Secret, type Setup, setupsOf } from '../../src/provision';
import { file, folder, link, type SeedContext, type SeedEntry } from './seed';

/** What `buka provision` would put on this machine for a role, with the lab's own secrets. */
export function provisioned(context: SeedContext, role: Setup['role']): SeedEntry[] {
  const { cluster, machine, backups } = context;
  if (backups === undefined) return [];
  return setupsOf(cluster, machine.host, backups.facts)
    .filter((setup) => setup.role === role)
    .flatMap(({ preparation, folders, files, secrets, units }) => [
      ...folders.map(({ path, ...place }) => folder(path, place)),
      ...[...preparation, ...files].map(({ path, content, ...place }) => file(path, content, place)),
      ...secrets.map((secret) => file(secret.path, contentOf(secret, context), secret)),
      ...units.map(enabled),
    ]);
}

function contentOf({ kind }: Secret, { cluster, backups }: SeedContext): string {
  if (backups === undefined) throw new Error('a lab without backups has no secrets for them');
  const contents: Readonly<Record<Secret['kind'], () => string>> = {
    password: () => `${backups.repositoryPassword}\n`,
    pgpass: () => pgpassLine(cluster, backups.readerPassword),
    'my.cnf': () => myCnf(cluster, backups.readerPassword),
    key: () => backups.restoreKey,
    environment: () => '',
  };
  return contents[kind]();
}

/** As `systemctl enable` links a timer, or a service, that is made from a template: `buka-backup@pos.timer`. */
function enabled(unit: string): SeedEntry {
  const template = unit.replace(/@[^.]*\./, '@.');
  const target = unit.endsWith('.timer') ? 'timers.target' : 'multi-user.target';
  return link(`/etc/systemd/system/${target}.wants/${unit}`, `/etc/systemd/system/${template}`);
}
