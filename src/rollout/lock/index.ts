export { acquire } from './acquire';
export type { Lock } from './kept';
export { fenceText, LOCK_LOST, type LockFound, type LockOwner, parseLock, readLockText } from './scripts';
export { type LockSurvey, type LocksReleased, lockStatus, releaseLocks, type WorkerLock } from './status';
export { lockLost } from './words';
