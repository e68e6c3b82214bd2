import { glob } from 'node:fs/promises';

/** Every page that may hold a generated table. */
export async function pages(): Promise<string[]> {
  const found: string[] = [];
  for await (const path of glob(['*.md', 'docs/**/*.md', 'actions/*/README.md'])) found.push(path);
  return found.sort();
}
