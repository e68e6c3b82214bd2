import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { IHttpRequest } from '@stoplight/prism-http';
import { type Answer, describedApi } from './described';

export interface StoredIssue {
  number: number;
  title: string;
  body: string;
  labels: string[];
  state: string;
  pull?: boolean;
}

export interface StoredComment {
  id: number;
  issue: number;
  body: string;
  user: { login: string; type: string };
}

export interface StoredCommit {
  readonly sha: string;
  readonly message: string;
  readonly author?: string;
  /** ISO 8601. */
  readonly date?: string;
}

export interface StoredPull {
  readonly number: number;
  readonly title: string;
  readonly login?: string;
  readonly mergeCommit: string;
  readonly merged?: boolean;
  readonly updated?: string;
}

/** What happens to one request, instead of an answer. */
export type Fault = Answer | 'silence' | 'hang up';

export const TOKEN = 'ghs_0123456789abcdef';
const WRITES = ['POST', 'PATCH', 'DELETE'];

/** One for the tests of a file, or of a `describe`: each finds it empty, and fails where GitHub's description is not kept. */
export function useGitHub(tell: (started: GitHubStandIn) => void): void {
  let github: GitHubStandIn;
  beforeAll(async () => {
    github = await GitHubStandIn.start();
    tell(github);
  });
  afterAll(() => github.stop());
  beforeEach(() => github.reset());
  afterEach(() => expect(github.problems).toEqual([]));
}

/** A repository on GitHub, `me/shop`, that remembers; each request and answer is judged by GitHub's own description. */
export class GitHubStandIn {
  issues: StoredIssue[] = [];
  comments: StoredComment[] = [];
  /** From the oldest to the newest, one branch. */
  commits: StoredCommit[] = [];
  /** In the order in which they were updated last, newest first. */
  pulls: StoredPull[] = [];
  /** What the token may do. */
  granted = new Set(['contents: read', 'issues: write', 'pull-requests: write']);
  /** Who comments with this token. */
  login = 'github-actions[bot]';
  /** Taken one by one, by whatever comes next. */
  faults: Fault[] = [];
  /** Each request: `GET /repos/me/shop/issues`. */
  calls: string[] = [];
  /** Where a request or an answer isn't as GitHub describes it. */
  problems: string[] = [];
  /** Runs before each answer: another job is at work too. */
  meanwhile: ((call: string) => void) | undefined;

