import { setTimeout as sleep } from 'node:timers/promises';
import { awaitAppFault, deathsOf, mendApp, prepareApp, releaseFor } from './app-fault';
import { rulesFor } from './explain';
import type { Ground } from './ground';
import { type Injected, injectFault, type Target } from './inject';
import type { Cell, Fault, Step } from './matrix';
import { type Moment, reach } from './moment';
import { backInRotation, checkConverged, checkWorkers } from './promises';
import type { TestRelease } from './releases';
import type { Run } from './run-of-action';
import type { Seen } from './seen';
import { type CellResult, type Trial, tried } from './trial';

/** What a run of the action may take, with every patience that it has. */
export const longestRun = 180_000;

/** SSH of the step goes there: to a load balancer where the step is one of theirs. */
const atBalancer: readonly Step[] = ['drain', 'drained', 'check', 'readmit', 'revert'];

export interface CellOptions {
  /** From 0 up to 1: chooses the load balancer that is hit. */
  readonly chance: number;
  readonly seed: number;
  /** Instead of the step's own. */
  readonly name?: string | undefined;
  /** Waits for another moment than the step's. */
  readonly reach?: ((run: Run) => Promise<Moment | undefined>) | undefined;
}

/** One fault in one step, and all that has to hold after it. */
export async function runCell(ground: Ground, cell: Cell, options: CellOptions): Promise<CellResult> {
  const release = await ground.releases.next(releaseFor(cell));
  await prepareApp(ground, cell, release);
  const step = options.name ?? cell.step;
  return tried(ground, { step, fault: cell.fault, seed: options.seed }, (trial) => play(trial, cell, release, options));
}

async function play(trial: Trial, cell: Cell, release: TestRelease, options: CellOptions): Promise<void> {
  const { ground, problems, began } = trial;
  const { injected, before, target, status, gone } = await strike(trial, cell, release, options);
  trial.note(injected.proof, injected.at);
  trial.note(status === 'stuck' ? `the run did not end within ${longestRun / 1000} s` : `the run ended with ${status}`);
  if (status === 'stuck') problems.push('the run had to be killed');

  if (status === 0) await tellsTheTruth(ground, release, injected.sick, problems);

  const away = cell.fault === 'load balancer powered off' && injected.host ? [injected.host] : [];
  trial.backInRotationSeconds = await backInRotation(ground, { gone, sick: injected.sick, away }, problems);
  checkWorkers(ground, await ground.see(true), gone, problems);

  await injected.mend();
  await mendApp(ground);
  const mendedAt = Date.now();
  trial.tell('mended; the same deploy again');
  if (/^worker/.test(cell.fault)) onlyThere(before, await ground.see(), injected.host ?? '', problems);
  await again(trial, cell.fault === 'app fails' ? await ground.releases.next() : release);

  const hit = before.balancers.find(({ host }) => host === target.balancer);
  trial.rules.push(
    ...rulesFor({
      cell,
      at: injected.at,
      mendedAt,
      inRotation: before.balancers.some(({ status: words }) => /^UP/.test(words.get(target.worker) ?? '')),
      led: hit?.leads ?? false,
      own: ground.targets.indexOf(ground.lab.cluster.hosts.get(target.balancer)?.address ?? ''),
      // An app that dies again and again does so until the good release is there.
      deaths: injected.host && cell.fault === 'app fails' ? await deathsOf(ground, injected.host, began) : [],
    }),
  );
}

/** A job that is green has every worker on its release. */
async function tellsTheTruth(ground: Ground, { id }: TestRelease, sick: readonly string[], problems: string[]) {
  for (const { host, running } of (await ground.see()).workers)
    if (running !== id && !sick.includes(host)) problems.push(`the run says success, but ${host} runs ${running}`);
}

/** By the load balancers' own counters: where one worker went, no request may have failed at another. */
function onlyThere(before: Seen, after: Seen, gone: string, problems: string[]): void {
  for (const { host, errors } of after.balancers) {
    const then = before.balancers.find((one) => one.host === host)?.errors;
    for (const [worker, count] of errors) {
      const more = count - (then?.get(worker) ?? 0);
      if (worker !== gone && more > 0)
        problems.push(`${more} requests failed at ${worker}, by the counters of ${host}`);
    }
  }
}

/** The same deploy once more, which has to end well. */
export async function again(trial: Trial, release: TestRelease): Promise<void> {
  const { ground, problems } = trial;
  const run = await ground.deploy(release);
  const { status } = await run.end(longestRun);
  trial.keep(run);
  if (status !== 0) problems.push(`the rerun ended with ${status}`);
  await checkConverged(ground, release, problems);
}

interface Struck {
  readonly injected: Injected;
  /** How everything was when the fault came. */
  readonly before: Seen;
  readonly target: Target;
  readonly status: number | 'stuck';
  /** The moment from which nobody looked after the workers but Buka's own leases. */
  readonly gone: number;
}

const unseen: Seen = { at: 0, workers: [], balancers: [] };
/** They hit the run itself, which must not stand still for it. */
const hitsRun: readonly Fault[] = ['runner killed', 'job cancelled'];

/** Waits for the step, injects the fault, and sees the run to its end. */
async function strike(trial: Trial, cell: Cell, release: TestRelease, options: CellOptions): Promise<Struck> {
  const { ground, began } = trial;
  const balancers = ground.lab.cluster.loadBalancers.hosts.map(({ name }) => name);
  const balancer = balancers[Math.floor(options.chance * balancers.length)] ?? '';
  const run = await ground.deploy(release);
  try {
    if (cell.fault === 'app fails' && cell.step !== 'revert') {
      const injected = await awaitAppFault(ground, cell, run, began);
      const { status } = await run.end(longestRun);
      const target = { worker: injected.host ?? '', balancer, session: '' };
      return { injected, before: unseen, target, status, gone: Date.now() };
    }
    const moment = await (options.reach?.(run) ?? reach(cell.step, run, ground.lab, release));
    if (!moment) throw new Error('The run ended before the step.');
    const { worker } = moment;
    const session = (moment.atBalancer ?? atBalancer.includes(cell.step)) ? balancer : worker;
    // The run stands still meanwhile, so that the step is still the same when the fault has come.
    const still = !hitsRun.includes(cell.fault);
    if (still) run.pause();
    const before = still ? await ground.see() : unseen;
    const injected =
      cell.fault === 'app fails'
        ? await awaitAppFault(ground, cell, run, began)
        : await injectFault(cell.fault, ground, run, { worker, balancer, session });
    run.resume();
    const { status } = await run.end(longestRun);
    const unattended = cell.fault === 'runner killed' || cell.fault === 'runner cut off';
    return {
      injected,
      before,
      target: { worker, balancer, session },
      status,
      gone: unattended ? injected.at : Date.now(),
    };
  } catch (error) {
    run.resume();
    await sleep(100);
    await run.end(1000);
    throw error;
  } finally {
    trial.keep(run);
  }
}
