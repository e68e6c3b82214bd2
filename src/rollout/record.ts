import { BukaError } from '../errors';
import type { ReleaseId } from '../release';
import { milliseconds } from '../units';
import { type Clock, type Context, systemClock } from './context';
import { describeState } from './describe';
import { type Observation, observe } from './observe';
import type { RolloutReport } from './report';
import { Journal } from './work';
import { workerStates } from './worker-state';

/** Of the 7.5 s between a runner's SIGINT and its SIGTERM, when the workers are safe. */
const LOOK_WITHIN = milliseconds(1500);

/** What a run has come to, at every moment; its report is made from this, whatever happened. */
export class Record {
  readonly clock: Clock;
  readonly journal = new Journal();
  readonly #startedAt: Date;
  readonly #phases: { name: string; took: ReturnType<typeof milliseconds> }[] = [];
  observation: Observation = { workers: new Map(), loadBalancers: new Map() };
  from: ReleaseId | undefined;
  to: ReleaseId | undefined;
  /** Of every release that is known. */
  commits: ReadonlyMap<ReleaseId, string> = new Map();
  plan: readonly string[] = [];
  afterFailure: RolloutReport['afterFailure'];
  backup: RolloutReport['backup'];
  withoutBackup: RolloutReport['withoutBackup'];
  despiteObjectives: RolloutReport['despiteObjectives'];
  /** From here on hosts may have been changed. */
  changing = false;

  constructor(
    private readonly context: Context,
    private readonly kind: RolloutReport['kind'],
  ) {
    this.clock = context.clock ?? systemClock;
    this.#startedAt = this.clock.now();
  }

  /** Runs a phase under its own heading, and times it. */
  async phase<T>(name: string, work: () => Promise<T>): Promise<T> {
    const began = this.clock.now().getTime();
    try {
      return await this.context.reporter.group(name, work);
    } finally {
      this.#phases.push({ name, took: milliseconds(this.clock.now().getTime() - began) });
    }
  }

  /** The report; hosts that the run may have changed are read once more, where it has the time for that. */
  async finish(outcome: RolloutReport['outcome'], error?: BukaError): Promise<RolloutReport> {
    if (this.changing) this.observation = await this.#lookAgain();
    const workers = workerStates(this.context.cluster, this.observation);
    const left = workers.map(describeState).join('\n');
    return {
      outcome,
      kind: this.kind,
      from: this.from,
      to: this.to,
      commits: { from: this.from && this.commits.get(this.from), to: this.to && this.commits.get(this.to) },
      startedAt: this.#startedAt,
      phases: this.#phases,
      timeline: this.journal.timeline,
      workers,
      cut: this.journal.cut,
      plan: this.plan,
      afterFailure: this.afterFailure,
      missed: this.journal.missed,
      watched: this.journal.watched,
      backup: this.backup,
      withoutBackup: this.withoutBackup,
      despiteObjectives: this.despiteObjectives,
      error: error && this.changing ? new BukaError({ ...error.failure, left }) : error,
    };
  }

  /** A cancelled run is killed soon: then what it saw last has to do. */
  async #lookAgain(): Promise<Observation> {
    const again = observe(this.context);
    if (this.context.signal?.aborted !== true) return again;
    again.catch(() => {}); // nobody may wait for it any more
    return Promise.race([again, this.clock.sleep(LOOK_WITHIN).then(() => this.observation)]);
  }
}
