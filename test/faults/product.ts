import { execFile } from 'node:child_process';
import { cp, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repository } from '../../demo/shop';
import { temporaryFolder } from '../../demo/temporary';

/** The actions as they would ship, bundled from the sources of this moment. */
export interface Product {
  action(name: 'deploy' | 'rollback'): string;
}

/** A change to one source file, which has to be there to be changed. */
export interface Change {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/**
 * Bundles the actions into a folder of their own.
 * @param change Made to a copy of the sources first.
 * @throws Error with what the bundler said, or when there is nothing to change
 */
export async function bundleProduct(change?: Change): Promise<Product> {
  const folder = await temporaryFolder('buka-faults-product-');
  const copy = (name: string) => cp(join(repository, name), join(folder, name), { recursive: true });
  await Promise.all(['actions', 'src', 'scripts', 'package.json', 'tsconfig.json'].map(copy));
  await symlink(join(repository, 'node_modules'), join(folder, 'node_modules'));
  if (change) {
    const file = join(folder, change.file);
    const text = await readFile(file, 'utf8');
    if (!text.includes(change.find)) throw new Error(`${change.file} has no ${change.find}`);
    await writeFile(
      file,
      text.replace(change.find, () => change.replace),
    );
  }
  await promisify(execFile)(process.execPath, [join(folder, 'scripts/build.mjs')], { cwd: folder });
  return { action: (name) => join(folder, 'actions', name) };
}
