export type { BackupChoice, BackupWanted, TakeBackup } from './backup';
export { type Clock, type Context, type Run, signature, systemClock } from './context';
export { type Waiting, waitingAfterRestore } from './crossing';
export { askEach, isUnreachable, sorted } from './hosts';
export { type InPlace, switchInPlace } from './in-place';
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
export { MUTED_DURING, muted, muteOnce, type Work } from './mute';
export type { CheckObjectives } from './objectives';
export { type Observation, observe, type WorkerObservation } from './observe';
export { type ReleaseList, type ReleaseOnWorkers, releases } from './releases';
export type { BackupTaken, Override, RolloutReport, WatchVerdict, WorkerState, WorkerTimeline } from './report';
export { type DeployOptions, deploy, type RepairOptions, type RollbackOptions, repair, rollback } from './rollout';
export { probeText } from './shell';
export { type ClusterStatus, type LeaseStatus, type LoadBalancerStatus, type LockStatus, status } from './status';
export type { Answered, AskTimes } from './watch';
export { withoutTraffic } from './without-traffic';
export { workerNeeds } from './worker-needs';
export { workerStates } from './worker-state';
