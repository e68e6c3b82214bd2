import { loadCluster } from '../cluster';
import { readAppInputs, readGitHubInputs } from './inputs';
import { buildRelease } from './steps';

/** `actions/build`: builds, tests and packs a release. */
export async function run(): Promise<void> {
  const inputs = { ...readAppInputs(), ...readGitHubInputs() };
  await buildRelease(await loadCluster(inputs.config), inputs);
}
