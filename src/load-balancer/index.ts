export { loadBalancer } from './factory';
export * from './load-balancer';
export { type AddressView, AWAY_FILE, lookAtAddress, SERVES_PROGRAM } from './shared-address';
