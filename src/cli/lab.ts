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
  const child = spawn('npm', ['run', '--silent', 'lab', '--', ...words], { cwd: checkout, stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
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
