import { BukaError } from '../errors';
import {
  type Attested,
  code,
  contentsLines,
  contentsMarkdown,
  JobReporter,
  pullNumber,
  releaseContents,
  text,
  warnJob,
  writeComment,
} from '../github';
import type { RolloutReport } from '../rollout';
import type { GitHubInputs } from './inputs';

/** What GitHub can tell of a rollout, in the log at once, and for the summary. It never fails. */
export async function tellContents(
  { kind, from, to, commits }: RolloutReport,
  { token }: GitHubInputs,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  if (kind === 'repair' || from === undefined || to === undefined || from === to) return undefined;
  // A cancelled job is killed within seconds, and has more to tell than this.
  const cancelled = new Promise<undefined>((resolve) => {
    if (signal?.aborted) resolve(undefined);
    signal?.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  const contents = await Promise.race([cancelled, releaseContents(commits?.from, commits?.to, { token })]);
  if (contents === undefined) return undefined;
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository } = process.env;
  const between = { kind, from, page: `${server}/${repository}` };
  const reporter = new JobReporter();
  for (const line of contentsLines(contents, between)) reporter.info(line);
  return contentsMarkdown(contents, between);
}

/** Who vouches for the archive: in the log, and for the summary. */
export function tellAttested({ signer, commit, run }: Attested): string {
  new JobReporter().info(`The archive is attested by ${signer}, for commit ${commit}.`);
  const where = run?.startsWith('https://') ? ` ([run](${run.replace(/[^\w:/.-]/g, '')}))` : '';
  return `**Attested** by ${code(signer)}, for commit ${code(commit.slice(0, 7))}${where}.`;
}

/**
 * Writes an action's section of the comment on the pull request, where one is wanted. What keeps it from that is a
 * warning: whether the release is fit doesn't hang on it.
 */
export async function comment(
  service: string,
  name: string,
  markdown: string,
  { comment: isWanted, token }: GitHubInputs,
): Promise<void> {
  if (!isWanted) return;
  const number = await pullNumber(process.env);
  if (number === undefined || token === undefined)
    return new JobReporter().info('No comment: the job was started by no pull request, or has no token.');
  try {
    await writeComment(number, { service, name, markdown: `${markdown.trim()}\n\n${ofRun(process.env)}` }, { token });
  } catch (error) {
    if (!(error instanceof BukaError)) throw error;
    warnJob(error);
  }
}

function ofRun({ GITHUB_SHA: sha = '', GITHUB_SERVER_URL: server, ...env }: NodeJS.ProcessEnv): string {
  const { GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = env;
  return `<sub>Of ${text(sha.slice(0, 7))}, by [this run](${server}/${repository}/actions/runs/${run}).</sub>`;
}
