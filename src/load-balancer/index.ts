export { loadBalancer } from './factory';
export type * from './load-balancer';
