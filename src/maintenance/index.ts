export { drain, type LoadBalancerDrained } from './drain';
export { type LoadBalancerReadmitted, readmit } from './readmit';
