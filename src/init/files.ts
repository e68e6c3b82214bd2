import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { diff } from 'node:util';
import { ConfigurationError } from '../errors';

export interface NewFile {
  /** Below the app's folder. */
  readonly path: string;
  readonly text: string;
}

/** What would become of a file. */
export interface PlannedFile extends NewFile {
  readonly state: 'new' | 'same' | 'differs';
  /** Line by line, `-` what is there, `+` what would be; only where it differs. */
  readonly difference?: string;
}

/** Compares with what is there. Changes nothing. */
export function planFiles(folder: string, files: readonly NewFile[]): Promise<PlannedFile[]> {
  return Promise.all(
    files.map(async (file): Promise<PlannedFile> => {
      const there = await textAt(join(folder, file.path));
      if (there === undefined) return { ...file, state: 'new' };
      if (there === file.text) return { ...file, state: 'same' };
      return { ...file, state: 'differs', difference: differenceOf(there, file.text) };
    }),
  );
}

async function textAt(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    // Anything else that is in the way is there, and can't be taken for nothing.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

const CONTEXT = 2;

/** Only what differs, with a little around it. */
export function differenceOf(there: string, wanted: string): string {
  const all = diff(there.split('\n'), wanted.split('\n')) as [number, string][];
  // Its signs are of the way from the second to the first.
  const lines = all.map(([sign, line]) => ({ mark: sign === 0 ? ' ' : sign === 1 ? '-' : '+', line }));
  const near = (at: number) =>
    lines.slice(Math.max(0, at - CONTEXT), at + CONTEXT + 1).some(({ mark }) => mark !== ' ');
  const parts = lines.map(({ mark, line }, at) => (near(at) ? `${mark} ${line}`.trimEnd() : undefined));
  return parts
    .flatMap((line, at) => (line !== undefined ? [line] : at > 0 && parts[at - 1] !== undefined ? ['…'] : []))
    .join('\n');
}

/** @throws ConfigurationError `file-differs` with every one of them, before any file is written */
export function refuseToOverwrite(planned: readonly PlannedFile[]): void {
  const differing = planned.filter(({ state }) => state === 'differs');
  if (differing.length === 0) return;
  throw new ConfigurationError({
    code: 'file-differs',
    message: `${differing.map(({ path }) => path).join(', ')} would be written otherwise than ${differing.length > 1 ? 'they are' : 'it is'}.`,
    seen: differing.map(({ path, difference }) => `${path}\n${difference}`).join('\n'),
    left: 'Nothing was written.',
    hint: 'Keep what is there, or have it replaced: --force.',
  });
}

/** Whole or not at all, file by file. */
export async function writeFiles(folder: string, files: readonly NewFile[]): Promise<void> {
  for (const { path, text } of files) {
    const place = join(folder, path);
    await mkdir(dirname(place), { recursive: true });
    await writeFile(`${place}.new`, text);
    await rename(`${place}.new`, place);
  }
}
