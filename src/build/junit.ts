import sax from 'sax';
import { type Duration, milliseconds } from '../units';

export interface FailedTest {
  /** With its class or suite, where that says more. */
  readonly name: string;
  readonly message: string;
  /** The stack, or whatever else the test runner tells. */
  readonly detail: string;
  /** As the test runner wrote it: relative to where it ran, or absolute. */
  readonly file?: string | undefined;
  readonly line?: number | undefined;
}

/** What one or more files of results come to. */
export interface TestResults {
  readonly tests: number;
  readonly failed: number;
  readonly skipped: number;
  /** The tests' own times together; those that ran side by side count each. */
  readonly took: Duration;
  readonly failures: readonly FailedTest[];
}

export const noTests: TestResults = { tests: 0, failed: 0, skipped: 0, took: milliseconds(0), failures: [] };

/** Of a message and of a stack; a test that compares two books fails with both of them. */
const MOST_TEXT = 10_000;

interface Case {
  readonly attributes: Readonly<Record<string, string>>;
  failed?: { message: string; detail: string };
  skipped: boolean;
}

/**
 * Reads JUnit's XML, which has no schema of its own: what pytest, Jest, Node, Surefire, PHPUnit, RSpec, Go and others
 * write in common. Tests are counted one by one, since the totals in the file are of suites in suites, or missing.
 * @throws Error where it isn't well-formed
 */
export function readJUnit(xml: string): TestResults {
  const parser = sax.parser(true);
  const cases: Case[] = [];
  const path: string[] = [];
  /** Of the suites that are open, the innermost last. */
  const files: (string | undefined)[] = [];
  let open: Case | undefined;
  let isTelling = false;
  const tell = (text: string) => {
    if (isTelling && open?.failed && open.failed.detail.length < MOST_TEXT) open.failed.detail += text;
  };
  parser.onerror = (error) => {
    throw error;
  };
  parser.onopentag = ({ name, attributes }) => {
    const given = attributes as Record<string, string>;
    const parent = path.at(-1);
    path.push(name);
    if (name === 'testsuite') files.push(given.file ?? given.filepath ?? files.at(-1));
    if (name === 'testcase') {
      const file = given.file ?? files.at(-1);
      open = { attributes: { ...given, ...(file !== undefined && { file }) }, skipped: false };
      cases.push(open);
    }
    // Surefire's `flakyFailure` and `rerunFailure` are of a test that is told otherwise.
    if (parent !== 'testcase' || open === undefined) return;
    if (name === 'skipped') open.skipped = true;
    if (name !== 'failure' && name !== 'error') return;
    isTelling = open.failed === undefined;
    open.failed ??= { message: given.message ?? given.type ?? '', detail: '' };
  };
  parser.onclosetag = (name) => {
    path.pop();
    if (name === 'testsuite') files.pop();
    if (name === 'testcase') open = undefined;
    if (name === 'failure' || name === 'error') isTelling = false;
  };
  parser.ontext = tell;
  parser.oncdata = tell;
  parser.write(xml).close();
  return summed(cases);
}

/** Of several files as of one. */
export function together(all: readonly TestResults[]): TestResults {
  return all.reduce(
    (sum, one) => ({
      tests: sum.tests + one.tests,
      failed: sum.failed + one.failed,
      skipped: sum.skipped + one.skipped,
      took: milliseconds(sum.took + one.took),
      failures: [...sum.failures, ...one.failures],
    }),
    noTests,
  );
}

function summed(cases: readonly Case[]): TestResults {
  const failed = cases.filter((one) => one.failed !== undefined);
  const seconds = cases.map(({ attributes }) => Number((attributes.time ?? '').replaceAll(',', '')) || 0);
  return {
    tests: cases.length,
    failed: failed.length,
    skipped: cases.filter((one) => one.skipped && one.failed === undefined).length,
    took: milliseconds(1000 * seconds.reduce((sum, one) => sum + one, 0)),
    failures: failed.map(failure),
  };
}

function failure({ attributes, failed = { message: '', detail: '' } }: Case): FailedTest {
  const { name = '', classname = '', file } = attributes;
  const detail = failed.detail.trim();
  const message = failed.message.trim() || (detail.split('\n', 1)[0] ?? '');
  return {
    name: classname === '' || name.includes(classname) || classname.includes(name) ? name : `${classname}: ${name}`,
    message: message.slice(0, MOST_TEXT),
    detail: detail.slice(0, MOST_TEXT),
    file,
    // Where it failed says more than where the test begins.
    line: lineIn(detail, file) ?? lineOf(attributes.line ?? attributes.lineno),
  };
}

function lineOf(text: string | undefined): number | undefined {
  const line = Number(text);
  return Number.isInteger(line) && line > 0 ? line : undefined;
}

/** Where the stack is in the test's own file: `test/sale.test.js:12:3`. */
function lineIn(detail: string, file: string | undefined): number | undefined {
  if (file === undefined) return undefined;
  const at = detail.indexOf(`${file}:`);
  return at === -1 ? undefined : lineOf(/^\d+/.exec(detail.slice(at + file.length + 1))?.[0]);
}
