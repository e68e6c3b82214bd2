import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { distance } from 'fastest-levenshtein';
import { ConfigurationError } from '../errors';

/**
 * What a migration's author says of it. `contract`: a release from before can't live with the database after it.
 * `expand`: it can, whatever the check of the SQL thinks.
 */
export type MigrationMark = 'contract' | 'expand';

/** How much of a file is looked at: a mark stands near its top, and a migration may carry a gigabyte of data. */
const looked = 64 * 1024;

/** A line of its own, after whatever begins a comment in the file's language: `-- buka: contract`. */
const mark = /^[^\p{L}\p{N}\r\n]*buka:[ \t]*(\p{L}+)/gimu;

/**
 * The mark in a migration's text; contract, where it has both.
 * @param name of the file, for the message
 * @throws ConfigurationError `migration-mark` for a mark that is misspelt: it would count for nothing
 */
export function markOf(text: string, name: string): MigrationMark | undefined {
  const words = [...text.slice(0, looked).matchAll(mark)].map(([, word = '']) => word.toLowerCase());
  const misspelt = words.find(
    (word) => !isMark(word) && (distance(word, 'contract') <= 3 || distance(word, 'expand') <= 2),
  );
  if (misspelt !== undefined)
    throw new ConfigurationError({
      code: 'migration-mark',
      message: `${name} is marked \`buka: ${misspelt}\`, which means nothing`,
      left: 'Nothing was packed.',
      hint: 'The marks are `buka: contract` and `buka: expand`; docs/releases.md tells what they mean.',
    });
  const marks = words.filter(isMark);
  return marks.includes('contract') ? 'contract' : marks[0];
}

const isMark = (word: string): word is MigrationMark => word === 'contract' || word === 'expand';

/** The migrations that are marked contract, in the order given. */
export async function contractAmong(folder: string, names: readonly string[]): Promise<string[]> {
  const contract: string[] = [];
  for (const name of names) {
    if (markOf(await beginningOf(join(folder, name), looked), name) === 'contract') contract.push(name);
  }
  return contract;
}

/** The beginning of a migration, `most` bytes of it at most. */
export async function beginningOf(path: string, most: number): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(most), 0, most, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
