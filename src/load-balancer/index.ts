export { loadBalancer } from './factory';
export * from './load-balancer';
