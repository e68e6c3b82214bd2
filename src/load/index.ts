export { generate } from './generate';
export { pick, seeded } from './random';
export type { Sample } from './sample';
export type { Ask, LoadSettings } from './settings';
export { type Count, count, type Latency, latency, perSecond, reasons, type Second } from './statistics';
