import { chmod, cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repository } from '../../demo/shop';
import { type Change, forAct } from './rewrite';

/** What stands for a repository on github.com, as act's `--local-repository` takes it. */
export interface LocalRepository {
  /** `simplifypos/buka@v1` */
  readonly name: string;
  readonly folder: string;
}

/** A file whose lines act reads otherwise. */
export interface RewrittenFile {
  readonly path: string;
  readonly changes: readonly Change[];
}

const workflows = '.github/workflows';
const standIns = join(import.meta.dirname, 'stand-ins');

/**
 * Everything that the workflows name by `uses:`. This repository as GitHub would fetch it, `dist/` as it is committed; of
 * GitHub's own actions stand-ins, at the very commits that the workflows ask for.
 * @param folder An empty one.
 */
export async function makeProduct(
  folder: string,
): Promise<{ repositories: LocalRepository[]; files: RewrittenFile[] }> {
  for (const name of ['action.yml', 'actions', 'dist', workflows])
    await cp(join(repository, name), join(folder, name), { recursive: true });
  const files: RewrittenFile[] = [];
  const used = new Map<string, string>();
  for (const name of await readdir(join(folder, workflows))) {
    const path = join(folder, workflows, name);
    const text = await readFile(path, 'utf8');
    // The repository's own CI is no part of what apps call.
    if (!/^ {2}workflow_call:$/m.test(text)) continue;
    const rewritten = forAct(text);
    await writeFile(path, rewritten.text);
    files.push({ path: `${workflows}/${name}`, changes: rewritten.changes });
    for (const [, action = '', commit = ''] of text.matchAll(/uses: actions\/([\w-]+)@([0-9a-f]{40}) /g))
      used.set(`actions/${action}@${commit}`, join(standIns, action));
  }
  const there = new Set(await readdir(standIns));
  const repositories = [...used]
    .map(([name, place]) => ({ name, folder: place }))
    .filter(({ folder: place }) => there.has(place.slice(standIns.length + 1)));
  await chmod(folder, 0o755);
  return { repositories: [{ name: 'simplifypos/buka@v1', folder }, ...repositories], files };
}
