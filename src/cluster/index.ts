export type * from './cluster';
