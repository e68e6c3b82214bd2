import { type ContentsOr, releaseContents } from '../../src/github/contents';
import { contentsLines, contentsMarkdown } from '../../src/github/contents-text';
import { milliseconds } from '../../src/units';
import { type GitHubStandIn, TOKEN, useGitHub } from './stand-in';

let github: GitHubStandIn;
useGitHub((started) => {
  github = started;
});

const sha = (number: number) => number.toString(16).padStart(40, '0');
const many = (count: number) =>
  Array.from({ length: count }, (_, number) => ({ sha: sha(number), message: `Change ${number}\n\nAnd why.` }));

const between = (from: number | undefined, to: number | undefined, token: string | undefined = TOKEN) =>
  releaseContents(from === undefined ? undefined : sha(from), to === undefined ? undefined : sha(to), {
    token,
    env: github.env,
    second: milliseconds(5),
  });

const words = { kind: 'deploy', from: '0000000-11111111', page: 'https://github.example/me/shop' } as const;
const shown = (contents: ContentsOr) => contentsMarkdown(contents, words);

describe('what is in a release', () => {
  test('is the commits since the one that ran, newest first, and the pull requests that were merged with them', async () => {
    github.commits = many(5);
    github.pulls = [
      { number: 9, title: 'Not merged', mergeCommit: sha(3), merged: false },
      { number: 8, title: 'Sell gift cards', login: 'ben', mergeCommit: sha(3) },
      { number: 7, title: 'From before', mergeCommit: sha(1) },
    ];
    const contents = await between(1, 4);
    expect(contents).toMatchObject({
      brings: {
        total: 3,
        commits: [{ subject: 'Change 4' }, { subject: 'Change 3' }, { subject: 'Change 2' }],
        pulls: [{ number: 8, title: 'Sell gift cards', author: 'ben' }],
      },
      takesOut: { total: 0 },
      note: undefined,
    });
    expect(contentsLines(contents, words)).toEqual([
      'New since 0000000-11111111: 3 commits, 1 pull request',
      '  #8 Sell gift cards (ben)',
    ]);
    expect(shown(contents)).toContain(
      '- [#8](https://github.example/me/shop/pull/8) Sell gift cards (ben)\n\n<details><summary>3 commits</summary>',
    );
  });

  test('that goes back is what it takes out', async () => {
    github.commits = many(5);
    github.pulls = [{ number: 8, title: 'Sell gift cards', mergeCommit: sha(3) }];
    const contents = await between(4, 1);
    expect(contents).toMatchObject({ brings: { total: 0 }, takesOut: { total: 3, pulls: [{ number: 8 }] } });
    expect(contentsMarkdown(contents, { ...words, kind: 'rollback' })).toMatch(
      /^### What is taken out\n\nTaken out since <code>0000000-11111111<\/code>: 3 commits, 1 pull request\./,
    );
  });

  test('of the same commit says so', async () => {
    github.commits = many(2);
    const contents = await between(1, 1);
    expect(contentsLines(contents, words)).toEqual(['This release is of the same commit as 0000000-11111111.']);
    expect(shown(contents)).toContain('The same commit as');
  });

  test('after half a year is the newest of the commits, and says how many there are', async () => {
    github.commits = many(700);
    const contents = await between(0, 699);
    if ('unknown' in contents) throw new Error(contents.unknown);
    const { total, commits } = contents.brings;
    expect([total, commits.length, commits[0]?.subject, commits.at(-1)?.subject]).toEqual([
      ...[699, 250, 'Change 699', 'Change 450'],
    ]);
    expect(shown(contents)).toContain('The newest 250 of 699 are told.');
    expect(contentsLines(contents, words).at(-1)).toBe('  and 240 more');
    expect(github.calls.filter((call) => call.includes('/compare/'))).toHaveLength(4);
  });

  test('stops looking for pull requests that were updated before what both releases have', async () => {
    github.commits = many(3).map((one, day) => ({ ...one, date: `2026-05-0${day + 1}T00:00:00Z` }));
    github.pulls = Array.from({ length: 300 }, (_, number) => ({
      number,
      title: 'Old',
      mergeCommit: sha(9999),
      updated: '2026-04-01T00:00:00Z',
    }));
    await between(0, 2);
    expect(github.calls.filter((call) => call.endsWith('/pulls'))).toHaveLength(1);
  });
});

describe('what is in a release is told in one plain line instead', () => {
  test('where the job may not read pull requests: the commits, and the permission to add', async () => {
    github.commits = many(3);
    github.granted = new Set(['contents: read']);
    const contents = await between(0, 2);
    expect(contents).toMatchObject({ brings: { total: 2, pulls: [] } });
    expect(contentsLines(contents, words).at(-1)).toMatch(
      /^Pull requests are not told\. .*permissions: \{ contents: read, pull-requests: read \}/,
    );
  });

  test.each([
    ['the job may not read the repository', () => github.granted.clear(), /`permissions: \{ contents: read \}`/],
    ['the commit is gone from the repository', () => github.commits.splice(0), /`permissions: \{ contents: read \}`/],
    ['GitHub is down', () => github.faults.push(...Array(9).fill('hang up')), /GitHub does not answer as it should/],
  ])('where %s', async (_, spoil, expected) => {
    github.commits = many(3);
    spoil();
    const contents = await between(0, 2);
    expect(contents).toEqual({ unknown: expect.stringMatching(expected) });
    expect(contentsLines(contents, words)).toHaveLength(1);
  });

  test('where a release is from outside a repository, or there is no token; nobody is asked', async () => {
    expect(await between(undefined, 1)).toEqual({ unknown: expect.stringContaining('commit') });
    const untold = await releaseContents(sha(0), sha(1), { token: undefined, env: github.env });
    expect(untold).toEqual({ unknown: expect.stringContaining('token') });
    expect(github.calls).toEqual([]);
  });
});

test('nothing that a person wrote in a title becomes markup or a mention', async () => {
  github.commits = many(2).map((one) => ({ ...one, message: '</details> ![x](http://y) @everyone', author: '<b>' }));
  github.pulls = [{ number: 1, title: '| <img src=x> @all [a](b)', mergeCommit: sha(1) }];
  const page = shown(await between(0, 1));
  expect(page.match(/<\/?\w+>/g)).toEqual([
    ...['<code>', '</code>', '<details>', '<summary>', '</summary>', '<code>', '</code>', '</details>'],
  ]);
  expect(page).not.toMatch(/@all|@everyone|<img|!\[/);
});
