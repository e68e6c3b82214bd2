import type { Readable } from 'node:stream';
import type { Host } from '../cluster';
import type { Script } from './script';

/** One host, over one SSH connection that stays open for the run. */
export interface Remote {
  readonly host: Host;
  /**
   * Runs a script; one round trip on an open connection. Scripts on one host may run at the same time.
   * @throws BukaError `connection-lost`, `script-timeout`, `shell-unusable`, `session-refused`, `lane-ended`,
   *   `output-too-long`, `value-has-nul`, `value-not-unicode`, or what the script's `parse`, `onLine` or the payload
   *   throws; `parse` sees every exit status, use `succeeded` for the usual "0 or fail"
   */
  run<Result>(script: Script<Result>, options?: RunOptions): Promise<Result>;
}

export interface RunOptions {
  /** Called for each whole line of standard output as it arrives. */
  readonly onLine?: (line: string) => void;
  /**
   * Becomes the script's standard input. The script must check what it got, by a checksum or a count: its input also
   * ends when the connection goes away.
   */
  readonly payload?: Readable;
}
