export type { Clock, Context, Run } from './context';
export type { LockFound, LockOwner } from './lock-scripts';
export { type LockSurvey, type LocksReleased, lockStatus, releaseLocks, type WorkerLock } from './lock-status';
export { type ReleaseList, type ReleaseOnWorkers, releases } from './releases';
export type { RolloutReport, WatchVerdict, WorkerState, WorkerTimeline } from './report';
export { type DeployOptions, deploy, type RepairOptions, type RollbackOptions, repair, rollback } from './rollout';
export { type ClusterStatus, type LeaseStatus, type LoadBalancerStatus, type LockStatus, status } from './status';
