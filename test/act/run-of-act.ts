import { spawn } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { stringify } from 'yaml';
import { type Entry, outputsOf, printedOf, readEntry, resultsOf, summaryOf, toldOf } from './log';
import type { LocalRepository } from './product';

export interface Runner {
  /** Path of act. */
  readonly act: string;
  /** npm's cache with all that the app's build installs: the lab's network has no way out. */
  readonly npmCache: string;
  /** The app's repository. */
  readonly app: string;
  /** Where homes, caches, temporary files and artifacts go; each run has a folder in it. */
  readonly folder: string;
  readonly repositories: readonly LocalRepository[];
  readonly secrets: Readonly<Record<string, string>>;
  /** GitHub's API, as a job has it in `GITHUB_API_URL`. */
  readonly api: string;
}

export interface Started {
  /** Name of the file in `.github/workflows`. */
  readonly workflow: string;
  readonly event: 'push' | 'pull_request' | 'workflow_dispatch';
  readonly inputs?: Readonly<Record<string, string>>;
  /** Cancels the run at the first line of a step that matches. */
  readonly cancelAt?: RegExp;
}

/** What came of a run of a workflow. */
export interface Ended {
  readonly status: number;
  readonly results: Readonly<Record<string, string>>;
  readonly cancelled: boolean;
  /** Of the steps of a job. */
  outputs(job: string): Record<string, string>;
  /** What the called workflow gave back; undefined after a failure. */
  readonly told: Readonly<Record<string, string>> | undefined;
  summary(stage?: Entry['stage']): string;
  /** What steps printed, in this stage or in all. */
  printed(stage?: Entry['stage']): string;
  /** All that act said, for a person who looks for the fault. */
  readonly log: string;
  /** Where its artifacts are, each in a folder of its name. */
  readonly artifacts: string;
}

let runs = 0;

/**
 * Runs a workflow by act on this very machine, at debug level and without act's masking: what a step prints is what the test
 * sees. Act itself then says secrets too, so its own lines are kept from everybody but the test.
 */
export async function runWorkflow(runner: Runner, { workflow, event, inputs = {}, cancelAt }: Started): Promise<Ended> {
  runs += 1;
  const folder = join(runner.folder, `run-${runs}`);
  const place = { home: join(folder, 'home'), tmp: join(folder, 'tmp'), artifacts: join(folder, 'artifacts') };
  for (const each of Object.values(place)) await mkdir(each, { recursive: true });
  const secretFile = join(folder, 'secrets.yml');
  await writeFile(secretFile, stringify(runner.secrets), { mode: 0o600 });
  const environment = {
    ACT_ARTIFACTS: place.artifacts,
    // As a runner has it where its log is switched to debug level.
    ...{ ACTIONS_STEP_DEBUG: 'true', ACTIONS_RUNNER_DEBUG: 'true', RUNNER_DEBUG: '1' },
    GITHUB_RUN_ID: String(runs),
    GITHUB_API_URL: runner.api,
  };
  const words = [
    event,
    ...['--directory', runner.app, '--workflows', `.github/workflows/${workflow}.yml`],
    ...['--platform', 'ubuntu-latest=-self-hosted', '--action-cache-path', join(folder, 'cache')],
    ...['--json', '--verbose', '--insecure-secrets', '--no-cache-server', '--secret-file', secretFile],
    ...['--actor', 'cashier', '--env-file', '/dev/null'],
    ...runner.repositories.flatMap(({ name, folder: there }) => ['--local-repository', `${name}=${there}`]),
    ...Object.entries(environment).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    ...Object.entries(inputs).flatMap(([name, value]) => ['--input', `${name}=${value}`]),
  ];
  const env = {
    PATH: [dirname(process.execPath), process.env.PATH].join(':'),
    LANG: 'C.UTF-8',
    HOME: place.home,
    TMPDIR: place.tmp,
    npm_config_cache: runner.npmCache,
    npm_config_offline: 'true',
  };
  try {
    const child = spawn(runner.act, words, { cwd: runner.app, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const entries: Entry[] = [];
    const log: string[] = [];
    let cancelled = false;
    const read = (line: string) => {
      const entry = readEntry(line);
      log.push(entry?.text ?? line);
      if (entry === undefined) return;
      entries.push(entry);
      if (cancelled || entry.from === 'act' || !cancelAt?.test(entry.text)) return;
      cancelled = true;
      child.kill('SIGINT');
    };
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', read);
    const status = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve(code ?? 1));
    });
    const of = (stage?: Entry['stage']) => entries.filter((entry) => stage === undefined || entry.stage === stage);
    return {
      status,
      cancelled,
      results: resultsOf(entries),
      told: toldOf(entries),
      outputs: (job) => outputsOf(entries, job),
      summary: (stage) => summaryOf(of(stage)),
      printed: (stage) => printedOf(of(stage)),
      log: log.join('\n'),
      artifacts: place.artifacts,
    };
  } finally {
    await rm(secretFile, { force: true });
  }
}
