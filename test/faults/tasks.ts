import { seeded } from '../../src/load';
import { runCell } from './cell';
import type { Ground } from './ground';
import type { Cell } from './matrix';
import { runRandom } from './random';
import { runScenario, type Scenario } from './scenarios';
import type { CellResult } from './trial';

/** One thing to try on a lab that is whole. */
export interface Task {
  /** How `step × fault` of its result begins. */
  readonly name: string;
  run(ground: Ground): Promise<CellResult>;
}

export const cellTask = (cell: Cell, seed: number): Task => ({
  name: `${cell.step} × ${cell.fault}`,
  run: (ground) => runCell(ground, cell, { chance: seeded(seed)(), seed }),
});

export const scenarioTask = (scenario: Scenario, seed: number): Task => ({
  name: `two runs × ${scenario}`,
  run: (ground) => runScenario(ground, scenario, seed),
});

export const randomTask = (seed: number): Task => ({
  name: `random ${seed}:`,
  run: (ground) => runRandom(ground, seed),
});
