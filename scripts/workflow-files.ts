import { glob, readFile } from 'node:fs/promises';
import type { File } from '@actions/workflow-parser/workflows/file';
import type { FileProvider } from '@actions/workflow-parser/workflows/file-provider';

/**
 * What GitHub's own parser finds wrong in the action files and workflows; and in a workflow that calls one of ours, whether
 * it gives it what it needs.
 */
export async function workflowProblems(): Promise<string[]> {
  // The parser can only be imported, and tsx turns a static import into a `require`.
  const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } = await import('@actions/workflow-parser');
  const { parseAction } = await import('@actions/workflow-parser/actions/action-parser');
  const problems: string[] = [];
  for await (const path of glob(['action.yml', 'actions/*/action.yml'])) {
    const { context } = parseAction(await fileAt(path), new NoOperationTraceWriter());
    problems.push(...context.errors.getErrors().map(({ message }) => `${path}: ${message}`));
  }
  for await (const path of glob(['workflows/*.yml', '.github/workflows/*.yml'])) {
    const { context, value } = parseWorkflow(await fileAt(path), new NoOperationTraceWriter());
    if (value) await convertWorkflowTemplate(context, value, ownWorkflows, { fetchReusableWorkflowDepth: 1 });
    problems.push(...context.errors.getErrors().map(({ message }) => `${path}: ${message}`));
  }
  return problems;
}

/** A workflow of ours, wherever it is called from, is the one in this folder. */
const ownWorkflows: FileProvider = {
  async getFileContent(reference) {
    const isOurs = !('owner' in reference) || (reference.owner === 'simplifypos' && reference.repository === 'buka');
    if (!isOurs) throw new Error(`${reference.path} is not of this repository`);
    return await fileAt(reference.path);
  },
};

const fileAt = async (path: string): Promise<File> => ({ name: path, content: await readFile(path, 'utf8') });
