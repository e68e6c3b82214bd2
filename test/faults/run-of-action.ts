import { setTimeout as sleep } from 'node:timers/promises';
import { Job, type StepResult } from '../../demo/runner';
import { insideRunner } from '../../lab';

/** A line of the job's log, and when it came, in milliseconds since 1970. */
export interface Line {
  readonly at: number;
  readonly text: string;
}

export interface RunSettings {
  readonly lab: string;
  /** The folder with the action's `action.yml`. */
  readonly action: string;
  readonly inputs: Readonly<Record<string, string>>;
  /** With `buka.yml`. */
  readonly workspace: string;
}

/** A real run of an action, on a runner of its own beside the machines. */
export class Run {
  private static count = 0;
  readonly lines: Line[] = [];
  /** Its main step has ended. */
  ended = false;
  private readonly main: Promise<StepResult | Error>;
  private readonly listeners = new Set<() => void>();
  private killed = false;

  private constructor(
    private readonly job: Job,
    { action, inputs, lab }: RunSettings,
  ) {
    const [program, args] = insideRunner(lab, []);
    const onLine = (text: string) => {
      for (const each of text.split('\n')) this.lines.push({ at: Date.now(), text: each });
      this.tell();
    };
    this.main = job
      .run(action, inputs, { prefix: [program, ...args], onLine })
      .catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))))
      .finally(() => {
        this.ended = true;
        this.tell();
      });
  }

  static async start(settings: RunSettings): Promise<Run> {
    Run.count += 1;
    const env = { GITHUB_RUN_ID: String(Run.count), GITHUB_WORKFLOW: 'faults', GITHUB_ACTOR: 'matrix' };
    return new Run(await Job.start({ workspace: settings.workspace, env }), settings);
  }

  /** Resolves when the main step has ended. */
  get over(): Promise<void> {
    return this.main.then(() => undefined);
  }

  private tell(): void {
    for (const listener of [...this.listeners]) listener();
  }

  /**
   * Waits for the `nth` line that matches.
   * @returns the match; undefined when the run ended without
   */
  async line(pattern: RegExp, nth = 1): Promise<RegExpExecArray | undefined> {
    for (;;) {
      const found = this.matches(pattern)[nth - 1];
      if (found) return found;
      if (this.ended) return undefined;
      await new Promise<void>((resolve) => {
        const once = () => {
          this.listeners.delete(once);
          resolve();
        };
        this.listeners.add(once);
      });
    }
  }

  private matches(pattern: RegExp): RegExpExecArray[] {
    return this.lines.flatMap(({ text }) => {
      const match = pattern.exec(text);
      return match ? [match] : [];
    });
  }

  /** The process stands still, as on a machine that is out of breath; what it has started on hosts goes on. */
  pause(): void {
    this.job.signal('SIGSTOP');
  }

  resume(): void {
    this.job.signal('SIGCONT');
  }

  /** The runner's machine is gone: no signal that could be handled, no post step. */
  kill(): void {
    this.killed = true;
    this.job.signal('SIGKILL');
  }

  /** As a runner cancels; the post step comes with `end`. */
  async cancel(): Promise<void> {
    await this.job.cancel();
  }

  /**
   * Waits for the end of the run, the post step too.
   * @returns the exit status; `stuck` when it has not ended by itself, and was killed
   */
  async end(limit: number): Promise<{ status: number | 'stuck'; outputs: Readonly<Record<string, string>> }> {
    const late = Symbol('late');
    const timer = new AbortController();
    const patience = sleep(limit, late, { signal: timer.signal }).catch(() => late);
    const whole = this.main.then(async (result) => {
      if (this.killed) this.job.abandon();
      else await this.job.finish();
      return result;
    });
    const result = await Promise.race([whole, patience]);
    timer.abort();
    if (typeof result === 'symbol') {
      this.job.abandon();
      await whole.catch(() => undefined);
      return { status: 'stuck', outputs: {} };
    }
    return result instanceof Error ? { status: 1, outputs: {} } : { status: result.status, outputs: result.outputs };
  }
}
