import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readBooks } from '../../demo/books';
import type { Sample } from '../../demo/load';
import { reconcile } from '../../demo/reconcile';
import { out } from '../../demo/shop';
import { awaitAppFault, deathsOf, mendApp, prepareApp, releaseFor } from './app-fault';
import { account, type Facts, rulesFor } from './explain';
import type { Ground } from './ground';
import { type Injected, injectFault, type Target } from './inject';
import type { Cell, Fault, Step } from './matrix';
import { type Moment, reach } from './moment';
import { backInRotation, checkConverged, checkWorkers } from './promises';
import type { Run } from './run-of-action';
import type { Seen } from './seen';

/** A line of `out/faults.json`. */
export interface CellResult {
  readonly step: string;
  readonly fault: string;
  readonly ok: boolean;
  readonly requestsFailed: number;
  readonly explained: number;
  readonly salesLost: number;
  readonly salesDoubled: number;
  readonly backInRotationSeconds: number | null;
  readonly note: string;
}

/** What a run of the action may take, with every patience that it has. */
const longestRun = 180_000;

/** SSH of the step goes there: to a load balancer where the step is one of theirs. */
const atBalancer: readonly Step[] = ['drain', 'drained', 'check', 'readmit', 'revert'];

export interface CellOptions {
  /** Chooses the load balancer that is hit. */
  readonly chance: number;
  readonly seed: number;
  /** Told when the fault shall come: by default when the step has begun. */
  readonly reach?: (run: Run) => Promise<Moment | undefined>;
}

