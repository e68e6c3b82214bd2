import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parse } from 'yaml';

export interface Step {
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, unknown>>;
}

export interface Concurrency {
  readonly group: string;
  readonly 'cancel-in-progress': unknown;
  readonly queue?: string;
}

export type Permissions = Readonly<Record<string, 'read' | 'write'>>;

export interface Job {
  readonly uses?: string;
  readonly if?: string;
  readonly needs?: string | readonly string[];
  readonly permissions?: Permissions;
  readonly concurrency?: Concurrency;
  readonly environment?: { readonly name: string; readonly url?: string; readonly deployment?: boolean };
  readonly outputs?: Readonly<Record<string, string>>;
  readonly steps?: readonly Step[];
  readonly with?: Readonly<Record<string, unknown>>;
  readonly secrets?: Readonly<Record<string, string>> | 'inherit';
}

export interface Input {
  readonly description?: string;
  readonly type?: string;
  readonly required?: boolean;
  readonly default?: string | number | boolean;
}

export interface Output {
  readonly description: string;
  readonly value: string;
}

export interface Called {
  readonly inputs: Readonly<Record<string, Input>>;
  readonly secrets?: Readonly<Record<string, { description: string; required: boolean }>>;
  readonly outputs: Readonly<Record<string, Output>>;
}

export interface Workflow {
  readonly path: string;
  readonly text: string;
  readonly on: {
    readonly workflow_call?: Called;
    readonly workflow_dispatch?: { readonly inputs?: Readonly<Record<string, Input>> } | null;
  };
  readonly permissions: Permissions;
  readonly concurrency?: Concurrency;
  readonly jobs: Readonly<Record<string, Job>>;
}

export interface Action {
  /** `deploy`, or empty for the one at the root. */
  readonly name: string;
  readonly path: string;
  readonly inputs: Readonly<Record<string, Input>>;
  readonly outputs: Readonly<Record<string, { description: string }>>;
  readonly runs: { readonly using: string; readonly main: string; readonly post?: string };
  readonly branding?: { readonly icon: string; readonly color: string };
}

function workflow(path: string): Workflow {
  const text = readFileSync(path, 'utf8');
  return { ...parse(text), path, text };
}

const workflowsOf = (folder: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.yml'))
    .map((name) => workflow(`${folder}/${name}`));

const action = (path: string, name: string): Action => ({ ...parse(readFileSync(path, 'utf8')), path, name });

/** Those in `.github/workflows`: the reusable ones, and the repository's own. */
export const inGitHub = workflowsOf('.github/workflows');

/** Those that other repositories call, by their file's name without its ending. */
export const reusable = new Map(
  inGitHub.filter(({ on }) => 'workflow_call' in on).map((one) => [basename(one.path, '.yml'), one]),
);

/** Those that users copy, by their file's name without its ending. */
export const callers = new Map(workflowsOf('workflows').map((one) => [basename(one.path, '.yml'), one]));

export const actions = new Map(
  [action('action.yml', ''), ...readdirSync('actions').map((name) => action(`actions/${name}/action.yml`, name))].map(
    (one) => [one.name, one],
  ),
);

/** The steps of a workflow's jobs, each with its job's name. */
export const stepsOf = ({ jobs }: Workflow) =>
  Object.entries(jobs).flatMap(([job, { steps = [] }]) => steps.map((step) => ({ job, step })));

/** `deploy` of `$/actions/deploy`. */
export const ownAction = ({ uses = '' }: Step): Action | undefined => {
  const name = /^\$\/actions\/(\w+)$/.exec(uses)?.[1];
  return name === undefined ? undefined : actions.get(name);
};

/** The reusable workflow that a caller's job calls. */
export const calleeOf = ({ uses = '' }: Job): Workflow | undefined =>
  reusable.get(/^simplifypos\/buka\/\.github\/workflows\/([\w-]+)\.yml@v1$/.exec(uses)?.[1] ?? '');
