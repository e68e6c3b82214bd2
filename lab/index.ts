export { down } from './down';
export type { ExecOptions, Output } from './exec';
export { ensureTools } from './host';
export { attachLab, Lab } from './lab';
export { insideNetwork, insideRunner } from './network';
export type { LabRecord, MachineRecord, Role, Size } from './state';
export { type UpOptions, up } from './up';
