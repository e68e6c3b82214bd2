import type { Cluster } from '../../cluster';
import { ConfigurationError } from '../../errors';

/**
 * A drill destroys on purpose, so whoever wants one says of what: two names, word for word. There is no default, and no
 * question on the terminal that a finger answers by itself.
 * @param typed what was given as `--confirm`
 * @returns the database of the cluster
 * @throws ConfigurationError `backup-not-configured`, `drill-not-confirmed`
 */
export function requireConfirmation({ service, database, backup }: Cluster, typed: string | undefined) {
  if (database === undefined || backup === undefined)
    throw new ConfigurationError({
      code: 'backup-not-configured',
      message: 'buka.yml names no backup server, so a database that is lost stays lost.',
      left: 'Nothing was changed.',
      hint: 'docs/backup-setup.md tells what it takes; the section in buka.yml is `backup: { host: NAME }`.',
    });
  const { host, name } = database;
  const wanted = `${service}/${host.name}`;
  if (typed !== wanted)
    throw new ConfigurationError({
      code: 'drill-not-confirmed',
      message: `This drill takes the database ${name} away from ${service}: PostgreSQL on ${host.name} (${host.address}) is stopped, and its data with it.`,
      seen: typed === undefined ? 'no --confirm' : `--confirm ${typed}`,
      left: 'Nothing was changed.',
      hint: `Is that a staging cluster? Then, the service and the database host of this buka.yml: \`--confirm ${wanted}\`.`,
    });
  return database;
}
