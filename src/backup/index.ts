export { backupBeforeDeploy } from './before-deploy';
export { type KnownBackup, listBackups } from './list';
export { type BackupId, type BackupManifest, backupId } from './manifest';
export { backupProgram, programVersion, restoreProgram } from './programs';
export { type Proof, proveBackup } from './prove';
export { type BackupOptions, takeBackup } from './take';
