import { z } from 'zod';
import type { Issue, IssueTracker } from '../alerts';
import { BukaError } from '../errors';
import { minutes } from '../units';
import { type ApiSettings, GitHubApi, type Question } from './api';

/** Issues with this label are Buka's to change. */
const LABEL = 'buka-alert';
const PAGE = 100;
const ISSUES = '/repos/{owner}/{repo}/issues';

const issue = z.object({
  number: z.number(),
  title: z.string(),
  body: z.string().nullish(),
  pull_request: z.unknown().optional(),
});

/** The issues of the job's repository. */
export class GitHubIssues implements IssueTracker {
  readonly #api: GitHubApi;

  /** @param settings Its token may write issues. */
  constructor(settings: Omit<ApiSettings, 'within'>) {
    // GitHub wants seconds between two new issues, and an outage makes many.
    this.#api = new GitHubApi({ ...settings, within: minutes(4) });
  }

  async open(): Promise<Issue[]> {
    const all: Issue[] = [];
    for (let page = 1; ; page += 1) {
      const listed = { labels: LABEL, state: 'open', sort: 'created', direction: 'desc', per_page: PAGE, page };
      const found = await this.#ask(z.array(issue), `GET ${ISSUES}`, listed);
      const own = found.filter((one) => one.pull_request === undefined);
      all.push(...own.map(({ number, title, body }) => ({ number, title, body: body ?? '' })));
      if (found.length < PAGE) return all;
    }
  }

  async create(title: string, body: string): Promise<number> {
    return (await this.#ask(issue, `POST ${ISSUES}`, { title, body, labels: [LABEL] })).number;
  }

  async update(number: number, title: string, body: string): Promise<void> {
    await this.#ask(z.unknown(), `PATCH ${ISSUES}/{issue_number}`, { issue_number: number, title, body });
  }

  async close(number: number, comment: string): Promise<void> {
    await this.#ask(z.unknown(), `POST ${ISSUES}/{issue_number}/comments`, { issue_number: number, body: comment });
    const closed = { issue_number: number, state: 'closed', state_reason: 'completed' };
    await this.#ask(z.unknown(), `PATCH ${ISSUES}/{issue_number}`, closed);
  }

  async #ask<T>(answer: z.ZodType<T>, route: string, parameters: Question<T>['parameters'] & object): Promise<T> {
    try {
      return await this.#api.ask({ answer, route, parameters, needs: 'issues: write' });
    } catch (error) {
      if (!(error instanceof BukaError)) throw error;
      throw error.with({ left: 'Issues before it were written; the next run does the rest.' });
    }
  }
}
