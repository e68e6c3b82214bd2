export { generate } from './generate';
export { Load } from './load';
export { type Kind, kinds, type Sample } from './sample';
export { defaults, type LoadSettings } from './settings';
export { type Count, count, type Latency, latency, perSecond, reasons, type Second } from './statistics';
