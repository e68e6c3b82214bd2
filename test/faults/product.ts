import { execFile } from 'node:child_process';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repository } from '../../demo/shop';
import { temporaryFolder } from '../../demo/temporary';

/** The actions as they would ship, bundled from the sources of this moment. */
export interface Product {
  action(name: 'deploy' | 'rollback'): string;
}

/** @throws Error with what the bundler said */
export async function bundleProduct(): Promise<Product> {
  const folder = await temporaryFolder('buka-faults-product-');
  await cp(join(repository, 'actions'), join(folder, 'actions'), { recursive: true });
  await promisify(execFile)(process.execPath, [join(repository, 'scripts/build.mjs'), join(folder, 'dist')]);
  return { action: (name) => join(folder, 'actions', name) };
}
