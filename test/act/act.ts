import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { repository } from '../../demo/shop';

const VERSION = '0.2.89';
const folder = join(repository, 'out/act');

export type FoundAct = { readonly path: string } | { readonly missing: string };

/**
 * nektos/act of one version, which the rewriting is for: from out/ where it was fetched before, else by Go.
 * @returns where it is, or why there is none
 */
export async function findAct(): Promise<FoundAct> {
  const path = join(folder, 'act');
  if (await isThatVersion(path)) return { path };
  const go = onPath('go') ?? '/usr/local/go/bin/go';
  if (!isProgram(go)) return { missing: 'there is no Go, which fetches act' };
  try {
    await run(go, ['install', `github.com/nektos/act@v${VERSION}`], { env: { ...process.env, GOBIN: folder } });
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    return { missing: `Go can't fetch act ${VERSION}: ${(stderr || String(error)).trim().split('\n').at(-1)}` };
  }
  return (await isThatVersion(path)) ? { path } : { missing: `${path} doesn't say that it is act ${VERSION}` };
}

const run = promisify(execFile);

async function isThatVersion(path: string): Promise<boolean> {
  if (!isProgram(path)) return false;
  const { stdout } = await run(path, ['--version'], { env: { PATH: process.env.PATH, HOME: folder } });
  return stdout.trim() === `act version ${VERSION}`;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const onPath = (name: string) =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .map((each) => join(each, name))
    .find(isProgram);