  private constructor(
    private readonly server: Server,
    private readonly judge: Awaited<ReturnType<typeof describedApi>>,
  ) {
    server.on('request', (request, response) => {
      this.#serve(request, response).catch((error) => {
        this.problems.push(String(error));
        response.writeHead(500).end();
      });
    });
    // It is a proxy as well, whose whole world is itself.
    server.on('connect', (_, socket) => {
      const through = connect(this.#port, '127.0.0.1', () => socket.write('HTTP/1.1 200 Connected\r\n\r\n'));
      through.pipe(socket).pipe(through);
    });
  }

  static async start(): Promise<GitHubStandIn> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new GitHubStandIn(server, await describedApi());
  }

  /** As a job has them. */
  get env(): NodeJS.ProcessEnv {
    const server = 'https://github.example';
    return {
      GITHUB_API_URL: `http://127.0.0.1:${this.#port}`,
      GITHUB_REPOSITORY: 'me/shop',
      GITHUB_SERVER_URL: server,
    };
  }

  get #port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  reset(): void {
    Object.assign(this, { issues: [], comments: [], commits: [], pulls: [], faults: [], calls: [], problems: [] });
    this.granted = new Set(['contents: read', 'issues: write', 'pull-requests: write']);
    this.login = 'github-actions[bot]';
    this.meanwhile = undefined;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '' } = request;
    const { pathname, searchParams } = new URL(url, 'http://github');
    const call = `${method} ${pathname}`;
    this.calls.push(call);
    this.meanwhile?.(call);
    const body = await text(request);
    const fault = this.faults.shift();
    if (fault === 'silence') return;
    if (fault === 'hang up') return void request.socket.destroy();
    const asked = {
      method: method.toLowerCase(),
      url: { path: pathname, query: Object.fromEntries(searchParams) },
      headers: request.headers,
      ...(body !== '' && { body: JSON.parse(body) }),
    } as IHttpRequest;
    if (request.headers['x-github-api-version'] !== '2022-11-28') this.problems.push(`${call}: no version of the API`);
    const refused = fault ?? this.#refusal(request, call);
    const judged = await this.judge(asked, (_, template) => refused ?? this.#answer(asked, template));
    const { answer, problems } = judged;
    this.problems.push(...problems);
    response.writeHead(answer.statusCode, answer.headers);
    response.end(answer.body === undefined ? undefined : JSON.stringify(answer.body));
  }

  /** As GitHub refuses a job's token. */
  #refusal({ headers, method = '' }: IncomingMessage, call: string): Answer | undefined {
    if (headers.authorization !== `token ${TOKEN}`)
      return { status: 401, body: { message: 'Bad credentials' }, undescribed: true };
    const writes = WRITES.includes(method) ? 'write' : 'read';
    const kinds = call.includes('/compare/')
      ? ['contents']
      : call.includes('/pulls')
        ? ['pull-requests']
        : call.includes('/comments')
          ? ['issues', 'pull-requests']
          : ['issues'];
    const enough = kinds.some((kind) => this.granted.has(`${kind}: write`) || this.granted.has(`${kind}: ${writes}`));
    if (enough || call === 'GET /user') return undefined;
    return { status: 403, body: { message: 'Resource not accessible by integration' }, undescribed: true };
  }

  #answer({ method, url, body }: IHttpRequest, template: unknown): Answer {
    const [, part = '', rest = ''] = /^\/repos\/me\/shop\/(\w+)\/?(.*)$/.exec(url.path) ?? [];
    const query = (name: string, otherwise: string) => String(url.query?.[name] ?? otherwise);
    const page = <T>(all: readonly T[]) => {
      const [size, at] = [Number(query('per_page', '30')), Number(query('page', '1'))];
      return all.slice((at - 1) * size, at * size);
    };
    const given = (body ?? {}) as Record<string, never>;
    if (url.path === '/user') return this.#viewer(template);
    if (part === 'compare') return this.#compare(decodeURIComponent(rest), template, page);
    if (part === 'pulls') return { status: 200, body: page(this.pulls).map((pull) => pullOf(pull, template)) };
    const [, comment] = /^comments\/(\d+)$/.exec(rest) ?? [];
    if (comment !== undefined) return this.#oneComment(Number(comment), method, given, template);
    const [, number = '', comments] = /^(\d+)?(\/comments)?$/.exec(rest) ?? [];
    if (comments) return this.#commentsOf(Number(number), method, given, template, page);
    return this.#issuesAnswer(number, method, given, template, page, query('labels', ''));
  }

  #issuesAnswer(
    number: string,
    method: string,
    given: Partial<StoredIssue>,
    template: unknown,
    page: <T>(all: readonly T[]) => T[],
    label: string,
  ): Answer {
    if (method === 'get') {
      const open = this.issues.filter(({ state, labels }) => state === 'open' && labels.includes(label));
      return { status: 200, body: page(open.toReversed()).map((one) => issueOf(one, first(template))) };
    }
    if (method === 'post') {
      const made = { number: this.issues.length + 1, title: '', body: '', labels: [], state: 'open', ...given };
      this.issues.push(made);
      return { status: 201, body: issueOf(made, template) };
    }
    const found = this.issues.find((one) => one.number === Number(number));
    if (found === undefined) return { status: 404, body: { message: 'Not Found' } };
    Object.assign(found, given);
    return { status: 200, body: issueOf(found, template) };
  }

  #commentsOf(
    issue: number,
    method: string,
    given: { body?: string },
    template: unknown,
    page: <T>(all: readonly T[]) => T[],
  ): Answer {
    const own = this.comments.filter((one) => one.issue === issue);
    if (method === 'get') return { status: 200, body: page(own).map((one) => commentOf(one, first(template))) };
    const type = this.login.endsWith('[bot]') ? 'Bot' : 'User';
    const id = 1 + Math.max(0, ...this.comments.map((one) => one.id));
    const made = { id, issue, body: given.body ?? '', user: { login: this.login, type } };
    this.comments.push(made);
    return { status: 201, body: commentOf(made, template) };
  }

  #oneComment(id: number, method: string, given: { body?: string }, template: unknown): Answer {
    const at = this.comments.findIndex((one) => one.id === id);
    const found = this.comments[at];
    if (found === undefined) return { status: 404, body: { message: 'Not Found' }, undescribed: true };
    if (method === 'delete') {
      this.comments.splice(at, 1);
      return { status: 204 };
    }
    found.body = given.body ?? found.body;
    return { status: 200, body: commentOf(found, template) };
  }

  #viewer(template: unknown): Answer {
    const message = 'Resource not accessible by integration';
    if (this.login.endsWith('[bot]')) return { status: 403, body: { message } };
    return { status: 200, body: { ...(template as object), login: this.login } };
  }

  #compare(basehead: string, template: unknown, page: <T>(all: readonly T[]) => T[]): Answer {
    const [base, head] = basehead.split('...').map((sha) => this.commits.findIndex((one) => one.sha === sha));
    if (base === undefined || head === undefined || base < 0 || head < 0)
      return { status: 404, body: { message: 'Not Found' } };
    const ahead = this.commits.slice(base + 1, head + 1);
    const whole = template as { commits: unknown[]; merge_base_commit: unknown };
    const sample = first(whole.commits);
    return {
      status: 200,
      body: {
        ...whole,
        status: ahead.length > 0 ? 'ahead' : base > head ? 'behind' : 'identical',
        ahead_by: ahead.length,
        behind_by: Math.max(0, base - head),
        total_commits: ahead.length,
        merge_base_commit: commitOf(this.commits[Math.min(base, head)] as StoredCommit, sample),
        commits: page(ahead).map((one) => commitOf(one, sample)),
      },
    };
  }
}

const first = (list: unknown): unknown => (Array.isArray(list) ? list[0] : list);

const issueOf = ({ number, title, body, state, labels, pull }: StoredIssue, template: unknown) => {
  // Only a pull request has this member.
  const { pull_request, ...issue } = template as { pull_request: unknown };
  return { ...issue, number, title, body, state, labels, ...(pull && { pull_request }) };
};

const commentOf = ({ id, body, user }: StoredComment, template: unknown) => {
  const comment = template as { user: object };
  return { ...comment, id, body, user: { ...comment.user, ...user } };
};

function commitOf({ sha, message, author, date = '2026-05-01T08:00:00Z' }: StoredCommit, template: unknown) {
  const sample = template as { commit: { author: object; committer: object }; author: object };
  const who = { name: author ?? 'Ana', email: 'ana@shop.example', date };
  return { ...sample, sha, commit: { ...sample.commit, message, author: who, committer: who } };
}

function pullOf(pull: StoredPull, template: unknown) {
  const sample = first(template) as { user: object };
  const { number, title, login = 'ana', mergeCommit, merged = true, updated = '2026-05-01T09:00:00Z' } = pull;
  return {
    ...sample,
    number,
    title,
    user: { ...sample.user, login },
    state: 'closed',
    merge_commit_sha: mergeCommit,
    merged_at: merged ? updated : null,
    updated_at: updated,
  };
}
