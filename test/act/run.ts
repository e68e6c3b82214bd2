/**
 * `npm run test:act`: the workflows that users copy, run for real by nektos/act on a lab of its own. It needs root for the
 * lab, Go for act, and the network for the app's packages; no part of `npm test`. Where act can't be had the run says
 * "skipped" and ends with status 77, as test harnesses do for what was not tried.
 */
import { spawn } from 'node:child_process';
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { takeDownWhenInterrupted } from '../../demo/interrupt';
import { clusterFile, repository } from '../../demo/shop';
import { removeTemporary, temporaryFolder } from '../../demo/temporary';
import { down, insideNetwork, up } from '../../lab';
import { findAct } from './act';

const SKIPPED = 77;
const npmCache = join(repository, 'out/act/npm');
/** What people see of each run in the Actions tab, for whoever wants to look at it. */
const summaries = join(repository, 'out/act/summaries');

async function main(): Promise<number> {
  if (process.getuid?.() !== 0) return skipped('the lab needs root: sudo npm run test:act');
  const act = await findAct();
  if ('missing' in act) return skipped(act.missing);
  console.log("Fetching the app's packages …");
  await fillCache();
  const name = `act-${process.pid}`;
  const interrupted = takeDownWhenInterrupted(name);
  try {
    await mkdir(summaries, { recursive: true });
    const lab = await up({ name, cluster: clusterFile, say: console.log });
    const jest = [join(repository, 'node_modules/jest/bin/jest.js'), '--selectProjects', 'act', '--runInBand'];
    const node = [process.execPath, '--experimental-vm-modules', '--no-warnings', ...jest, '--verbose'];
    const env = { ...process.env, ...lab.env, ACT: act.path, ACT_NPM_CACHE: npmCache, ACT_SUMMARIES: summaries };
    return await run(...insideNetwork(name, node), { cwd: repository, env });
  } catch (error) {
    if (interrupted()) return 130; // what fails when the machines are taken away is no news
    throw error;
  } finally {
    await down(name);
  }
}

function skipped(why: string): number {
  console.log(`skipped: the workflows were NOT run by act: ${why}`);
  return SKIPPED;
}

/** What the app's build installs, since the lab's network has no way out. */
async function fillCache(): Promise<void> {
  const folder = await temporaryFolder('buka-act-npm-');
  try {
    await mkdir(npmCache, { recursive: true });
    for (const name of ['package.json', 'package-lock.json'])
      await cp(join(repository, 'examples/pos', name), join(folder, name));
    const env = { ...process.env, npm_config_cache: npmCache };
    const status = await run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, env });
    if (status !== 0) throw new Error(`npm ci ended with status ${status}.`);
  } finally {
    removeTemporary(folder);
  }
}

function run(command: string, words: readonly string[], how: { cwd: string; env: NodeJS.ProcessEnv }): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, words, { ...how, stdio: 'inherit' });
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}

void main().then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
