export {
  type CompareOptions,
  type CompareReport,
  compare,
  compareMarkdown,
  comparePage,
  loadWords,
  notesOf,
  requireConfirmed,
  rowsOf,
  sharingWords,
  systemWords,
} from './compare';
export { requireConfirmation } from './confirm';
export {
  type DatabaseLossOptions,
  type DatabaseLossReport,
  databaseLoss,
  type RecoveryPart,
} from './database-loss';
export type { Left } from './left';
export {
  type Figures,
  figureRows,
  hostOf,
  type MachineDrill,
  type MachineDrillOptions,
  type MachineDrillReport,
  machineDrill,
  machineDrills,
  type Plug,
  requireConfirmationOf,
  windowText,
} from './machine';
export type { TableLost } from './rows-lost';
