export type { Clock, Context, Run } from './context';
export type { LockOwner } from './lock-scripts';
export { type ReleaseList, type ReleaseOnWorkers, releases } from './releases';
export type { RolloutReport, WorkerState, WorkerTimeline } from './report';
export { type DeployOptions, deploy, type RollbackOptions, rollback } from './rollout';
export { type ClusterStatus, type LoadBalancerStatus, type LockStatus, status } from './status';
