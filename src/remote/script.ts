import { BukaError } from '../errors';
import type { Duration } from '../units';
import { type Output, succeeded } from './output';

/**
 * What a host is told to do: a constant POSIX shell text and the values that it works on. A script is a value; nothing
 * happens until a `Remote` runs it, so scripts are built and tested as plain data.
 */
export interface Script<Result> {
  /** What it does, for messages and logs: `drain worker1`. */
  readonly name: string;
  /**
   * POSIX shell (dash is the reference). Never built from values: a value is read as `"$name"`. Runs with `set -eu`,
   * `LC_ALL=C`, standard input empty unless the script has a payload. Whatever it leaves running in the background is
   * killed when it ends, except what it started with `setsid`, its output sent elsewhere.
   */
  readonly text: string;
  /** Become shell variables of the same names (`[a-z][a-z0-9_]*`). A value with a NUL is refused before it is sent. */
  readonly values: Readonly<Record<string, string>>;
  /** The host itself ends the script after this time, also when the connection is gone. */
  readonly deadline: Duration;
  /** Makes the typed result; exit statuses that mean something to the caller are told apart here. */
  parse(output: Output): Result;
}

type Parts<Result> = Pick<Script<Result>, 'name' | 'text' | 'deadline'> &
  Partial<Pick<Script<Result>, 'values'>> & { readonly parse?: (output: Output) => Result };

/**
 * Builds a script. Without `parse` it has no result and fails on any status but 0.
 * @throws BukaError `script-unsound` when a value's name can't be a shell variable, or the deadline is not positive
 */
export function script(parts: Parts<void> & { readonly parse?: undefined }): Script<void>;
export function script<Result>(parts: Parts<Result> & { readonly parse: (output: Output) => Result }): Script<Result>;
export function script<Result>({
  name,
  text,
  values = {},
  deadline,
  parse,
}: Parts<Result>): Script<Result | undefined> {
  const misnamed = Object.keys(values).find((key) => !/^[a-z][a-z0-9_]*$/.test(key));
  if (misnamed !== undefined) throw unsound(name, `${JSON.stringify(misnamed)} can't be the name of a shell variable.`);
  if (!(deadline > 0)) throw unsound(name, `A deadline of ${deadline} ms is none.`);
  const parseOutput =
    parse ??
    ((output: Output) => {
      succeeded(output);
      return undefined;
    });
  return { name, text, values, deadline, parse: parseOutput };
}

const unsound = (step: string, message: string) => new BukaError({ code: 'script-unsound', step, message });
