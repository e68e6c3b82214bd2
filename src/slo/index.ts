export type { Availability } from './availability';
export { badge } from './badge';
export { type Burn, burnLimits } from './burn';
export { measuredBy } from './for-rollout';
export { deployGate, deployRefusal, type FailOn, failOn, gateFailure } from './gate';
export type { BlindSpot, Incident } from './incidents';
export type { Mark } from './marks';
export { measure, PROMETHEUS_PORT, type SloReport } from './measure';
export { type Monitored, monitored } from './monitored';
export { card, escaped as escapedHtml, htmlTable, soft, unbroken } from './page/html';
export { page } from './page/page';
export { style as pageStyle } from './page/style';
export { APP_JOB, AVAILABILITY_JOB, PROBES, requests } from './queries';
export type { ResponseTime } from './response-time';
export { PROBE_INTERVAL } from './samples';
export { LEAST_COVERAGE, type Verdict } from './verdict';
export {
  burnText,
  burnWord,
  formatLength,
  formatMoment,
  formatPercent,
  formatQuantile,
  formatTime,
  verdictWords,
} from './words';
