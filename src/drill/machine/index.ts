export type { Figures, WindowVerdict } from './figures';
export { hostOf, type MachineDrill, machineDrills, type Plug, requireConfirmationOf } from './incident';
export { type MachineDrillOptions, type MachineDrillReport, machineDrill } from './machine-drill';
export { figureRows, lateText, windowText } from './words';
