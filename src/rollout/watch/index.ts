export { type Answered, AppTimes, type AskTimes } from './app-times';
export { LoadBalancerSource, readingOf } from './source';
export { Watch, watchFailure } from './watch';
