import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';

import { dirname, join } from 'node:path';
import type { RolloutInputs } from '../../src/actions/inputs';
import { buildRelease, reportRollout } from '../../src/actions/steps';
import { type Cluster, loadCluster } from '../../src/cluster';
import type { RolloutReport } from '../../src/rollout';
import { NEW, OLD, reportOf } from '../github/report';
import { type GitHubStandIn, TOKEN, useGitHub } from '../github/stand-in';
import { makeApp } from './app';

const [oldCommit, newCommit] = ['0a1b2c3'.padEnd(40, '0'), '4d5e6f7'.padEnd(40, '0')];

let github: GitHubStandIn;
let folder: string;
/** `@actions/core` keeps where the summary is for as long as the process lives. */
const summary = join(mkdtempSync(join(tmpdir(), 'buka-summary-')), 'summary');
const before = { ...process.env };
useGitHub((started) => {
  github = started;
});
afterAll(() => rmSync(dirname(summary), { recursive: true }));
afterEach(() => {
  process.env = { ...before };
  process.exitCode = undefined;
  rmSync(folder, { recursive: true });
});

/** A job of a pull request, in this process. */
async function job(release: string): Promise<Cluster> {
  github.commits = [
    { sha: oldCommit, message: 'Before' },
    { sha: newCommit, message: 'Sell gift cards' },
  ];
  folder = await makeApp(release);
  const file = (name: string) => join(folder, name);
  for (const path of [file('output'), file('state'), summary]) writeFileSync(path, '');
  writeFileSync(file('event.json'), JSON.stringify({ pull_request: { number: 5 } }));
  Object.assign(process.env, github.env, {
    GITHUB_WORKSPACE: folder,
    GITHUB_OUTPUT: file('output'),
    GITHUB_STATE: file('state'),
    GITHUB_STEP_SUMMARY: summary,
    GITHUB_EVENT_PATH: file('event.json'),
    GITHUB_SHA: newCommit,
    GITHUB_RUN_ID: '77',
    RUNNER_TEMP: folder,
  });
  return loadCluster(file('buka.yml'));
}

const read = (name: string) => readFileSync(join(folder, name), 'utf8');
const app = () => ({ folder, config: join(folder, 'buka.yml') });
const hosts = (): Omit<RolloutInputs, 'token' | 'comment'> => ({
  ...app(),
  credentials: { knownHosts: '', agent: '/nowhere' },
  dryRun: false,
  without: [],
});
const BUILDS = '  test: "true"\n  include: [buka.yml]';
const ran: RolloutReport = reportOf({ commits: { from: oldCommit, to: newCommit } });

/** What the step writes on its standard output. */
async function logOf(work: () => Promise<unknown>): Promise<string> {
  const written: string[] = [];
  const write = process.stdout.write;
  process.stdout.write = ((text: string) => written.push(text) > 0) as typeof write;
  try {
    await work();
  } finally {
    process.stdout.write = write;
  }
  return written.join('');
}

describe('a deploy', () => {
  test('tells what is in the release, in the log, the summary and the comment', async () => {
    const cluster = await job(BUILDS);
    const log = await logOf(() => reportRollout(cluster, { ...hosts(), token: TOKEN, comment: true }, async () => ran));
    expect(readFileSync(summary, 'utf8')).toMatch(/### What is in this release.*Sell gift cards.*### Time line/s);
    expect(log).toContain(`New since ${OLD}: 1 commit\n  4d5e6f7 Sell gift cards (`);
    expect(github.comments).toMatchObject([
      {
        issue: 5,
        body: expect.stringMatching(
          new RegExp(`✅ .*${NEW}.*### What is in this release.*Sell gift cards.*runs/77`, 's'),
        ),
      },
    ]);
  });

  test('that went well stays so when GitHub is down, and when the comment is refused: a warning', async () => {
    const cluster = await job(BUILDS);
    github.granted.clear();
    const log = await logOf(() => reportRollout(cluster, { ...hosts(), token: TOKEN, comment: true }, async () => ran));
    expect(process.exitCode).toBeUndefined();
    expect(log).toContain('What is in this release is not told. ');
    expect(log).toMatch(/^::warning title=github-denied::.*pull-requests: write/m);
    expect(read('output')).toContain('success');
    expect(read('state')).toContain('ended');
  });

  test('asks nothing and comments nothing where there is no token', async () => {
    const cluster = await job(BUILDS);
    const inputs = { ...hosts(), token: undefined, comment: true };
    await logOf(() => reportRollout(cluster, inputs, async () => ran));
    expect(github.calls).toEqual([]);
  });

  test.each([
    ['monitoring.url', 'monitoring: { host: lb1, url: "https://shop.example" }', 'https://shop.example'],
    ['the shared address', 'address: 10.0.0.10', 'http://10.0.0.10'],
    ['nothing, where nobody knows', '', ''],
  ])('says where customers find the service: by %s', async (_, line, url) => {
    await job(BUILDS);
    const file = join(folder, 'buka.yml');
    const text = read('buka.yml');
    const given = line.startsWith('address')
      ? text.replace('kind: haproxy', `kind: haproxy, ${line}`)
      : `${text}${line}\n`;
    writeFileSync(file, given);
    const cluster = await loadCluster(file);
    await logOf(() => reportRollout(cluster, { ...hosts(), token: undefined, comment: false }, async () => ran));
    expect(read('output')).toMatch(new RegExp(`^url<<(\\S+)\n${url}\n\\1$`, 'm'));
  });
});

describe('a build', () => {
  const RESULTS = '  test-results: results.xml\n  include: [buka.yml]';
  const failing = `<testsuite><testcase name='a'/><testcase name='once'><failure message='twice'/></testcase></testsuite>`;

  test('whose tests fail marks each, and its comment says which', async () => {
    const cluster = await job(`  test: echo "${failing}" > results.xml; exit 1\n${RESULTS}`);
    const log = await logOf(() =>
      buildRelease(cluster, { ...app(), token: TOKEN, comment: true }).catch((error) => error.code),
    );
    expect(log).toContain('::error title=once::twice');
    expect(github.comments).toMatchObject([
      { body: expect.stringMatching(/can't be released.*test-failed.*Tests: 1 passed, 1 failed/s) },
    ]);
  });

  test('that goes well has its tests under its figures', async () => {
    const cluster = await job(`  test: echo "<testsuite><testcase name='a'/></testsuite>" > results.xml\n${RESULTS}`);
    await logOf(() => buildRelease(cluster, { ...app(), token: TOKEN, comment: true }));
    expect(github.comments).toMatchObject([{ body: expect.stringMatching(/📦 Release .*✅ Tests: 1 passed/s) }]);
  });
});
