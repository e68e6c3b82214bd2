export type * from './load-balancer';
