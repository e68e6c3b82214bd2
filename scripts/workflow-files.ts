import { glob, readFile } from 'node:fs/promises';

/** What GitHub's own parser finds wrong in the action files and workflows. */
export async function workflowProblems(): Promise<string[]> {
  // The parser can only be imported, and tsx turns a static import into a `require`.
  const { NoOperationTraceWriter, parseWorkflow } = await import('@actions/workflow-parser');
  const { parseAction } = await import('@actions/workflow-parser/actions/action-parser');
  const problems: string[] = [];
  const parsers = { actions: parseAction, workflows: parseWorkflow };
  const patterns = {
    actions: ['action.yml', 'actions/*/action.yml'],
    workflows: ['workflows/*.yml', '.github/workflows/*.yml'],
  };
  for (const kind of ['actions', 'workflows'] as const) {
    for await (const path of glob(patterns[kind])) {
      const file = { name: path, content: await readFile(path, 'utf8') };
      const { context } = parsers[kind](file, new NoOperationTraceWriter());
      problems.push(...context.errors.getErrors().map(({ message }) => `${path}: ${message}`));
    }
  }
  return problems;
}
