export { LoadBalancerSource, readingOf } from './source';
export { Watch, watchFailure } from './watch';
