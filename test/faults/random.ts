import { setTimeout as sleep } from 'node:timers/promises';
import { pick, seeded } from '../../src/load';
import { runCell } from './cell';
import type { Ground } from './ground';
import { faults, type Step } from './matrix';
import type { CellResult } from './trial';

/** Seconds that a deploy of the matrix takes at least: the fault comes before. */
const shortest = 15;
/** Steps in which an app can fail by itself. */
const appFails: readonly Step[] = ['migrate', 'restart', 'start', 'check', 'readmit', 'between batches', 'settle'];

/** A fault at a moment, both by chance: the same seed gives the same ones. */
export async function runRandom(ground: Ground, seed: number): Promise<CellResult> {
  const random = seeded(seed);
  const fault = pick(random, faults);
  const seconds = Math.round(random() * shortest * 10) / 10;
  const worker = pick(random, ground.lab.cluster.workers.hosts).name;
  const atBalancer = random() < 0.5;
  const step = fault === 'app fails' ? pick(random, appFails) : pick(random, ['migrate', 'drain', 'revert'] as const);
  const chance = random();
  if (fault === 'app fails') return runCell(ground, { step, fault }, { chance, seed, name: `random ${seed}: ${step}` });
  // The step says what kind of release it is: with a migration, without, or one that the second worker can't run.
  const reach = async () => {
    await sleep(seconds * 1000);
    return { worker, atBalancer };
  };
  return runCell(
    ground,
    { step, fault },
    { chance, seed, name: `random ${seed}: after ${seconds} s of a ${kind[step]}`, reach },
  );
}

const kind: Partial<Record<Step, string>> = {
  migrate: 'deploy with a migration',
  drain: 'deploy',
  revert: 'deploy that turns back',
};
