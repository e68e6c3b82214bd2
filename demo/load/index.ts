export { type Count, type Latency, latency, perSecond, reasons, type Second } from '../../src/load';
export { count, generate, type Sample } from './customers';
export { Load } from './load';
export { defaults, type LoadSettings } from './settings';
export { type Kind, kinds } from './shop';
