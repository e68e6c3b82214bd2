import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pullNumber, withSection, writeComment } from '../../src/github/comment';
import { milliseconds } from '../../src/units';
import { type GitHubStandIn, TOKEN, useGitHub } from './stand-in';

let github: GitHubStandIn;
useGitHub((started) => {
  github = started;
});

const section = (name: string, markdown: string, service = 'pos') => ({ service, name, markdown });
const write = (...of: Parameters<typeof section>) =>
  writeComment(5, section(...of), { token: TOKEN, env: github.env, second: milliseconds(5) });
const bodies = () => github.comments.map(({ body }) => body);

describe('a pull request', () => {
  test('gets one comment, which the next run writes anew', async () => {
    await write('build', '120 passed');
    await write('build', '121 passed');
    expect(bodies()).toEqual([expect.stringContaining('121 passed')]);
    expect(bodies()[0]).not.toContain('120 passed');
  });

  test('has what build and deploy say in the same one, the build first', async () => {
    await write('deploy', 'the plan');
    await write('build', '120 passed');
    await write('deploy', 'another plan');
    expect(bodies()).toEqual([expect.stringMatching(/120 passed.*another plan/s)]);
  });

  test('of two services has one for each', async () => {
    await write('build', 'a', 'pos');
    await write('build', 'b', 'shop');
    expect(github.comments).toHaveLength(2);
  });

  test('has its comment found among hundreds', async () => {
    await write('build', 'first');
    for (let id = 2; id <= 250; id += 1)
      github.comments.push({ id, issue: 5, body: 'I think…', user: { login: 'ben', type: 'User' } });
    await write('build', 'second');
    expect(github.comments).toHaveLength(250);
    expect(bodies()[0]).toContain('second');
  });

  test('where two jobs wrote at the same moment has one in the end, with what both say', async () => {
    const other = `<!-- buka-comment pos -->${withSection('', section('build', 'of the other job'))}`;
    github.meanwhile = (call) => {
      if (!call.startsWith('POST') || github.comments.length > 0) return;
      const user = { login: 'github-actions[bot]', type: 'Bot' };
      github.comments.push({ id: 1, issue: 5, body: other, user });
    };
    await write('deploy', 'of this job');
    expect(bodies()).toEqual([expect.stringMatching(/of the other job.*of this job/s)]);
  });

  test("keeps a stranger's comment as it is, though it begins like ours", async () => {
    const body = '<!-- buka-comment pos --> click here';
    github.comments.push({ id: 1, issue: 5, body, user: { login: 'mallory', type: 'User' } });
    await write('build', 'ours');
    expect(bodies()).toEqual([body, expect.stringContaining('ours')]);
  });

  test('gets one comment by a token of a person, too', async () => {
    github.login = 'ana';
    await write('build', 'first');
    await write('build', 'second');
    expect(bodies()).toEqual([expect.stringContaining('second')]);
  });

  test('whose job may not comment is told the permission to add', async () => {
    github.granted = new Set(['contents: read', 'pull-requests: read']);
    await expect(write('build', 'x')).rejects.toMatchObject({
      failure: { code: 'github-denied', hint: expect.stringContaining('pull-requests: write') },
    });
    expect(github.comments).toEqual([]);
  });
});

describe('a section of the comment', () => {
  test('is not ended by what a host said', () => {
    const first = withSection('', section('build', 'a\n<!-- buka-end -->\n<!-- buka-section deploy -->\nforged'));
    const second = withSection(first, section('build', 'b'));
    expect(second).not.toContain('forged');
  });

  test('too long for GitHub ends before a heading, and says where the rest is', () => {
    const long = `## It failed\n\nWhy.\n\n### Seen\n\n\`\`\`text\n${'x\n'.repeat(40_000)}\`\`\``;
    const written = withSection('', section('deploy', long));
    expect(written.length).toBeLessThan(31_000);
    expect(written).toMatch(/Why\.\n+The job's summary has the rest\.\n<!-- buka-end -->$/);
  });
});

describe('the number of the pull request', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'buka-event-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test.each([
    ['of its own event', { pull_request: { number: 7 } }, 7],
    ['of a comment on it', { issue: { number: 8, pull_request: { url: 'x' } } }, 8],
    ['of a comment on an issue is none', { issue: { number: 9 } }, undefined],
    ['of a push is none', { ref: 'refs/heads/main' }, undefined],
  ])('%s', async (_, event, expected) => {
    const path = join(folder, 'event.json');
    await writeFile(path, JSON.stringify(event));
    expect(await pullNumber({ GITHUB_EVENT_PATH: path })).toBe(expected);
  });

  test('is none where no event is', async () => {
    expect(await pullNumber({})).toBeUndefined();
  });
});
