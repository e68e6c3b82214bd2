import { BukaError } from '../errors';

/** What a workflow writes under `permissions:`. */
export type Permission = `${'contents' | 'issues' | 'pull-requests'}: ${'read' | 'write'}`;

interface Asked {
  readonly route: string;
  readonly needs: Permission;
}

/** As much of Octokit's RequestError as is used. */
interface Refusal {
  readonly status: number;
  readonly message: string;
  readonly response?: { readonly headers: Readonly<Record<string, string | number | undefined>> };
}

/** Reads on after "The job needs", so that nobody takes away `contents: read` by naming another one. */
export const permissionsWith = (needs: string): string =>
  `\`permissions: { ${[...new Set(['contents: read', needs])].join(', ')} }\``;

/** Every way in which GitHub's API doesn't do what it was asked, in one place. */
export function apiFailure(error: unknown, { route, needs }: Asked): BukaError {
  const { status, message, response } = error as Partial<Refusal>;
  const seen = `${route}: ${status === undefined ? '' : `${status} `}${message ?? String(error)}`;
  if (isLimit(error as Refusal))
    return new BukaError({
      code: 'github-limited',
      step: 'github',
      message: 'GitHub takes no more requests of this token for now.',
      seen: `${seen}${resetWords(response)}`,
      hint: 'Run it again later. The limit is shared by all jobs of the repository; an own GitHub App has an own one.',
      cause: error,
    });
  if (status === 401)
    return new BukaError({
      code: 'github-denied',
      step: 'github',
      message: 'GitHub does not know this token.',
      seen,
      hint: 'Leave the input token out: the job has one of its own. A token of yours may have expired.',
      cause: error,
    });
  if (status === 403 || status === 404)
    return new BukaError({
      code: 'github-denied',
      step: 'github',
      message: `The token may not do this: it needs \`${needs}\`.`,
      seen,
      // A private repository answers 404 where it would say 403 (REST API, "Troubleshooting").
      hint: `The job needs ${permissionsWith(needs)}. A pull request from a fork has a token that can only read.`,
      cause: error,
    });
  if (status === 410)
    return new BukaError({
      code: 'github-denied',
      step: 'github',
      message: 'The repository has this turned off.',
      seen,
      hint: "Turn it on in the repository's settings, under Features: issues, for the alerts.",
      cause: error,
    });
  return failed(seen, error);
}

export function unreadable(data: unknown, { route }: Asked): BukaError {
  const text = typeof data === 'string' ? data : (JSON.stringify(data) ?? '');
  return failed(`${route}: an answer that is none: ${text.slice(0, 300)}`);
}

const failed = (seen: string, cause?: unknown) =>
  new BukaError({
    code: 'github-failed',
    step: 'github',
    message: 'GitHub does not answer as it should.',
    seen,
    hint: 'Run it again; https://www.githubstatus.com tells of outages.',
    cause,
  });

/** REST API, "Rate limits": both limits come as 403 or 429; 403 without their signs is a missing permission. */
function isLimit({ status, message = '', response }: Partial<Refusal>): boolean {
  if (status === 429) return true;
  if (status !== 403) return false;
  const { 'retry-after': after, 'x-ratelimit-remaining': remaining } = response?.headers ?? {};
  return after !== undefined || String(remaining) === '0' || /secondary rate/i.test(message);
}

function resetWords(response: Refusal['response']): string {
  const { 'retry-after': after, 'x-ratelimit-reset': reset } = response?.headers ?? {};
  if (after !== undefined) return `; again in ${after} s`;
  const at = new Date(Number(reset) * 1000);
  return Number.isNaN(at.getTime()) ? '' : `; again at ${at.toISOString()}`;
}
