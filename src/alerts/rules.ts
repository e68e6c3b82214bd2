import type { Cluster } from '../cluster';
import { backupRules } from './backups';
import { machineRules } from './machines';
import { objectiveRules } from './objectives';
import type { Rule } from './rule';

/** All that somebody is told of, for Prometheus as Buka sets it up. Pure. */
export const alertRules = (cluster: Cluster): Rule[] => [
  ...objectiveRules(cluster),
  ...machineRules(cluster),
  ...backupRules(cluster),
];
