export { checkHosts, type HostsToCheck } from './doctor';
export { type Finding, failed, foreseen, GITHUB, HERE, ok, unchecked, type Verdict } from './finding';
export { ghSecrets } from './gh';
export { type ListSecrets, secretFindings } from './secrets';
