import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Ways in which a release can be broken on purpose, to see what a deploy makes of it. No part of the app proper. */
export type Fault =
  | { readonly name: 'exit-on-sigterm' | 'never-ready' | 'wrong-release' }
  | { readonly name: 'crash-after' | 'slow-start'; readonly milliseconds: number };

/** Reads `never-ready`, `crash-after=2s`, `slow-start=500ms` … Throws on anything else. */
export function parseFault(text: string): Fault {
  const [, name, amount, unit] = /^([a-z-]+)(?:=(\d+)(ms|s))?$/.exec(text) ?? [];
  switch (name) {
    case 'exit-on-sigterm':
    case 'never-ready':
    case 'wrong-release':
      if (amount === undefined) return { name };
      break;
    case 'crash-after':
    case 'slow-start':
      if (amount !== undefined) return { name, milliseconds: Number(amount) * (unit === 's' ? 1000 : 1) };
      break;
  }
  throw new Error(
    `POS_FAULT=${text}: use exit-on-sigterm, never-ready, wrong-release, crash-after=2s or slow-start=5s`,
  );
}

/** `POS_FAULT` of the environment, else the one that the build wrote beside the program, else none. */
export function readFault(folder: string, environment: NodeJS.ProcessEnv): Fault | undefined {
  if (environment.POS_FAULT) return parseFault(environment.POS_FAULT);
  try {
    return parseFault((JSON.parse(readFileSync(join(folder, 'fault.json'), 'utf8')) as { fault: string }).fault);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Before the app reads its release id and listens. */
export async function beforeStart(fault: Fault | undefined): Promise<void> {
  if (fault?.name === 'slow-start') await sleep(fault.milliseconds);
  if (fault?.name === 'wrong-release') process.chdir(anotherRelease());
}

/** Once the app listens. */
export function afterStart(fault: Fault | undefined): void {
  if (fault?.name === 'crash-after') setTimeout(() => process.exit(1), fault.milliseconds);
}

/** A release folder beside the one that the process was started in, or `/`: the process runs, but not from its release. */
function anotherRelease(): string {
  const release = dirname(realpathSync('.'));
  if (basename(dirname(release)) !== 'releases') return '/';
  const other = readdirSync(dirname(release)).find((name) => !name.startsWith('.') && name !== basename(release));
  return other === undefined ? '/' : join(dirname(release), other, 'tree');
}
