export type * from './release';
