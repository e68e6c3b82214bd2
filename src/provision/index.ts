export { type Facts, noFacts } from './facts';
export { passwordFile } from './names';
export {
  type FoundDifference,
  type ProvisionContext,
  type ProvisionOptions,
  type ProvisionReport,
  provision,
} from './provision';
export { hbaLine, pgpassLine, readerSql, scramVerifier } from './reader';
export { rolesOf, setupsOf } from './roles';
export type { Account, Folder, HostRole, ManagedFile, Place, Secret, Setup } from './setup';
