import { z } from 'zod';
import type { Issue, IssueTracker } from '../alerts';
import { BukaError } from '../errors';

/** Issues with this label are Buka's to change. */
const LABEL = 'buka-alert';
const PAGE = 100;

const issue = z.object({
  number: z.number(),
  title: z.string(),
  body: z.string().nullable(),
  pull_request: z.unknown().optional(),
});

/** The issues of the job's repository, by GitHub's REST API ("Issues", version 2022-11-28). */
export class GitHubIssues implements IssueTracker {
  readonly #url: string;

  /** @param token that may write issues */
  constructor(
    private readonly token: string,
    { GITHUB_API_URL: api = 'https://api.github.com', GITHUB_REPOSITORY: repository = '' } = process.env,
  ) {
    this.#url = `${api}/repos/${repository}/issues`;
  }

  async open(): Promise<Issue[]> {
    const all: Issue[] = [];
    for (let page = 1; ; page += 1) {
      const query = `?labels=${LABEL}&state=open&sort=created&direction=desc&per_page=${PAGE}&page=${page}`;
      const found = await this.#ask(z.array(issue), 'GET', query);
      const own = found.filter((one) => one.pull_request === undefined);
      all.push(...own.map(({ number, title, body }) => ({ number, title, body: body ?? '' })));
      if (found.length < PAGE) return all;
    }
  }

  async create(title: string, body: string): Promise<number> {
    return (await this.#ask(issue, 'POST', '', { title, body, labels: [LABEL] })).number;
  }

  async update(number: number, title: string, body: string): Promise<void> {
    await this.#ask(z.unknown(), 'PATCH', `/${number}`, { title, body });
  }

  async close(number: number, comment: string): Promise<void> {
    await this.#ask(z.unknown(), 'POST', `/${number}/comments`, { body: comment });
    await this.#ask(z.unknown(), 'PATCH', `/${number}`, { state: 'closed', state_reason: 'completed' });
  }

  /** @throws BukaError `issues-failed` */
  async #ask<T>(schema: z.ZodType<T>, method: string, path: string, content?: unknown): Promise<T> {
    const failed = (seen: string, cause?: unknown) =>
      new BukaError({
        code: 'issues-failed',
        step: 'issues',
        message: 'GitHub does not let the issues be read or written.',
        seen: `${method} ${this.#url}${path}: ${seen}`,
        left: 'Issues before it were written; the next run does the rest.',
        hint: 'The job needs `permissions: { contents: read, issues: write }`, and the repository needs issues.',
        cause,
      });
    const answer = await fetch(`${this.#url}${path}`, {
      method,
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${this.token}`,
        'content-type': 'application/json',
        'user-agent': 'buka',
        'x-github-api-version': '2022-11-28',
      },
      body: content === undefined ? null : JSON.stringify(content),
      signal: AbortSignal.timeout(30_000),
    }).catch((cause: unknown) => {
      throw failed(cause instanceof Error ? cause.message : String(cause), cause);
    });
    const text = await answer.text();
    if (!answer.ok) throw failed(`${answer.status} ${text.slice(0, 300)}`);
    const read = schema.safeParse(parseJson(text));
    if (!read.success) throw failed(`an answer that is none: ${text.slice(0, 300)}`);
    return read.data;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
