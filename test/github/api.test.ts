import { z } from 'zod';
import { GitHubApi } from '../../src/github/api';
import { milliseconds, seconds } from '../../src/units';
import { type GitHubStandIn, TOKEN, useGitHub } from './stand-in';

let github: GitHubStandIn;
useGitHub((started) => {
  github = started;
});

const apiOf = ({ token = TOKEN, within = seconds(20), env = github.env } = {}) =>
  new GitHubApi({ token, within, env, second: milliseconds(5) });

const question = {
  route: 'GET /repos/{owner}/{repo}/issues',
  parameters: { labels: 'x', state: 'open', per_page: 100, page: 1 },
  answer: z.array(z.object({ number: z.number() })),
  needs: 'issues: write',
} as const;

const creation = {
  route: 'POST /repos/{owner}/{repo}/issues',
  parameters: { title: 'A title' },
  answer: z.object({ number: z.number() }),
  needs: 'issues: write',
} as const;

const broken = { status: 502, body: { message: 'Server Error' }, undescribed: true };

describe('a question to GitHub', () => {
  test('is asked again after a failure of the server, or of the line', async () => {
    github.faults = [broken, 'hang up'];
    await expect(apiOf().ask(question)).resolves.toEqual([]);
    expect(github.calls).toHaveLength(3);
  });

  test('is given up when the server goes on failing', async () => {
    github.faults = [broken, broken, broken, broken];
    await expect(apiOf().ask(question)).rejects.toMatchObject({
      failure: { code: 'github-failed', seen: expect.stringContaining('502 Server Error') },
    });
    expect(github.calls).toHaveLength(3);
  });

  test('that makes something is asked once: it may have been made', async () => {
    github.faults = [broken];
    await expect(apiOf().ask(creation)).rejects.toMatchObject({ failure: { code: 'github-failed' } });
    expect(github.calls).toEqual(['POST /repos/me/shop/issues']);
  });

  test('that nobody answers is given up when its time is over', async () => {
    github.faults = ['silence', 'silence', 'silence', 'silence'];
    await expect(apiOf({ within: milliseconds(300) }).ask(question)).rejects.toMatchObject({
      failure: { code: 'github-failed' },
    });
    // The first took all the time that there was.
    expect(github.calls).toHaveLength(1);
  });

  test('answered by something that is not GitHub is a failure, not an answer', async () => {
    github.faults = [{ status: 200, body: { hello: 'proxy' }, undescribed: true }];
    await expect(apiOf().ask(question)).rejects.toMatchObject({
      failure: { code: 'github-failed', seen: expect.stringContaining('{"hello":"proxy"}') },
    });
  });
});

describe('too many questions', () => {
  const secondary = (after: string) => ({
    status: 403,
    headers: { 'retry-after': after },
    body: { message: 'You have exceeded a secondary rate limit.' },
    undescribed: true,
  });
  const primary = (reset: number) => ({
    status: 429,
    headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + reset) },
    body: { message: 'API rate limit exceeded for installation.' },
    undescribed: true,
  });

  test.each([
    ['the secondary limit', () => secondary('3')],
    ['the hourly limit', () => primary(3)],
  ])('are waited out: %s', async (_, fault) => {
    github.faults = [fault()];
    await expect(apiOf().ask(creation)).resolves.toEqual({ number: 1 });
    expect(github.calls).toHaveLength(2);
  });

  test.each([
    ['the secondary limit', () => secondary('9000'), 'again in 9000 s'],
    ['the hourly limit', () => primary(9000), 'again at 20'],
  ])('are told where the wait is longer than there is time: %s', async (_, fault, words) => {
    github.faults = [fault(), fault(), fault()];
    await expect(apiOf({ within: seconds(5) }).ask(question)).rejects.toMatchObject({
      failure: { code: 'github-limited', seen: expect.stringContaining(words) },
    });
    expect(github.calls).toHaveLength(1);
  });
});

describe('a token', () => {
  test('that may not do it is told the permission to add, and nothing is tried twice', async () => {
    github.granted = new Set(['contents: read']);
    await expect(apiOf().ask(creation)).rejects.toMatchObject({
      failure: {
        code: 'github-denied',
        message: expect.stringContaining('`issues: write`'),
        hint: expect.stringContaining('permissions: { contents: read, issues: write }'),
      },
    });
    expect(github.calls).toHaveLength(1);
  });

  test('that may not see a private repository, where GitHub says 404, is told the same', async () => {
    github.faults = [{ status: 404, body: { message: 'Not Found' } }];
    await expect(apiOf().ask(question)).rejects.toMatchObject({
      failure: { code: 'github-denied', hint: expect.stringContaining('issues: write') },
    });
  });

  test('that has expired is told as such, and never shown', async () => {
    const error = await apiOf({ token: 'ghp_expired' })
      .ask(question)
      .catch((thrown) => thrown);
    expect(error.failure).toMatchObject({ code: 'github-denied', message: 'GitHub does not know this token.' });
    expect(JSON.stringify(error.failure) + error.stack).not.toContain('ghp_expired');
  });
});

test('a self-hosted runner behind a proxy asks through it', async () => {
  const url = new URL(github.env.GITHUB_API_URL ?? '');
  process.env.http_proxy = url.href;
  try {
    const env = { ...github.env, GITHUB_API_URL: 'http://github.nowhere.invalid' };
    await expect(apiOf({ env }).ask(question)).resolves.toEqual([]);
  } finally {
    delete process.env.http_proxy;
  }
});
