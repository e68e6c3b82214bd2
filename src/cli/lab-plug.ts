import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Host } from '../cluster';
import type { Plug } from '../drill';
import { BukaError } from '../errors';
import { findCheckout } from './lab';

/**
 * The plug of a machine of the lab that this process runs in (`npm run lab -- run`): what the lab says of itself, and not
 * what somebody says of a machine. Undefined for every other machine.
 */
export function labPlug({ name, address }: Host, env = process.env, script = process.argv[1] ?? ''): Plug | undefined {
  const checkout = findCheckout(script);
  const { BUKA_LAB: lab } = env;
  if (lab === undefined || lab === '' || checkout === undefined) return undefined;
  if (!machinesOf(lab).some((machine) => machine.host === name && machine.address === address)) return undefined;
  const ask = (verb: string) => (host: string) => run(checkout, [verb, host, '--name', basename(lab)]);
  return { off: ask('power-off'), on: ask('power-on') };
}

function machinesOf(lab: string): readonly { host: string; address: string }[] {
  try {
    return JSON.parse(readFileSync(join(lab, 'lab.json'), 'utf8')).machines;
  } catch {
    return [];
  }
}

async function run(checkout: string, words: readonly string[]): Promise<void> {
  const programs = join(checkout, 'node_modules', '.bin');
  const child = spawn(join(programs, 'tsx'), [join(checkout, 'lab', 'cli.ts'), ...words], {
    env: { ...process.env, PATH: `${programs}:${process.env.PATH}` },
    // Ctrl-C is for the drill, which puts back what it did; in a session of its own, the terminal doesn't send it here.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (data) => {
    said += data;
  });
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (status === 0) return;
  throw new BukaError({
    code: 'lab-plug',
    host: words[1],
    step: words[0],
    message: 'The lab did not do it.',
    seen: said.trim().slice(-2000),
    hint: `npm run lab -- ${words.join(' ')}`,
  });
}
