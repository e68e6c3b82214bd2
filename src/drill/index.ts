export { requireConfirmation } from './confirm';
export {
  type DatabaseLossOptions,
  type DatabaseLossReport,
  databaseLoss,
  type RecoveryPart,
} from './database-loss';
export type { Left } from './left';
export type { TableLost } from './rows-lost';
