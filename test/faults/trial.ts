import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readBooks } from '../../demo/books';
import type { Sample } from '../../demo/load';
import { reconcile } from '../../demo/reconcile';
import { out } from '../../demo/shop';
import { disturbance } from './disturbed';
import { account, type Rule } from './explain';
import type { Ground } from './ground';
import type { Run } from './run-of-action';

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
  /** The lab itself went wrong, so that it has to be tried again. */
  readonly disturbed?: string;
}

/** What happens to a shop while customers buy, and what is found out about it. */
export class Trial {
  readonly began = Date.now();
  /** What did not hold. */
  readonly problems: string[] = [];
  readonly notes: string[] = [];
  readonly rules: Rule[] = [];
  backInRotationSeconds: number | null = null;
  private readonly log: { at: number; text: string }[] = [];

  constructor(readonly ground: Ground) {}

  note(text: string, at = Date.now()): void {
    this.notes.push(text);
    this.log.push({ at, text: `-- ${text}` });
  }

  tell(text: string): void {
    this.log.push({ at: Date.now(), text: `-- ${text}` });
  }

  /** Keeps the log of a run of an action, under a name where there are several. */
  keep(run: Run, name = ''): void {
    this.log.push(...run.lines.map(({ at, text }) => ({ at, text: `${name}${text}` })));
  }

  get lines(): string[] {
    return this.log
      .toSorted((one, other) => one.at - other.at)
      .map(({ at, text }) => `${((at - this.began) / 1000).toFixed(2).padStart(7)} ${text}`);
  }
}

/** Plays it under load, and accounts for every request and every sale. */
export async function tried(
  ground: Ground,
  named: { readonly step: string; readonly fault: string; readonly seed: number },
  play: (trial: Trial) => Promise<void>,
): Promise<CellResult> {
  const { step, fault, seed } = named;
  const trial = new Trial(ground);
  const { problems, notes } = trial;
  const opening = await readBooks(ground.lab);
  const load = ground.customers(seed);
  try {
    await sleep(1500);
    await play(trial);
  } catch (error) {
    problems.push(`error: ${error instanceof Error ? error.message : String(error)}`);
  }
  const samples = await load.stop();
  const sales = reconcile(samples, opening, await readBooks(ground.lab));
  const { failed, explained, unexplained } = account(samples, trial.rules);
  for (const [why, count] of explained) trial.note(`${count} ${why}`);
  if (unexplained.length > 0)
    problems.push(`${unexplained.length} requests failed without a reason: ${describe(unexplained, trial.began)}`);
  if (sales.lost + sales.doubled + sales.stockOff.length > 0) problems.push(`sales: ${JSON.stringify(sales)}`);
  if (sales.acknowledged === 0) problems.push('nobody bought anything');
  const disturbed =
    problems.length > 0
      ? await disturbance(ground, samples, { began: trial.began, mayMove: fault === 'load balancer powered off' })
      : undefined;
  writeLog(`${ground.name}-${step}-${fault}`, [...trial.lines, ...problems.map((problem) => `PROBLEM ${problem}`)]);
  return {
    step,
    fault,
    ok: problems.length === 0,
    requestsFailed: failed,
    explained: failed - unexplained.length,
    salesLost: sales.lost,
    salesDoubled: sales.doubled,
    backInRotationSeconds: trial.backInRotationSeconds,
    note: [...problems, ...notes].join('; '),
    ...(disturbed !== undefined && { disturbed }),
  };
}

/** `sale reset due at 12.3 s to address 0`, the first few. */
function describe(samples: readonly Sample[], since: number): string {
  const words = samples.slice(0, 6).map(({ kind, failure, at, target, fresh }) => {
    const when = ((at - since) / 1000).toFixed(1);
    return `${kind} ${failure} due at ${when} s to address ${target}${fresh ? '' : ' on a kept connection'}`;
  });
  return [...words, ...(samples.length > words.length ? ['…'] : [])].join(', ');
}

function writeLog(name: string, lines: readonly string[]): void {
  const folder = join(out, 'faults');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name.replaceAll(/[^a-z0-9.]+/gi, '-')}.log`), `${lines.join('\n')}\n`);
}
