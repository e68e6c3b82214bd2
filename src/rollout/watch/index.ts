export { type Figures, judge } from './judge';
export { LoadBalancerSource, type Reading, readingOf, type WatchSource } from './source';
export { binomialTail } from './statistics';
export { Tally } from './tally';
export { CONSECUTIVE_ERROR_LIMIT, Watch, watchFailure } from './watch';
