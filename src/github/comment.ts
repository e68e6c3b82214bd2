import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { seconds } from '../units';
import { type ApiSettings, GitHubApi } from './api';

const PAGE = 100;
/** Comments are looked through this far. */
const MOST_PAGES = 20;
/** GitHub takes 65,536 characters; two sections fit. */
const MOST_CHARACTERS = 30_000;

const comment = z.object({
  id: z.number(),
  body: z.string().nullish(),
  user: z.object({ login: z.string(), type: z.string() }).nullish(),
});
type Comment = z.infer<typeof comment>;

/** A part of the one comment: each action has its own, and leaves the others' as they are. */
export interface Section {
  readonly service: string;
  /** `build`, `deploy`: in this order. */
  readonly name: string;
  readonly markdown: string;
}

/** The number of the pull request that the job runs for, from the event that started it; undefined where there is none. */
export async function pullNumber({ GITHUB_EVENT_PATH: path }: NodeJS.ProcessEnv): Promise<number | undefined> {
  const event = z.object({
    pull_request: z.object({ number: z.number() }).optional(),
    issue: z.object({ number: z.number(), pull_request: z.unknown() }).optional(),
  });
  const content = path ? await readFile(path, 'utf8').catch(() => '{}') : '{}';
  const { pull_request: pull, issue } = event.catch({}).parse(JSON.parse(content));
  return pull?.number ?? (issue?.pull_request ? issue.number : undefined);
}

/**
 * Writes a section into the one comment that Buka has on a pull request, made where there is none yet. Of two that jobs
 * made at the same moment the older one stays.
 * @throws BukaError those of the API
 */
export async function writeComment(
  number: number,
  section: Section,
  settings: Omit<ApiSettings, 'within'>,
): Promise<void> {
  const api = new GitHubApi({ ...settings, within: seconds(60) });
  const comments = new PullComments(api, number, markOf(section.service));
  const [found] = await comments.own();
  if (found !== undefined) return comments.update(found, withSection(found.body ?? '', section));
  const made = await comments.create(withSection('', section));
  const [oldest] = await comments.own();
  if (oldest === undefined || oldest.id >= made.id) return;
  await comments.update(oldest, withSection(oldest.body ?? '', section));
  await comments.remove(made);
}

/** Not shown; by it a comment is found again. */
const markOf = (service: string) => `<!-- buka-comment ${service} -->`;

class PullComments {
  #login: Promise<string | undefined> | undefined;

  constructor(
    private readonly api: GitHubApi,
    private readonly pull: number,
    private readonly mark: string,
  ) {}

  /** Oldest first. What somebody else wrote isn't ours, whatever it begins with. */
  async own(): Promise<Comment[]> {
    const own: Comment[] = [];
    for (let page = 1; page <= MOST_PAGES; page += 1) {
      const found = await this.#ask(z.array(comment), 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments', {
        issue_number: this.pull,
        per_page: PAGE,
        page,
      });
      for (const one of found) if (one.body?.startsWith(this.mark) && (await this.#isOwn(one))) own.push(one);
      if (found.length < PAGE) break;
    }
    return own.sort((a, b) => a.id - b.id);
  }

  create(body: string): Promise<Comment> {
    const parameters = { issue_number: this.pull, body: this.mark + body };
    return this.#ask(comment, 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments', parameters);
  }

  async update({ id }: Comment, body: string): Promise<void> {
    const parameters = { comment_id: id, body: this.mark + body };
    await this.#ask(z.unknown(), 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', parameters);
  }

  async remove({ id }: Comment): Promise<void> {
    const parameters = { comment_id: id };
    await this.#ask(z.unknown(), 'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}', parameters);
  }

  /** A job's token writes as a bot, and strangers can't. A person's token writes as that person, whom it can name. */
  async #isOwn({ user }: Comment): Promise<boolean> {
    if (user?.type === 'Bot') return true;
    this.#login ??= this.#ask(z.object({ login: z.string() }), 'GET /user', {}).then(
      ({ login }) => login,
      () => undefined,
    );
    return user?.login !== undefined && user.login === (await this.#login);
  }

  #ask<T>(answer: z.ZodType<T>, route: string, parameters: Readonly<Record<string, unknown>>): Promise<T> {
    return this.api.ask({ answer, route, parameters, needs: 'pull-requests: write' });
  }
}

/** What follows the mark: a comment's text with this section in the place of the one that it had. */
export function withSection(body: string, { name, markdown }: Section): string {
  const sections = new Map(
    [...body.matchAll(/<!-- buka-section ([a-z]+) -->\n(.*?)\n<!-- buka-end -->/gs)].map(
      ([, known = '', text = '']) => [known, text],
    ),
  );
  // What a host or a test said must not end the section.
  sections.set(name, shortened(markdown.replaceAll('<!-- buka-', '<!-- buka_').trim()));
  const inOrder = [...sections].sort(([a], [b]) => (a < b ? -1 : 1));
  return inOrder.map(([known, text]) => `\n<!-- buka-section ${known} -->\n${text}\n<!-- buka-end -->`).join('\n');
}

/** Cut before a heading, so that no table and no block stays open. */
function shortened(markdown: string): string {
  if (markdown.length <= MOST_CHARACTERS) return markdown;
  const head = markdown.slice(0, MOST_CHARACTERS);
  const end = head.lastIndexOf('\n### ');
  return `${head.slice(0, Math.max(0, end === -1 ? head.indexOf('\n\n') : end))}\n\nThe job's summary has the rest.`;
}
