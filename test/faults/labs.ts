import { setTimeout as sleep } from 'node:timers/promises';
import { Ground } from './ground';
import type { Product } from './product';
import { isWhole } from './promises';
import type { Task } from './tasks';
import type { CellResult } from './trial';

export interface Labs {
  readonly names: readonly string[];
  readonly product: Product;
  /** The folder with the built app. */
  readonly built: string;
  readonly say: (line: string) => void;
  /** Told of every result as it comes. */
  readonly onResult: (result: CellResult) => void;
}

/** How often a task is tried where the lab itself goes wrong. */
const mostTries = 3;

/** Works the tasks off on several labs side by side; a lab that isn't as it was is made anew. */
export async function workOff(tasks: readonly Task[], labs: Labs): Promise<void> {
  const queue = [...tasks];
  const tried = new Map<Task, number>();
  let done = 0;
  const work = async (name: string) => {
    let ground: Ground | undefined;
    try {
      for (let task = queue.shift(); task; task = queue.shift()) {
        ground ??= await Ground.make(name, labs.product, labs.built);
        const began = Date.now();
        const result = await task.run(ground);
        const tries = (tried.get(task) ?? 0) + 1;
        tried.set(task, tries);
        if (result.disturbed !== undefined && tries < mostTries) {
          labs.say(`again ${task.name} (${name}): ${result.disturbed}; ${result.note}`);
          queue.push(task);
          await ground.dispose();
          ground = undefined;
          continue;
        }
        labs.onResult(result);
        done += 1;
        const took = Math.round((Date.now() - began) / 1000);
        labs.say(
          `${result.ok ? 'ok  ' : 'FAIL'} ${done}/${tasks.length} ${task.name} (${took} s, ${name}): ${result.note}`,
        );
        // What a cell that failed has left is not for the next one to find.
        if (result.ok && (await ground.until((seen) => isWhole(seen, [], []), 10_000))) continue;
        await ground.dispose();
        ground = undefined;
      }
    } finally {
      await ground?.dispose();
    }
  };
  // One after the other: machines that boot take all processors for a moment.
  await Promise.all(labs.names.map(async (name, index) => sleep(index * 5000).then(() => work(name))));
}
