export { requireConfirmation } from './confirm';
export { databaseLoss } from './database-loss';
export type { Left } from './left';
export type { DatabaseLossReport, RecoveryPart } from './report';
export type { TableLost } from './rows-lost';
export type { DatabaseLossOptions } from './stage';
