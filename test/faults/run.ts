import { Command, InvalidArgumentError } from 'commander';
import { takeDownWhenInterrupted } from '../../demo/interrupt';
import { pick, seeded } from '../../demo/load/random';
import { buildRelease } from '../../demo/shop';
import { breaks, runBreak } from './breaks';
import { workOff } from './labs';
import { type Cell, cells, leftOut, sample } from './matrix';
import { bundleProduct } from './product';
import { type Kind, readResults, writeResults } from './report';
import { type Scenario, scenarios } from './scenarios';
import { cellTask, randomTask, scenarioTask, type Task } from './tasks';
import type { CellResult } from './trial';

interface Options {
  readonly labs: number;
  readonly first: number;
  readonly seed: number;
  readonly only?: Partial<Cell>;
  readonly sample?: number;
  readonly short?: boolean;
  readonly random?: number;
  readonly again?: boolean;
  readonly broken?: boolean;
  readonly list?: boolean;
}

const say = (line: string) => console.log(line);

async function main(options: Options): Promise<void> {
  if (options.list) return list();
  if (options.broken) return broken(options);
  const { kind, tasks: all } = choose(options);
  const before = options.again ? kept(kind, options.seed) : [];
  const tasks = all.filter(({ name }) => !before.some((result) => isOf(result, name)));
  const names = Array.from(
    { length: Math.min(options.labs, tasks.length) },
    (_, index) => `faults-${options.first + index}`,
  );
  const interrupted = takeDownWhenInterrupted(...names);
  say(`seed ${options.seed}; ${tasks.length} cells on ${names.length} labs`);
  say('Bundling the actions and building the POS …');
  const results = [...before];
  // At each result, so that what was found out outlives an interruption.
  const onResult = (result: CellResult) => {
    results.push(result);
    writeResults(kind, { seed: options.seed, of: all.length, cells: results });
  };
  const [product, built] = await Promise.all([bundleProduct(), buildRelease(2, { untested: true })]);
  try {
    await workOff(tasks, { names, product, built: built.folder, say, onResult });
  } catch (error) {
    if (interrupted()) return; // what fails when the machines are taken away is no news
    throw error;
  } finally {
    await built.dispose();
  }
  const failed = results.filter(({ ok }) => !ok).length;
  say(`seed ${options.seed}: ${results.length - failed} of ${results.length} cells hold`);
  process.exitCode = failed === 0 ? 0 : 1;
}

/** What held in an earlier run with the same seed. */
function kept(kind: Kind, seed: number): CellResult[] {
  const results = readResults(kind);
  return results?.seed === seed ? results.cells.filter(({ ok }) => ok) : [];
}

const isOf = ({ step, fault }: CellResult, name: string) => `${step} × ${fault}`.startsWith(name);

/** One lab, one mechanism after the other. */
async function broken({ seed, first }: Options): Promise<void> {
  const lab = `faults-${first}`;
  const interrupted = takeDownWhenInterrupted(lab);
  // An app that ends gracefully hides that it was restarted too soon.
  const built = await buildRelease(2, { fault: 'exit-on-sigterm', untested: true });
  const results: CellResult[] = [];
  try {
    for (const each of breaks) {
      const result = await runBreak(each, lab, built.folder, seed);
      results.push(result);
      say(`${result.ok ? 'ok  ' : 'FAIL'} ${results.length}/${breaks.length} ${each.name}: ${result.note}`);
    }
  } catch (error) {
    if (interrupted()) return;
    throw error;
  } finally {
    await built.dispose();
    writeResults('broken', { seed, of: breaks.length, cells: results });
  }
  process.exitCode = results.every(({ ok }) => ok) ? 0 : 1;
}

function list(): void {
  for (const { step, fault } of cells) say(`step=${step},fault=${fault}`);
  for (const { step, fault, why } of leftOut) say(`left out: step=${step},fault=${fault}: ${why}`);
  say(`${cells.length} cells, and the scenarios ${Object.keys(scenarios).join(', ')}`);
}

function choose({ only, sample: size, short, random, seed }: Options): { kind: Kind; tasks: Task[] } {
  if (random !== undefined)
    return { kind: 'random', tasks: Array.from({ length: random }, (_, index) => randomTask(seed + index)) };
  // A cell has the same seed in whatever choice it is.
  const all = cells.map((cell, index) => ({ cell, task: cellTask(cell, seed + index) }));
  const of = (wanted: (cell: Cell) => boolean) => all.filter(({ cell }) => wanted(cell)).map(({ task }) => task);
  if (short) return { kind: 'part', tasks: of((cell) => sample.some((one) => matches(cell, one))) };
  const matching = of((cell) => matches(cell, only ?? {}));
  if (size !== undefined) return { kind: 'part', tasks: some(matching, size, seeded(seed)) };
  if (only) return { kind: 'part', tasks: matching };
  const both = (Object.keys(scenarios) as Scenario[]).map((scenario) => scenarioTask(scenario, seed));
  return { kind: 'whole', tasks: [...matching, ...both] };
}

function some<T>(items: readonly T[], size: number, random: () => number): T[] {
  const left = [...items];
  return Array.from({ length: Math.min(size, items.length) }, () => {
    const one = pick(random, left);
    left.splice(left.indexOf(one), 1);
    return one;
  });
}

const matches = (cell: Cell, { step, fault }: Partial<Cell>) =>
  (step ?? cell.step) === cell.step && (fault ?? cell.fault) === cell.fault;

function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least || value > most)
      throw new InvalidArgumentError(`Use a whole number from ${least} to ${most}.`);
    return value;
  };
}

function partOf(text: string): Partial<Cell> {
  const pairs = text.split(',').map((part) => part.split('=') as [string, string]);
  const found = Object.fromEntries(pairs) as Partial<Cell>;
  if (!pairs.every(([key]) => key === 'step' || key === 'fault') || !cells.some((cell) => matches(cell, found)))
    throw new InvalidArgumentError('Use step=…,fault=… or one of them; --list names them.');
  return found;
}

void new Command('npm run test:faults --')
  .description('Every fault in every step of a rollout, on real machines, while customers buy.')
  .option('--labs <number>', 'labs side by side', whole(1, 6), 3)
  .option('--first <number>', 'number of the first lab, where another such run is going on', whole(1, 99), 1)
  .option(
    '--seed <number>',
    'chooses which load balancer is hit, the sample, and the random faults',
    whole(1, 2 ** 31),
    1,
  )
  .option('--only <step=…,fault=…>', 'only these cells', partOf)
  .option('--sample <number>', 'so many cells, chosen by the seed', whole(1, 200))
  .option('--short', 'the cells that are part of npm test')
  .option('--random <number>', 'faults at random moments instead', whole(1, 1000))
  .option('--again', 'only those that did not hold, or were not run, the last time with this seed')
  .option('--broken', 'takes one mechanism after the other out of Buka: its cell has to notice')
  .option('--list', 'names the cells, and those that are left out')
  .action(main)
  .parseAsync()
  .catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
