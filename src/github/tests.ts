import { existsSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import * as core from '@actions/core';
import type { FailedTest, TestResults } from '../build';
import { printable } from '../printable';
import { workspace } from './failure';
import { block, text } from './markdown';
import { clip } from './reporter';

/** GitHub shows ten annotations of a step; the last one is the failure of the whole. */
const MOST_ANNOTATIONS = 9;
/** In the summary, each with its message. */
const MOST_FAILURES = 50;
/** Characters of a stack; what matters is at its top. */
const MOST_DETAIL = 3000;

/** Marks each test that failed, in its own file where that is known. */
export function annotateTests({ failures }: TestResults, folder: string): void {
  for (const failure of failures.slice(0, MOST_ANNOTATIONS)) {
    const { name, message, detail, line } = failure;
    const file = placeOf(failure, folder);
    const place = file === undefined ? {} : { file, ...(line !== undefined && { startLine: line }) };
    core.error(clip(printable(detail.includes(message) ? detail : `${message}\n${detail}`.trim() || 'It failed.')), {
      ...place,
      title: clip(printable(name).replace(/\s+/g, ' '), 200),
    });
  }
}

/** The file as GitHub knows it, where there is such a one in the repository. */
function placeOf({ file }: FailedTest, folder: string): string | undefined {
  if (file === undefined || file === '') return undefined;
  const given = file.replace(/^file:\/\//, '');
  const candidates = isAbsolute(given) ? [given] : [join(folder, given), join(workspace(), given)];
  const path = candidates.find((one) => existsSync(one));
  if (path === undefined) return undefined;
  const known = relative(workspace(), path);
  return known.startsWith('..') ? undefined : known;
}

/** A part of the summary: the counts, in the words of the log, and what failed. */
export function testsMarkdown({ failed, failures }: TestResults, counts: string): string {
  const more = failures.length - MOST_FAILURES;
  const parts = [
    `### ${failed > 0 ? '❌' : '✅'} Tests: ${counts}`,
    ...failures.slice(0, MOST_FAILURES).map(failureMarkdown),
    more > 0 && `And ${more} more, in the results themselves.`,
  ];
  return parts.filter(Boolean).join('\n\n');
}

/** Without the runner's own folders. */
function shownPlace(file: string, line: number | undefined): string {
  const known = isAbsolute(file) ? relative(workspace(), file) : file;
  const shown = known.startsWith('..') ? file : known;
  return line === undefined ? shown : `${shown}:${line}`;
}

function failureMarkdown({ name, message, detail, file, line }: FailedTest): string {
  const place = file === undefined ? '' : ` (${text(shownPlace(file, line))})`;
  const whole = detail.includes(message) ? detail : `${message}\n${detail}`;
  const shown = whole.trim() === '' ? '' : `\n\n${block(clip(whole.trim(), MOST_DETAIL))}`;
  return `<details><summary>${text(name)}${place}</summary>${shown}\n\n</details>`;
}
