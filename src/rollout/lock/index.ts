export { type AcquireOptions, acquire } from './acquire';
export type { Lock } from './kept';
export {
  acquireLock,
  fenceText,
  LOCK_LOST,
  type LockFound,
  type LockOwner,
  parseLock,
  readLockText,
  releaseLock,
  renewLock,
} from './scripts';
export { type LockSurvey, type LocksReleased, lockStatus, releaseLocks, type WorkerLock } from './status';
export { lockLost } from './words';
