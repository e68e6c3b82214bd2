import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readBooks } from './books';
import { Phases } from './phases';
import { type Prepared, prepared } from './prepare';
import { reconcile } from './reconcile';
import { type DemoResult, holds, resultOf } from './result';
import { out } from './shop';
import { summaryOf } from './summary';

export interface DemoOptions {
  /** Requests a second. */
  readonly rate: number;
  /** Leave the machines up. */
  readonly keep: boolean;
  /** A line for people. */
  readonly say: (line: string) => void;
}

export const labName = 'demo';

/** Seconds of load around the rollouts. */
const quiet = { before: 10, between: 5, after: 10 };

/**
 * A shop goes from release 1 to release 2 and back while customers buy.
 * @returns whether nobody noticed.
 * @throws Error, BukaError when a part of it can't be done at all.
 */
export async function demo({ rate, keep, say }: DemoOptions): Promise<boolean> {
  // Nobody should take the results of an earlier run for this one's.
  await rm(join(out, 'demo.json'), { force: true });
  await mkdir(out, { recursive: true });
  const phases = new Phases();
  const { result, summary } = await prepared({ name: labName, keep, say, phases }, (shop) =>
    perform(shop, { rate, say, phases }),
  );
  await writeFile(join(out, 'demo.json'), `${JSON.stringify(result, null, 2)}\n`);
  say(`\n${summary}\n`);
  if (keep) say(howToLook);
  return holds(result);
}

interface Play {
  readonly rate: number;
  readonly say: (line: string) => void;
  readonly phases: Phases;
}

async function perform({ stage, one, two }: Prepared, { rate, say, phases }: Play) {
  const wait = (name: keyof typeof quiet) => phases.during(name, () => sleep(quiet[name] * 1000));

  say('The first deploy, of release 1, to workers that have none yet …');
  await phases.during('first deploy', () => stage.deploy(one, 'first-deploy'));
  const opening = await readBooks(stage.lab);

  say(`Customers come, ${rate} requests a second, through ${stage.lab.cluster.loadBalancers.address} …`);
  const customers = stage.customers({ rate });
  await wait('before');
  const from = Date.now();
  say('Deploy of release 2 …');
  await phases.during('deploy', () => stage.deploy(two, 'deploy'));
  await wait('between');
  say('Rollback to release 1 …');
  await phases.during('rollback', () => stage.rollback(two.job, 'the demo shows it', 'rollback'));
  const until = Date.now();
  await wait('after');

  const samples = await phases.during('last answers', () => customers.stop());
  const closing = await phases.during('books', () => readBooks(stage.lab));
  const result: DemoResult = resultOf(samples, { from, until }, phases.all, reconcile(samples, opening, closing));
  const names = new Map([
    [one.id, 'release 1'],
    [two.id, 'release 2'],
  ]);
  return { result, summary: summaryOf(result, samples, names) };
}

/** What a person can do with machines that stay. */
const howToLook = `The machines stay up.
  The cashier page: npx tsx demo/window.ts, then http://127.0.0.1:8080 in a browser
  A machine:        npm run lab -- ssh worker1 --name ${labName}
  Take them down:   npm run lab -- down --name ${labName}
`;
