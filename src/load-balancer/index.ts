export { loadBalancer } from './factory';
export * from './load-balancer';
export { type AddressView, AWAY_FILE, CUSTOMERS_KEEP, lookAtAddress, SERVES_PROGRAM } from './shared-address';
