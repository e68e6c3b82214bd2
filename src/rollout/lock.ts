/** Who holds a worker's lock, as the lock's file says. */
export interface LockOwner {
  /** The run's unique id. */
  readonly run: string;
  readonly by: string;
  readonly url?: string | undefined;
  /** Where the run's process is: the machine's name and the process id. */
  readonly machine: string;
  readonly pid: number;
}
