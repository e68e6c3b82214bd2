import { glob, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A path that somebody registered as a route, or compares the URL with; not one that is asked of somebody else. */
const route =
  /(?:\b(?:get|all|head|route|path|map|HandleFunc|Handle|MapGet)\(\s*|\b(?:url|pathname|path)\s*===?\s*)["'`](\/(?:[a-z0-9_-]+\/)*(?:readyz?|healthz?|healthcheck|livez|up))["'`]/g;

const SOURCES = '**/*.{js,mjs,cjs,ts,mts,py,rb,php,go,java,kt,cs}';
const ELSEWHERE = new Set([
  'node_modules',
  '.git',
  'dist',
  'build',
  'out',
  'coverage',
  'vendor',
  'test',
  'tests',
  'spec',
]);
/** A repository of any size is looked at in a moment. */
const MOST_FILES = 2000;
const LARGEST = 500_000;

/** The app's health route, where the sources have exactly one: with two, a person has to say which. */
export async function healthRoute(folder: string): Promise<{ path: string; file: string } | undefined> {
  const found = new Map<string, string>();
  let left = MOST_FILES;
  const outside = (name: string) => ELSEWHERE.has(name.split(/[\\/]/).at(-1) ?? '');
  for await (const file of glob(SOURCES, { cwd: folder, exclude: outside })) {
    left -= 1;
    if (left < 0) return undefined;
    const path = join(folder, file);
    if ((await stat(path)).size > LARGEST) continue;
    const text = await readFile(path, 'utf8');
    for (const [, one = ''] of text.matchAll(route)) found.set(one, file);
  }
  const [only] = found;
  return only !== undefined && found.size === 1 ? { path: only[0], file: only[1] } : undefined;
}
