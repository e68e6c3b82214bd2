import type { TakeBackup } from '../rollout';
import { takeBackup } from './take';

/** The backup that a deploy waits for: of the database as the release that it replaces can live with it. */
export const backupBeforeDeploy: TakeBackup = (context, { release, target }) =>
  takeBackup(context, { kind: 'deploy', release, reason: `before ${target}` });
