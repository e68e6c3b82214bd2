import { existsSync, realpathSync } from 'node:fs';
import { glob, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { parse } from 'yaml';
import { ConfigurationError } from '../errors';

/** A workflow that is ready to be copied into `.github/workflows/`. */
export interface Workflow {
  readonly name: string;
  readonly text: string;
  /** The section of `buka.yml` without which it would only fail. */
  readonly needs?: 'backup' | 'monitoring' | undefined;
  readonly secrets: readonly NeededSecret[];
}

export interface NeededSecret {
  readonly name: string;
  /** GitHub's environment that the job runs in, unless the run is told another one; undefined where it names none. */
  readonly environment?: string | undefined;
}

/** The ones that every job with hosts to reach needs; a reusable workflow that inherits secrets names none. */
export const DEPLOY_SECRETS = ['BUKA_SSH_KEY', 'BUKA_KNOWN_HOSTS'] as const;

/** The secrets that somebody has to set for these workflows, each once. A key without a passphrase needs none of one. */
export const secretsToSet = (workflows: readonly Workflow[]): NeededSecret[] =>
  eachOnce(workflows.flatMap(({ secrets }) => secrets)).filter(({ name }) => !name.endsWith('_PASSPHRASE'));

/** Every workflow that this Buka carries, by name. They are read, not known: each release may have others. */
export async function carriedWorkflows(script = process.argv[1] ?? ''): Promise<Workflow[]> {
  return readWorkflows(carriedFolder(script));
}

/** @returns those of a folder that are workflows which GitHub would read, by name; none where there is no folder */
export async function readWorkflows(folder: string): Promise<Workflow[]> {
  const files: string[] = [];
  for await (const file of glob('*.{yml,yaml}', { cwd: folder })) files.push(file);
  return Promise.all(
    files.sort().map(async (file) => workflowOf(basename(file), await readFile(join(folder, file), 'utf8'))),
  );
}

export function workflowOf(name: string, text: string): Workflow {
  // What it uses of Buka: actions/backup@v1, .github/workflows/backup.yml@v1.
  const uses = [...text.matchAll(/buka\/(?:actions|\.github\/workflows)\/([a-z-]+)/g)].map(([, one = '']) => one);
  const about = (...words: string[]) =>
    uses.length > 0 && uses.every((one) => words.some((word) => one.startsWith(word)));
  const needs = about('backup', 'restore', 'drill') ? 'backup' : about('slo', 'alerts') ? 'monitoring' : undefined;
  return { name, text, needs, secrets: secretsOf(text) };
}

function secretsOf(text: string): NeededSecret[] {
  const { jobs, inputs } = readWorkflow(text);
  const found = jobs.flatMap((job) => {
    const environment = environmentOf(job, inputs);
    // One that only the run knows: to the repository its secrets would be open to every branch.
    if (environment === 'unknown') return [];
    const named = [...JSON.stringify(job).matchAll(/\bsecrets\.([A-Za-z_][A-Za-z0-9_]*)/g)].map(
      ([, name = '']) => name,
    );
    const names = job.secrets === 'inherit' ? [...named, ...DEPLOY_SECRETS] : named;
    // GitHub makes that one itself.
    return names.filter((name) => name !== 'GITHUB_TOKEN').map((name) => ({ name, environment: environment?.name }));
  });
  return eachOnce(found);
}

const eachOnce = (secrets: readonly NeededSecret[]): NeededSecret[] => [
  ...new Map(secrets.map((one) => [`${one.environment} ${one.name}`, one])).values(),
];

type Mapping = Readonly<Record<string, unknown>>;
type Job = Mapping;

const isMapping = (value: unknown): value is Mapping => typeof value === 'object' && value !== null;
const within = (value: unknown, key: string): unknown => (isMapping(value) ? value[key] : undefined);

/** Its jobs, and what "Run workflow" asks for; none of either where GitHub couldn't read it. */
function readWorkflow(text: string): { readonly jobs: Job[]; readonly inputs: unknown } {
  try {
    const workflow: unknown = parse(text);
    return {
      jobs: Object.values(within(workflow, 'jobs') ?? {}).filter(isMapping),
      inputs: within(within(within(workflow, 'on'), 'workflow_dispatch'), 'inputs'),
    };
  } catch {
    return { jobs: [], inputs: undefined };
  }
}

/**
 * Of the job itself, or of the reusable workflow that it calls. One that is asked for is the one that is suggested.
 * @returns undefined where it names none, `unknown` where only the run knows
 */
function environmentOf({ environment, with: given }: Job, inputs: unknown): { name: string } | undefined | 'unknown' {
  const name = (isMapping(environment) ? environment.name : environment) ?? within(given, 'environment');
  if (typeof name !== 'string' || name === '') return undefined;
  const [, asked] = /^\$\{\{ *inputs\.([\w-]+) *\}\}$/.exec(name) ?? [];
  const suggested = asked === undefined ? name : within(within(inputs, asked), 'default');
  return typeof suggested === 'string' && !suggested.includes('${{') ? { name: suggested } : 'unknown';
}

/** They lie beside `dist/`, or beside the sources. */
function carriedFolder(script: string): string {
  let folder = existsSync(script) ? dirname(realpathSync(script)) : '';
  while (folder !== '' && dirname(folder) !== folder) {
    const workflows = join(folder, 'workflows');
    if (existsSync(join(folder, 'package.json')) && existsSync(join(workflows, 'deploy.yml'))) return workflows;
    folder = dirname(folder);
  }
  throw new ConfigurationError({
    code: 'workflows-missing',
    message: 'The workflows to copy are not beside the program.',
    seen: script,
    left: 'Nothing was written.',
    hint: 'Take Buka whole: npx --allow-git=root github:simplifypos/buka#v1 init, or a clone of it.',
  });
}
