import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ConfigurationError } from '../errors';

/**
 * Hands `buka lab …` to the lab, which is a part of the repository and of nothing that is installed.
 * @returns the lab's exit status
 * @throws ConfigurationError `lab-missing`
 */
export async function runLab(words: readonly string[], script = process.argv[1] ?? ''): Promise<number> {
  const checkout = findCheckout(script);
  if (checkout === undefined) {
    throw new ConfigurationError({
      code: 'lab-missing',
      message: 'The lab runs from a clone of the Buka repository, and this is not one.',
      hint: 'git clone https://github.com/simplifypos/buka && cd buka && npm install && npm run lab -- up',
    });
  }
  // What `npm run lab` does, but in the folder that the paths among the words are relative to.
  const programs = join(checkout, 'node_modules', '.bin');
  const child = spawn(join(programs, 'tsx'), [join(checkout, 'lab', 'cli.ts'), ...words], {
    env: { ...process.env, PATH: `${programs}:${process.env.PATH}` },
    stdio: 'inherit',
  });
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => {
      const hint = `cd ${checkout} && npm install`;
      reject(new ConfigurationError({ code: 'lab-missing', message: "The lab can't be started.", hint, cause }));
    });
    child.once('close', (status) => resolve(status ?? 1));
  });
}

/** The clone that a script is in, however it was called. */
export function findCheckout(script: string): string | undefined {
  if (!existsSync(script)) return undefined;
  let folder = dirname(realpathSync(script));
  while (!existsSync(join(folder, 'lab', 'cli.ts'))) {
    const above = dirname(folder);
    if (above === folder) return undefined;
    folder = above;
  }
  return folder;
}
