import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { down, type Lab, up } from '../lab';
import { readBooks } from './books';
import { Phases } from './phases';
import { reconcile } from './reconcile';
import { type DemoResult, holds, resultOf } from './result';
import { type BuiltRelease, buildRelease, clusterFile, out } from './shop';
import { Stage } from './stage';
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
  const indented = (line: string) => say(`    ${line.replaceAll('\n', '\n    ')}`);
  const phases = new Phases();
  // Nobody should take the results of an earlier run for this one's.
  await rm(join(out, 'demo.json'), { force: true });
  await mkdir(out, { recursive: true });

  say('Making the machines …');
  const lab = await phases.during('machines', () => up({ name: labName, cluster: clusterFile, say: indented }));
  const releases: BuiltRelease[] = [];
  try {
    say('Building releases 1 and 2 of the POS by the build action, with its tests …');
    const build = async (edition: 1 | 2) => {
      const release = await phases.during(`build release ${edition}`, () => buildRelease(edition));
      releases.push(release);
      indented(`release ${edition} is ${release.id}`);
      return release;
    };
    const [one, two] = await everyOne([build(1), build(2)]);
    const { result, summary } = await perform(new Stage(lab, indented), { one, two, rate, say, phases });
    await writeFile(join(out, 'demo.json'), `${JSON.stringify(result, null, 2)}\n`);
    say(`\n${summary}\n`);
    return holds(result);
  } finally {
    await Promise.all(releases.map((release) => release.dispose()));
    if (keep) say(howToLook(lab));
    else await takeDown();
  }
}

/** Like `Promise.all`, but a failure waits for the others' end, so that they can be tidied up. */
async function everyOne<T, U>(work: [Promise<T>, Promise<U>]): Promise<[T, U]> {
  await Promise.allSettled(work);
  return Promise.all(work);
}

interface Play {
  readonly one: BuiltRelease;
  readonly two: BuiltRelease;
  readonly rate: number;
  readonly say: (line: string) => void;
  readonly phases: Phases;
}

async function perform(stage: Stage, { one, two, rate, say, phases }: Play) {
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

/** Takes the demo's machines away, whatever state they are in. */
export const takeDown = (): Promise<void> => down(labName);

/** What a person can do with a lab that stays. */
function howToLook({ cluster }: Lab): string {
  return [
    'The machines stay up.',
    `  cashier page   npx tsx demo/window.ts, then http://127.0.0.1:8080 in a browser`,
    `  a machine      npm run lab -- ssh ${cluster.workers.hosts[0]?.name ?? 'worker1'} --name ${labName}`,
    `  take it down   npm run lab -- down --name ${labName}`,
  ].join('\n');
}
