import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';

/** What a runner needs to know of an `action.yml`. */
export interface Action {
  readonly main: string;
  readonly post?: string | undefined;
  readonly inputs: Readonly<Record<string, { readonly default?: unknown; readonly required?: boolean } | null>>;
}

/** @param folder The one that has the `action.yml`. */
export async function readAction(folder: string): Promise<Action> {
  const { runs, inputs } = parse(await readFile(join(folder, 'action.yml'), 'utf8')) as {
    runs: { main: string; post?: string };
    inputs?: Action['inputs'];
  };
  return { main: join(folder, runs.main), post: runs.post && join(folder, runs.post), inputs: inputs ?? {} };
}

/**
 * The `INPUT_…` variables, defaults filled in. Of the runner's expressions none is evaluated: outside GitHub
 * `${{ github.token }}` and its like are empty.
 * @throws Error on an input that the action doesn't have; a runner only warns, and then a typo passes.
 */
export function inputVariables(action: Action, given: Readonly<Record<string, string>>): Record<string, string> {
  const unknown = Object.keys(given).filter((name) => !(name in action.inputs));
  if (unknown.length > 0) throw new Error(`${action.main} has no input ${unknown.join(', ')}.`);
  const values = Object.entries(action.inputs).map(([name, input]) => {
    const value = given[name] ?? String(input?.default ?? '').replace(/\$\{\{.*?\}\}/g, '');
    return [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, value] as const;
  });
  return Object.fromEntries(values);
}
