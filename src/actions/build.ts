import { loadCluster } from '../cluster';
import { readAppInputs } from './inputs';
import { buildRelease } from './steps';

/** `actions/build`: builds, tests and packs a release. */
export async function run(): Promise<void> {
  const inputs = readAppInputs();
  await buildRelease(await loadCluster(inputs.config), inputs);
}