/** One fault in one step, and all that has to hold after it. */
export async function runCell(ground: Ground, cell: Cell, options: CellOptions): Promise<CellResult> {
  const { lab } = ground;
  const problems: string[] = [];
  const notes: string[] = [];
  const log: string[] = [];
  const began = Date.now();
  const release = await ground.releases.next(releaseFor(cell));
  await prepareApp(ground, cell, release);
  const opening = await readBooks(lab);
  const load = ground.customers(options.seed);
  let backInRotationSeconds: number | null = null;
  let facts: Facts | undefined;
  try {
    await sleep(1500);
    const run = await ground.deploy(release);
    const { injected, before, target, status, gone } = await strike(ground, cell, run, options, began);
    log.push(...run.lines.map(({ at, text }) => `${((at - began) / 1000).toFixed(2).padStart(7)} ${text}`));
    notes.push(`${injected.proof}; the run ended ${status === 'stuck' ? 'by being killed' : `with ${status}`}`);
    if (status === 'stuck') problems.push(`the run did not end within ${longestRun / 1000} s`);
    log.push(`${((injected.at - began) / 1000).toFixed(2)} FAULT ${injected.proof}`);

    const away = cell.fault === 'load balancer powered off' && injected.host ? [injected.host] : [];
    backInRotationSeconds = await backInRotation(ground, { gone, sick: injected.sick, away }, problems);
    checkWorkers(ground, await ground.see(true), gone, problems);

    const mending = Date.now();
    await injected.mend();
    const deaths = injected.host && cell.fault === 'app fails' ? await deathsOf(ground, injected.host, began) : [];
    await mendApp(ground);
    const hit = before.balancers.find(({ host }) => host === target.balancer);
    facts = {
      cell,
      at: injected.at,
      mendedAt: Date.now(),
      inRotation: before.balancers.some(({ status: words }) => /^UP/.test(words.get(target.worker) ?? '')),
      led: hit?.leads ?? false,
      own: ground.targets.indexOf(lab.cluster.hosts.get(target.balancer)?.address ?? ''),
      deaths,
    };
    log.push(`${((mending - began) / 1000).toFixed(2)} mended; the same deploy again`);

    const goal = cell.fault === 'app fails' ? await ground.releases.next() : release;
    const again = await ground.deploy(goal);
    const second = await again.end(longestRun);
    log.push(...again.lines.map(({ at, text }) => `${((at - began) / 1000).toFixed(2).padStart(7)} ${text}`));
    if (second.status !== 0) problems.push(`the rerun ended with ${second.status}`);
    await checkConverged(ground, goal, problems);
  } catch (error) {
    problems.push(`error: ${error instanceof Error ? error.message : String(error)}`);
  }
  const samples = await load.stop();
  const sales = reconcile(samples, opening, await readBooks(lab));
  const { failed, explained, unexplained } = account(samples, facts ? rulesFor(facts) : []);
  for (const [why, count] of explained) notes.push(`${count} ${why}`);
  if (unexplained.length > 0)
    problems.push(
      `${unexplained.length} requests failed without a reason: ${describe(unexplained, facts?.at ?? began)}`,
    );
  if (sales.lost + sales.doubled + sales.stockOff.length > 0) problems.push(`sales: ${JSON.stringify(sales)}`);
  if (sales.acknowledged === 0) problems.push('nobody bought anything');
  log.push(...problems.map((problem) => `PROBLEM ${problem}`), ...notes);
  writeLog(`${ground.name}-${cell.step}-${cell.fault}`, log);
  return {
    ...cell,
    ok: problems.length === 0,
    requestsFailed: failed,
    explained: failed - unexplained.length,
    salesLost: sales.lost,
    salesDoubled: sales.doubled,
    backInRotationSeconds,
    note: [...problems, ...notes].join('; '),
  };
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

/** Waits for the step, injects the fault, and sees the run to its end. */
async function strike(ground: Ground, cell: Cell, run: Run, options: CellOptions, began: number): Promise<Struck> {
  const balancers = ground.lab.cluster.loadBalancers.hosts.map(({ name }) => name);
  const balancer = balancers[Math.floor(options.chance * balancers.length)] ?? '';
  try {
    if (cell.fault === 'app fails' && cell.step !== 'revert') {
      const before = await ground.see();
      const injected = await awaitAppFault(ground, cell, run, began);
      const { status } = await run.end(longestRun);
      return { injected, before, target: { worker: '', balancer, session: '' }, status, gone: Date.now() };
    }
    const moment = await (options.reach?.(run) ?? reach(cell.step, run, ground.lab));
    if (!moment)
      throw new Error(
        `The run ended before the step:\n${run.lines
          .slice(-15)
          .map(({ text }) => text)
          .join('\n')}`,
      );
    const target = {
      worker: moment.worker,
      balancer,
      session: atBalancer.includes(cell.step) ? balancer : moment.worker,
    };
    // The run stands still meanwhile, so that the step is still the same when the fault has come.
    const still = !(['runner killed', 'job cancelled'] satisfies Fault[] as Fault[]).includes(cell.fault);
    if (still) run.pause();
    const before = still ? await ground.see() : { at: Date.now(), workers: [], balancers: [] };
    const injected =
      cell.fault === 'app fails'
        ? await awaitAppFault(ground, cell, run, began)
        : await injectFault(cell.fault, ground, run, target);
    run.resume();
    const { status } = await run.end(longestRun);
    const unattended = cell.fault === 'runner killed' || cell.fault === 'runner cut off';
    return { injected, before, target, status, gone: unattended ? injected.at : Date.now() };
  } catch (error) {
    run.resume();
    await run.end(1000);
    const lines = run.lines.slice(-12).map(({ text }) => text);
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${lines.join('\n')}`);
  }
}

/** `3 × sale reset at +1.2 s to target 0`, the first few. */
function describe(samples: readonly Sample[], since: number): string {
  const words = samples.slice(0, 6).map(({ kind, failure, at, target, fresh }) => {
    const when = ((at - since) / 1000).toFixed(1);
    return `${kind} ${failure} due at ${when} s to ${target}${fresh ? '' : ' on a kept connection'}`;
  });
  return [...words, ...(samples.length > words.length ? ['…'] : [])].join(', ');
}

function writeLog(name: string, lines: readonly string[]): void {
  const folder = join(out, 'faults');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name.replaceAll(' ', '-')}.log`), `${lines.join('\n')}\n`);
}
