import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { removeTemporary, temporaryFolder } from '../temporary';
import { inputVariables, readAction } from './action';
import { Console, readPairs } from './commands';

export interface JobSettings {
  /** The folder that a checkout would be in. */
  readonly workspace: string;
  /** More variables, as `env:` of a workflow sets them. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface StepOptions {
  /** Goes before the command: what enters the lab's network namespace. */
  readonly prefix?: readonly string[];
  /** Each line for people, as it comes. */
  readonly onLine?: (line: string) => void;
}

export interface StepResult {
  readonly status: number;
  readonly outputs: Readonly<Record<string, string>>;
  /** The Markdown that the step left for the job's summary. */
  readonly summary: string;
}

/** Another runner's, an agent's, and what npm and jest tell the programs that they start. */
const notInherited =
  /^(GITHUB|INPUT|RUNNER|STATE|ACTIONS|BUKA|SSH|npm_package|npm_lifecycle|JEST)_|^npm_config_local_prefix$|^NODE_(ENV|OPTIONS)$/;

/**
 * A job on a runner, as far as an action can tell: Node 24 runs its `main` with `INPUT_` variables, a fresh file for
 * each of the runner's file commands, and its `post` at the job's end.
 */
export class Job {
  private static readonly all = new Set<Job>();
  private readonly running = new Map<ChildProcess, Promise<unknown>>();
  private readonly posts: (() => Promise<unknown>)[] = [];
  private steps = 0;

  private constructor(
    private readonly settings: JobSettings,
    private readonly folder: string,
  ) {}

  static async start(settings: JobSettings): Promise<Job> {
    const folder = await temporaryFolder('buka-job-');
    await mkdir(join(folder, 'temp'));
    const job = new Job(settings, folder);
    Job.all.add(job);
    return job;
  }

  /** @param action The folder with the `action.yml`. */
  async run(
    action: string,
    inputs: Readonly<Record<string, string>> = {},
    options: StepOptions = {},
  ): Promise<StepResult> {
    const { main, post, ...rest } = await readAction(action);
    const variables = inputVariables({ main, ...rest }, inputs);
    const { state, ...result } = await this.node(main, variables, options);
    if (post !== undefined) {
      const states = Object.entries(state).map(([name, value]) => [`STATE_${name}`, value]);
      this.posts.unshift(() => this.node(post, { ...variables, ...Object.fromEntries(states) }, options));
    }
    return result;
  }

  /** The job's end: the `post` of every action that ran, the last one first; then its files go. */
  async finish(): Promise<void> {
    for (const post of this.posts.splice(0)) await post();
    removeTemporary(this.folder);
    Job.all.delete(this);
  }

  /** The machine under the runner is gone: no `post`. */
  abandon(): void {
    this.signal('SIGKILL');
    removeTemporary(this.folder);
    Job.all.delete(this);
  }

  /**
   * Cancels the job as a runner does: SIGINT to the action alone, SIGTERM 7.5 s later, SIGKILL 2.5 s after that.
   * @returns once the action has ended; its `post` is still to come, in `finish`
   */
  async cancel(): Promise<void> {
    this.signal('SIGINT');
    const later = (name: NodeJS.Signals, milliseconds: number) => setTimeout(() => this.signal(name), milliseconds);
    const timers = [later('SIGTERM', 7_500), later('SIGKILL', 10_000)];
    await Promise.all(this.running.values());
    for (const timer of timers) clearTimeout(timer);
  }

  /** @returns once the actions of every job have ended */
  static async cancelAll(): Promise<void> {
    await Promise.all([...Job.all].map((job) => job.cancel()));
  }

  /** To the action that runs, and to no child of it. */
  signal(name: NodeJS.Signals): void {
    for (const child of this.running.keys()) child.kill(name);
  }

  private async node(script: string, variables: Record<string, string>, options: StepOptions) {
    this.steps += 1;
    const file = (name: string) => join(this.folder, `${name}-${this.steps}`);
    const files = {
      GITHUB_OUTPUT: file('output'),
      GITHUB_STATE: file('state'),
      GITHUB_ENV: file('env'),
      GITHUB_PATH: file('path'),
      GITHUB_STEP_SUMMARY: file('summary'),
    };
    await Promise.all(Object.values(files).map((path) => writeFile(path, '')));
    const status = await this.spawn(script, { ...this.environment(), ...files, ...variables }, options);
    const [output, state, summary] = await Promise.all(
      [files.GITHUB_OUTPUT, files.GITHUB_STATE, files.GITHUB_STEP_SUMMARY].map((path) => readFile(path, 'utf8')),
    );
    return { status, outputs: readPairs(output ?? ''), state: readPairs(state ?? ''), summary: summary ?? '' };
  }

  private async spawn(script: string, env: NodeJS.ProcessEnv, { prefix = [], onLine }: StepOptions): Promise<number> {
    const [command = '', ...args] = [...prefix, process.execPath, script];
    const child = spawn(command, args, { cwd: this.settings.workspace, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const ended = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
    this.running.set(child, ended);
    const console = new Console();
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        const shown = console.show(line);
        if (shown !== undefined) onLine?.(shown);
      });
    }
    const [status, signal] = await ended;
    this.running.delete(child);
    if (signal !== null) onLine?.(`ended by ${signal}`);
    return status ?? 1;
  }

  /** What a runner gives to an action: the machine's own variables and the runner's. */
  private environment(): NodeJS.ProcessEnv {
    const inherited = Object.entries(process.env).filter(([name]) => !notInherited.test(name));
    return {
      ...Object.fromEntries(inherited),
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_WORKSPACE: this.settings.workspace,
      GITHUB_ACTOR: 'demo',
      GITHUB_JOB: 'deploy',
      GITHUB_REPOSITORY: 'simplifypos/pos',
      GITHUB_RUN_ATTEMPT: '1',
      GITHUB_RUN_ID: '1',
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_WORKFLOW: 'demo',
      RUNNER_OS: 'Linux',
      RUNNER_ARCH: process.arch === 'arm64' ? 'ARM64' : 'X64',
      RUNNER_TEMP: join(this.folder, 'temp'),
      ...this.settings.env,
    };
  }
}
