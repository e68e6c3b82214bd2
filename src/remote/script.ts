import type { Duration } from '../units';

/**
 * What a host is told to do: a constant POSIX shell text and the values that it works on. A script is a value; nothing
 * happens until a `Remote` runs it, so scripts are built and tested as plain data.
 */
export interface Script<Result> {
  /** What it does, for messages and logs: `drain worker1`. */
  readonly name: string;
  /**
   * POSIX shell (dash is the reference). Never built from values: a value is read as `"$name"`. Runs with `set -eu`,
   * `LC_ALL=C`, standard input empty unless the script has a payload.
   */
  readonly text: string;
  /** Become shell variables of the same names (`[a-z][a-z0-9_]*`). A value with a NUL is refused before it is sent. */
  readonly values: Readonly<Record<string, string>>;
  /** The host itself ends the script after this time, also when the connection is gone. */
  readonly deadline: Duration;
  /** Makes the typed result; exit statuses that mean something to the caller are told apart here. */
  parse(output: Output): Result;
}

export interface Output {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}
