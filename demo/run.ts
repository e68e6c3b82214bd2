import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { formatDuration, milliseconds } from '../src/units';
import { demo, labName } from './demo';
import { takeDownWhenInterrupted } from './interrupt';
import { repository } from './shop';

const program = new Command('npm run demo --')
  .description('A shop goes from release 1 to release 2 and back, on real machines, while customers buy.')
  .option('--rate <requests>', 'requests a second', rate, 200)
  .option('--keep', 'leave the machines up, to look at', false)
  .showHelpAfterError()
  .action(main);

async function main(options: { rate: number; keep: boolean }): Promise<void> {
  needed();
  const began = Date.now();
  const interrupted = takeDownWhenInterrupted(labName);
  try {
    const held = await demo({ ...options, say: (line) => console.log(line) });
    const took = formatDuration(milliseconds(Date.now() - began));
    console.log(`${took} in all. The figures are in out/demo.json, the job summaries in out/*.md.`);
    process.exitCode = held ? 0 : 1;
  } catch (error) {
    if (interrupted()) return; // what fails when the machines are taken away is no news
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

/** Says at once what would fail later. */
function needed(): void {
  const missing =
    process.getuid?.() !== 0
      ? 'The demo makes machines, and needs root for that: sudo npm run demo'
      : !existsSync(join(repository, 'dist/deploy.js'))
        ? 'dist/ is missing; the demo runs the actions as they ship: npm run bundle'
        : undefined;
  if (missing === undefined) return;
  console.error(missing);
  process.exit(1);
}

function rate(text: string): number {
  const value = Number(text);
  if (!(value >= 1 && value <= 1000)) throw new InvalidArgumentError('Use a number from 1 to 1000.');
  return value;
}

void program.parseAsync();
