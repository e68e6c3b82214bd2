export { type BuildSettings, type Built, build } from './build';
export type { FailedTest, TestResults } from './junit';
export { countsOf } from './test-results';
