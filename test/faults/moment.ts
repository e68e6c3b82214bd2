import { setTimeout as sleep } from 'node:timers/promises';
import type { Lab } from '../../lab';
import type { Step } from './matrix';
import type { TestRelease } from './releases';
import type { Run } from './run-of-action';

/** Where a step has begun: the worker that it is about. */
export interface Moment {
  readonly worker: string;
  /** SSH of the step goes to a load balancer; by default as the step says. */
  readonly atBalancer?: boolean | undefined;
}

/** The canary, the second and the last worker: the matrix begins each cell with all three alike. */
const canary = 'worker1';
const second = 'worker2';
const last = 'worker3';

/** A line of the job's log, and milliseconds after it: a line comes before what it announces has reached a host. */
interface Said {
  readonly pattern: RegExp;
  readonly nth?: number;
  readonly worker?: string;
  readonly after: number;
}

const said: Partial<Record<Step, Said>> = {
  preflight: { pattern: /^Preflight$/, worker: second, after: 0 },
  lock: { pattern: /^Lock$/, worker: canary, after: 15 },
  migrate: { pattern: /^(worker\d) +migrate …/, after: 800 },
  start: { pattern: /^(worker\d) +switched/, after: 200 },
  check: { pattern: new RegExp(`^(${second}) +healthy`), after: 0 },
  'between batches': { pattern: new RegExp(`^(${canary}) +readmitted`), after: 500 },
  settle: { pattern: /^Settle$/, worker: last, after: 20 },
  revert: { pattern: new RegExp(`^(${canary}) +drain …: on`), nth: 2, after: 200 },
};

/** What tells on a machine that the step is under way, where no line comes at the right moment. */
interface Sign {
  /** Looked for from this line on: what an earlier run has left doesn't count. */
  readonly since: RegExp;
  readonly worker: string;
  readonly where: 'balancer' | 'worker';
  /** A shell's condition. */
  holds(release: TestRelease): string;
}

const mark = (worker: string, state: string): Sign => ({
  since: new RegExp(`^${worker} +drain …: on`),
  worker,
  where: 'balancer',
  holds: () => `grep -qs '^state ${state}$' /home/deploy/.buka/pos/${worker}/mark`,
});

const signs: Partial<Record<Step, Sign>> = {
  stage: {
    since: new RegExp(`^${second} +stage …`),
    worker: second,
    where: 'worker',
    holds: () => 'ls -d /srv/pos/releases/.incoming-* >/dev/null 2>&1',
  },
  drain: mark(canary, 'drain'),
  drained: mark(canary, 'maintenance'),
  // The symlink is renamed, and the restart is on its way.
  restart: {
    since: new RegExp(`^${canary} +drain …: on`),
    worker: canary,
    where: 'worker',
    holds: ({ id }) => `[ /srv/pos/current -ef /srv/pos/releases/${id}/tree ]`,
  },
  readmit: mark(second, 'checked'),
};

/** Waits until the step is under way; undefined when the run ended before. */
export async function reach(step: Step, run: Run, lab: Lab, release: TestRelease): Promise<Moment | undefined> {
  const line = said[step];
  if (line) {
    const match = await run.line(line.pattern, line.nth);
    if (!match) return undefined;
    await sleep(line.after);
    return { worker: line.worker ?? match[1] ?? canary };
  }
  const sign = signs[step];
  if (!sign) throw new Error(`No moment is known for ${step}.`);
  if (!(await run.line(sign.since))) return undefined;
  const [balancer] = lab.cluster.loadBalancers.hosts;
  const host = sign.where === 'worker' ? sign.worker : (balancer?.name ?? '');
  const script = `for i in $(seq 3000); do if ${sign.holds(release)}; then exit 0; fi; sleep 0.01; done; exit 1`;
  const told = lab.shell(host, script).then(({ status }) => status === 0);
  return (await Promise.race([told, run.over.then(() => false)])) ? { worker: sign.worker } : undefined;
}
