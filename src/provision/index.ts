export { type Facts, noFacts, type OwnFacts } from './facts';
export { mariadbReaderSql, myCnf, nativeHash } from './mariadb-reader';
export {
  type FoundDifference,
  type ProvisionContext,
  type ProvisionOptions,
  type ProvisionReport,
  provision,
} from './provision';
export { hbaLine, hbaLines, pgpassLine, pointsSql, readerSql, scramVerifier } from './reader';
export { rolesOf, setupsOf } from './roles';
export type { HostRole, ManagedFile, Secret, Setup } from './setup';
