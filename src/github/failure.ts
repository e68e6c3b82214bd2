import { relative } from 'node:path';
import * as core from '@actions/core';
import { ClusterFileError } from '../cluster';
import { BukaError } from '../errors';
import { printable } from '../printable';
import { clip, forLog } from './reporter';

/** GitHub shows this many error annotations of a step. */
const ANNOTATIONS = 10;

/** Makes the step fail: the whole message in the log, and an annotation where a person looks first. */
export function failJob(error: unknown): void {
  process.exitCode = 1;
  if (error instanceof ClusterFileError) {
    core.info(forLog(error.message));
    for (const { file, line, column, message } of error.problems.slice(0, ANNOTATIONS)) {
      const place = { file: relative(workspace(), file), startLine: line, startColumn: column };
      core.error(clip(printable(message)), { ...place, title: 'buka.yml' });
    }
    return;
  }
  core.error(...annotation(error));
}

/** Tells of a failure that is none of the job. */
export function warnJob(error: unknown): void {
  core.warning(...annotation(error));
}

function annotation(error: unknown): [text: string, properties: { title: string }] {
  if (error instanceof BukaError) return [clip(printable(error.message)), { title: error.code }];
  // A bug of ours: the stack is what helps whoever mends it.
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return [clip(printable(stack)), { title: 'internal-error' }];
}

/** Where the repository of the job was checked out. */
export const workspace = (): string => process.env.GITHUB_WORKSPACE || process.cwd();
