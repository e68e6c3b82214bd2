import { InvalidArgumentError } from 'commander';
import { takeDownWhenInterrupted } from '../demo/interrupt';
import { type Preparation, type Prepared, prepared } from '../demo/prepare';

const name = 'bench';
export const say = (line: string) => console.log(line);

/**
 * Measures on a lab of its own with both releases of the POS, which is taken away whatever happens. The exit status is 1
 * where `measure` tells false, or failed.
 */
export async function benchOnLab(
  fault: Preparation['fault'],
  measure: (shop: Prepared) => Promise<boolean>,
): Promise<void> {
  const interrupted = takeDownWhenInterrupted(name);
  try {
    process.exitCode = (await prepared({ name, fault, untested: true, keep: false, say }, measure)) ? 0 : 1;
  } catch (error) {
    if (interrupted()) return; // what fails when the machines are taken away is no news
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

/** Of a command line: a number from `least` to `most`. */
export function within(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!(value >= least && value <= most)) throw new InvalidArgumentError(`Use a number from ${least} to ${most}.`);
    return value;
  };
}
