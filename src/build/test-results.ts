import { glob, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Reporter } from '../reporter';
import { formatDuration, seconds } from '../units';
import type { TestResults } from './junit';

/** More is no report of tests. */
const MOST_BYTES = 64 * 1024 * 1024;
/** A file system's clock may be a little behind. */
const CLOCK = seconds(2);

/**
 * Reads what the tests of this build wrote, and tells the counts. Files from before the build are left out: a
 * self-hosted runner may still have those of yesterday. What can't be read is told, and fails nothing.
 * @returns undefined where there is none
 */
export async function testResults(
  folder: string,
  patterns: readonly string[],
  since: Date,
  reporter: Reporter,
): Promise<TestResults | undefined> {
  // Most builds have no results, and no use for a reader of XML.
  const { readJUnit, together } = await import('./junit');
  const read: TestResults[] = [];
  let old = 0;
  for await (const name of glob([...patterns], { cwd: folder })) {
    const path = join(folder, name);
    const { mtime, size } = await stat(path);
    if (mtime.getTime() < since.getTime() - CLOCK) old += 1;
    else if (size > MOST_BYTES) reporter.warning(`${name} is too large to be a report of tests.`);
    else {
      try {
        read.push(readJUnit(await readFile(path, 'utf8')));
      } catch (error) {
        const [why] = String(error instanceof Error ? error.message : error).split('\n');
        reporter.warning(`${name} is no JUnit XML: ${why}`);
      }
    }
  }
  if (read.length === 0) {
    const seen = old > 0 ? `${old} from before this build` : 'no file';
    reporter.warning(`The tests left no results: ${patterns.join(', ')} matches ${seen}.`);
    return undefined;
  }
  const results = together(read);
  reporter.info(`Tests: ${countsOf(results)}`);
  return results;
}

/** `117 passed, 2 failed, 1 skipped, 4.2 s`. */
export function countsOf({ tests, failed, skipped, took }: TestResults): string {
  const counts = [
    `${tests - failed - skipped} passed`,
    failed > 0 && `${failed} failed`,
    skipped > 0 && `${skipped} skipped`,
    formatDuration(took),
  ];
  return counts.filter(Boolean).join(', ');
}
