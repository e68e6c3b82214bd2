export type { BackupChoice, BackupWanted, TakeBackup } from './backup';
export { type Clock, type Context, type Run, signature } from './context';
export { type Waiting, waitingAfterRestore } from './crossing';
export { askEach, sorted } from './hosts';
export {
  acquire,
  type Lock,
  type LockFound,
  type LockOwner,
  type LockSurvey,
  type LocksReleased,
  lockStatus,
  releaseLocks,
  type WorkerLock,
} from './lock';
export { type ReleaseList, type ReleaseOnWorkers, releases } from './releases';
export type { BackupTaken, RolloutReport, WatchVerdict, WithoutBackup, WorkerState, WorkerTimeline } from './report';
export { type DeployOptions, deploy, type RepairOptions, type RollbackOptions, repair, rollback } from './rollout';
export { probeText } from './shell';
export { type ClusterStatus, type LeaseStatus, type LoadBalancerStatus, type LockStatus, status } from './status';
export { withoutTraffic } from './without-traffic';
