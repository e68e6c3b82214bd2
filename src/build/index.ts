export { type BuildSettings, type Built, build } from './build';
