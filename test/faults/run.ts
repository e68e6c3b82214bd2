import { Command, InvalidArgumentError } from 'commander';
import { takeDownWhenInterrupted } from '../../demo/interrupt';
import { pick, seeded } from '../../demo/load/random';
import { buildRelease } from '../../demo/shop';
import { type CellResult, runCell } from './cell';
import { Ground } from './ground';
import { type Cell, cells, leftOut } from './matrix';
import { bundleProduct } from './product';
import { isWhole } from './promises';
import { writeResults } from './report';

interface Options {
  readonly labs: number;
  readonly seed: number;
  readonly only: Partial<Cell>;
  readonly list?: boolean;
  readonly sample?: number;
}

const say = (line: string) => console.log(line);

async function main(options: Options): Promise<void> {
  const chosen = choose(options);
  if (options.list) {
    for (const { step, fault } of chosen) say(`step=${step},fault=${fault}`);
    for (const { step, fault, why } of leftOut) say(`left out: step=${step},fault=${fault}: ${why}`);
    return say(`${chosen.length} cells`);
  }
  const names = Array.from({ length: Math.min(options.labs, chosen.length) }, (_, index) => `faults-${index + 1}`);
  const interrupted = takeDownWhenInterrupted(...names);
  say(`seed ${options.seed}; ${chosen.length} cells on ${names.length} labs`);
  say('Bundling the actions and building the POS …');
  const [product, built] = await Promise.all([bundleProduct(), buildRelease(2)]);
  const results: CellResult[] = [];
  const queue = [...chosen.entries()];
  const work = async (name: string) => {
    let ground: Ground | undefined;
    try {
      for (let next = queue.shift(); next; next = queue.shift()) {
        const [index, cell] = next;
        ground ??= await Ground.make(name, product, built.folder);
        const random = seeded(options.seed + index);
        const began = Date.now();
        const result = await runCell(ground, cell, { chance: random(), seed: options.seed + index });
        results.push(result);
        const took = Math.round((Date.now() - began) / 1000);
        say(
          `${result.ok ? 'ok  ' : 'FAIL'} ${results.length}/${chosen.length} ${cell.step} × ${cell.fault} (${took} s): ${result.note}`,
        );
        // What a cell that failed has left is not for the next one to find.
        if (!result.ok || !isWhole(await ground.see(), [], [])) {
          await ground.dispose();
          ground = undefined;
        }
      }
    } finally {
      await ground?.dispose();
    }
  };
  try {
    await Promise.all(names.map(work));
  } finally {
    if (!interrupted()) await built.dispose();
  }
  const whole = chosen.length === cells.length;
  writeResults({ seed: options.seed, cells: results }, whole);
  const failed = results.filter(({ ok }) => !ok).length;
  say(`${results.length - failed} of ${results.length} cells hold`);
  process.exitCode = failed === 0 ? 0 : 1;
}

function choose({ only, sample, seed }: Options): Cell[] {
  const matching = cells.filter(({ step, fault }) => (only.step ?? step) === step && (only.fault ?? fault) === fault);
  if (sample === undefined) return matching;
  const random = seeded(seed);
  const left = [...matching];
  const chosen: Cell[] = [];
  while (chosen.length < sample && left.length > 0) {
    const one = pick(random, left);
    chosen.push(one);
    left.splice(left.indexOf(one), 1);
  }
  return chosen;
}

function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least || value > most)
      throw new InvalidArgumentError(`Use a whole number from ${least} to ${most}.`);
    return value;
  };
}

function only(text: string): Partial<Cell> {
  const pairs = text.split(',').map((part) => part.split('=') as [string, string]);
  const found = Object.fromEntries(pairs) as Partial<Cell>;
  if (!pairs.every(([key]) => key === 'step' || key === 'fault') || !cells.some((cell) => matches(cell, found)))
    throw new InvalidArgumentError('Use step=…,fault=… or one of them; --list names them.');
  return found;
}
const matches = (cell: Cell, { step, fault }: Partial<Cell>) =>
  (step ?? cell.step) === cell.step && (fault ?? cell.fault) === cell.fault;

void new Command('npm run test:faults --')
  .description('Every fault in every step of a rollout, on real machines, while customers buy.')
  .option('--labs <number>', 'labs side by side', whole(1, 6), 3)
  .option('--seed <number>', 'chooses which load balancer is hit, and the sample', whole(1, 2 ** 31), 1)
  .option('--only <step=…,fault=…>', 'only these cells', only, {})
  .option('--sample <number>', 'so many of them, chosen by the seed', whole(1, 200))
  .option('--list', 'names the cells, and those that are left out')
  .action(main)
  .parseAsync();
