import type { BukaError } from '../errors';
import { lastWords, lines, type Output, type Script } from '../remote';
import type { Duration } from '../units';

/** A program that `buka provision` installs on a host: asked on standard input, in lines of `key=value`. */
export interface Program {
  /** Absolute path on the host. */
  readonly path: string;
  /** The account that it runs as. */
  readonly account: string;
  readonly version: string;
  /** What one of its error codes means. @param seen the rest of the line, or what the host said instead */
  failure(code: string, seen: string | undefined): BukaError;
}

export interface Question<Result> {
  /** For messages and logs. */
  readonly name: string;
  readonly request: Readonly<Record<string, string>>;
  readonly deadline: Duration;
  /** @param answer its lines, without those about progress, in order; @throws BukaError where they aren't what was asked for */
  read(answer: readonly string[]): Result;
}

/** How the program ends after a line `error <code> <seen…>`. */
const FAILED = 20;
/** What there is instead of an answer where sudo refuses, or is not there. */
const NOT_STARTED = [1, 126, 127];
const PROGRESS = 'progress ';

/** One question to a program. It takes no arguments: sudoers allows none, and others on the host could read them. */
export function ask<Result>(program: Program, { name, request, deadline, read }: Question<Result>): Script<Result> {
  const { path, account } = program;
  return {
    name,
    text: `printf '%s\\n' "$request" | sudo -n -u "$account" "$path"\n`,
    values: { path, account, request: requestText({ ...request, program: program.version }) },
    deadline,
    parse: (output) => read(answerOf(program, output)),
  };
}

/** Words of people become one line each: a line break would begin another key. */
function requestText(request: Readonly<Record<string, string>>): string {
  return Object.entries(request)
    .map(([key, value]) => `${key}=${oneLine(value)}`)
    .join('\n');
}

const oneLine = (text: string) =>
  text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, 1000);

function answerOf({ failure }: Program, output: Output): string[] {
  const told = lines(output.stdout);
  const [, code, seen] = /^error ([a-z-]+)(?: (.*))?$/.exec(told.at(-1) ?? '') ?? [];
  if (output.status === FAILED && code !== undefined) throw failure(code, seen);
  if (output.status === 0) return told.filter((line) => !line.startsWith(PROGRESS));
  const notStarted = told.length === 0 && NOT_STARTED.includes(output.status);
  throw failure(notStarted ? 'program-missing' : 'interrupted', lastWords(output) ?? `status ${output.status}`);
}

/** What a line tells people of the progress; undefined for any other line. */
export const progressOf = (line: string): string | undefined =>
  line.startsWith(PROGRESS) ? line.slice(PROGRESS.length) : undefined;
