import { z } from 'zod';
import { BukaError } from '../errors';
import { seconds } from '../units';
import { type ApiSettings, GitHubApi } from './api';

/** Of each direction, the newest ones. GitHub tells 100 at a time. */
const MOST_COMMITS = 250;
const PAGE = 100;
/** Pull requests are looked for among so many pages of those that were updated last. */
const MOST_PULL_PAGES = 5;
/** It is told after the rollout, while somebody waits for the job. */
const WITHIN = seconds(30);

export interface Commit {
  readonly sha: string;
  /** First line of its message. */
  readonly subject: string;
  readonly author: string;
}

export interface Pull {
  readonly number: number;
  readonly title: string;
  readonly author: string;
}

export interface Changes {
  /** Of the commits, also of those that are too many to be listed. */
  readonly total: number;
  /** Newest first. */
  readonly commits: readonly Commit[];
  /** Those that were merged with one of the commits, newest first. */
  readonly pulls: readonly Pull[];
}

/** What a release has that the one before it hasn't, and the other way round. */
export interface ReleaseContents {
  readonly brings: Changes;
  readonly takesOut: Changes;
  /** Why no pull requests are told, or not all. */
  readonly note?: string | undefined;
}

/** A plain line instead, where it can't be told; that is never a reason to fail. */
export type ContentsOr = ReleaseContents | { readonly unknown: string };

const commit = z.object({
  sha: z.string().regex(/^[0-9a-f]{7,64}$/),
  commit: z.object({
    message: z.string(),
    author: z.object({ name: z.string().nullish() }).nullish(),
    committer: z.object({ date: z.string().nullish() }).nullish(),
  }),
  author: z.object({ login: z.string().nullish() }).nullish(),
});

const comparison = z.object({
  behind_by: z.number(),
  total_commits: z.number(),
  merge_base_commit: commit,
  commits: z.array(commit),
});

const pull = z.object({
  number: z.number(),
  title: z.string(),
  user: z.object({ login: z.string() }).nullish(),
  merged_at: z.string().nullish(),
  merge_commit_sha: z.string().nullish(),
  updated_at: z.string(),
});

type Comparison = Omit<z.infer<typeof comparison>, 'behind_by'>;

/**
 * Asks GitHub what lies between two commits of the job's repository.
 * @param from of the release that ran, `to` of the one that it became; undefined where a release has none
 */
export async function releaseContents(
  from: string | undefined,
  to: string | undefined,
  settings: Omit<ApiSettings, 'within' | 'token'> & { readonly token: string | undefined },
): Promise<ContentsOr> {
  const { token } = settings;
  const api = new GitHubApi({ ...settings, token: token ?? '', within: WITHIN });
  if (from === undefined || to === undefined)
    return { unknown: `The commit of the release${from === undefined ? ' before it' : ''} is not known.` };
  if (token === undefined || api.repository === '')
    return { unknown: 'Nobody can be asked: the job has no token of a repository on GitHub.' };
  try {
    const [there, back] = await bothWays(api, from, to);
    const { pulls, note } = await mergedWith(api, [there, back]);
    const changes = (found: Comparison | undefined): Changes => ({
      total: found?.total_commits ?? 0,
      commits: found?.commits.map(plain) ?? [],
      pulls: pulls.flatMap((one) =>
        found?.commits.some(({ sha }) => sha === one.merge_commit_sha) ? [plainPull(one)] : [],
      ),
    });
    return { brings: changes(there), takesOut: changes(back), note };
  } catch (error) {
    if (!(error instanceof BukaError)) throw error;
    const { code, message, hint } = error.failure;
    const gone = code === 'github-denied' ? ' Or one of the two commits is no longer in the repository.' : '';
    return { unknown: `${message} ${hint}${gone}` };
  }
}

async function bothWays(api: GitHubApi, from: string, to: string): Promise<[Comparison, Comparison | undefined]> {
  const there = await compare(api, from, to);
  return [there, there.behind_by > 0 ? await compare(api, to, from) : undefined];
}

/** Those that `head` has and `base` hasn't. GitHub tells the oldest first, and the newest are wanted. */
async function compare(api: GitHubApi, base: string, head: string) {
  const ask = (page: number) =>
    api.ask({
      route: 'GET /repos/{owner}/{repo}/compare/{basehead}',
      parameters: { basehead: `${base}...${head}`, per_page: PAGE, page },
      answer: comparison,
      needs: 'contents: read',
    });
  const first = await ask(1);
  const last = Math.ceil(first.total_commits / PAGE);
  const commits = last > 1 ? [] : first.commits;
  for (let page = last; page >= 1 && last > 1 && commits.length < MOST_COMMITS; page -= 1)
    commits.unshift(...(page === 1 ? first : await ask(page)).commits);
  return { ...first, commits: commits.slice(-MOST_COMMITS).reverse() };
}

/**
 * A merged pull request names the commit that it became, whether it was merged, squashed or rebased: one question tells
 * a hundred, where asking for each commit would use up the hour's requests.
 */
async function mergedWith(api: GitHubApi, comparisons: readonly (Comparison | undefined)[]) {
  const known = comparisons.filter((one) => one !== undefined);
  const wanted = new Set(known.flatMap(({ commits }) => commits.map(({ sha }) => sha)));
  // None of those was merged before the commit that both releases have.
  const since = Math.min(...known.map((one) => Date.parse(one.merge_base_commit.commit.committer?.date ?? '') || 0));
  const pulls: z.infer<typeof pull>[] = [];
  for (let page = 1; wanted.size > 0 && page <= MOST_PULL_PAGES; page += 1) {
    try {
      const found = await api.ask({
        route: 'GET /repos/{owner}/{repo}/pulls',
        parameters: { state: 'closed', sort: 'updated', direction: 'desc', per_page: PAGE, page },
        answer: z.array(pull),
        needs: 'pull-requests: read',
      });
      pulls.push(...found.filter((one) => one.merged_at && wanted.has(one.merge_commit_sha ?? '')));
      if (found.length < PAGE || Date.parse(found.at(-1)?.updated_at ?? '') < since) return { pulls };
    } catch (error) {
      if (!(error instanceof BukaError)) throw error;
      return { pulls: [], note: `Pull requests are not told. ${error.failure.message} ${error.failure.hint ?? ''}` };
    }
  }
  const note = `Pull requests are those among the ${MOST_PULL_PAGES * PAGE} that were updated last.`;
  return { pulls, note: wanted.size > 0 ? note : undefined };
}

const plain = ({ sha, commit: { message, author }, author: user }: z.infer<typeof commit>): Commit => ({
  sha,
  subject: message.split('\n', 1)[0] ?? '',
  author: user?.login ?? author?.name ?? 'somebody',
});

const plainPull = ({ number, title, user }: z.infer<typeof pull>): Pull => ({
  number,
  title,
  author: user?.login ?? 'somebody',
});
