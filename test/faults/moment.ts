import type { Lab } from '../../lab';
import type { Step } from './matrix';
import type { Run } from './run-of-action';

/** Where a step has begun: the worker that it is about. */
export interface Moment {
  readonly worker: string;
}

/** The canary, the second and the last worker: the matrix begins each cell with all three alike. */
const canary = 'worker1';
const second = 'worker2';
const last = 'worker3';

/** Lines of the job's log that say that a step has begun. */
const lines: Partial<Record<Step, { pattern: RegExp; nth?: number; worker?: string }>> = {
  preflight: { pattern: /^Preflight$/, worker: second },
  lock: { pattern: /^Lock$/, worker: canary },
  stage: { pattern: /^(worker\d) +stage …/ },
  migrate: { pattern: /^(worker\d) +migrate …/ },
  drain: { pattern: /^(worker\d) +drain …: on/ },
  restart: { pattern: /^(worker\d) +drained/ },
  start: { pattern: /^(worker\d) +switched/ },
  check: { pattern: new RegExp(`^(${second}) +healthy`) },
  'between batches': { pattern: new RegExp(`^(${canary}) +readmitted`) },
  settle: { pattern: /^Settle$/, worker: last },
  revert: { pattern: new RegExp(`^(${canary}) +drain …: on`), nth: 2 },
};

/** Where the log has no line at the right moment, the mark on a load balancer tells. */
const marks: Partial<Record<Step, { worker: string; state: string }>> = {
  drained: { worker: canary, state: 'maintenance' },
  readmit: { worker: second, state: 'checked' },
};

/** Waits until the step has begun; undefined when the run ended before. */
export async function reach(step: Step, run: Run, lab: Lab): Promise<Moment | undefined> {
  const line = lines[step];
  if (line) {
    const match = await run.line(line.pattern, line.nth);
    return match && { worker: line.worker ?? match[1] ?? canary };
  }
  const mark = marks[step];
  if (!mark) throw new Error(`No moment is known for ${step}.`);
  const told = await markSays(mark, run, lab);
  return told ? { worker: mark.worker } : undefined;
}

/** Watches the mark on the first load balancer, every 20 ms. */
async function markSays(mark: { worker: string; state: string }, run: Run, lab: Lab): Promise<boolean> {
  const host = lab.cluster.loadBalancers.hosts[0]?.name ?? '';
  // Only of a drain that this run began: a mark that an earlier one left is not meant.
  if (!(await run.line(new RegExp(`^${mark.worker} +drain …: on`)))) return false;
  const file = `/home/deploy/.buka/pos/${mark.worker}/mark`;
  const script = `for i in $(seq 1500); do grep -qs '^state ${mark.state}$' ${file} && exit 0; sleep 0.02; done; exit 1`;
  const watch = lab.shell(host, script).then(({ status }) => status === 0);
  const over = run.over.then(() => false);
  return Promise.race([watch, over]);
}
