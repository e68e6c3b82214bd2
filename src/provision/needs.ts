import type { Cluster } from '../cluster';

/** A cluster that has backups; the schema of `buka.yml` refuses `backup:` without `database:`. */
export function backupCluster(cluster: Cluster) {
  const { database, backup, ...rest } = cluster;
  if (database === undefined || backup === undefined) throw new Error('the cluster was checked to have backups');
  return { ...rest, database, backup };
}
