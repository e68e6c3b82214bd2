import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { removeTemporary, temporaryFolder } from '../../../demo/temporary';
import { attachLab, type Lab } from '../../../lab';
import { GitHubStandIn } from '../../github/stand-in';
import { AppRepository, type Edition, titleOf } from '../app';
import { makeProduct } from '../product';
import { type Ended, type Runner, runWorkflow, type Started } from '../run-of-act';
import { type MarkedSecrets, markedSecrets } from '../secrets';
import { lookAt } from '../shop';
import { ProcessWatch, searchMachine, secretsBeneath, secretsIn } from '../traces';

/**
 * The workflows of `workflows/` in an app's repository, run for real by nektos/act on real machines: one story, each test a
 * run after the one before it. Every secret is marked, and every run is at debug level.
 */
jest.setTimeout(15 * 60_000);

const { ACT: act = '', ACT_NPM_CACHE: npmCache = '', ACT_SUMMARIES: summaries = '' } = process.env;
const began = Date.now();
let lab: Lab;
let folder: string;
let app: AppRepository;
let runner: Runner;
let marked: MarkedSecrets;
let watch: ProcessWatch;
let github: GitHubStandIn;
const ended: Ended[] = [];
/** Releases by the order in which they came. */
const releases: string[] = [];

beforeAll(async () => {
  lab = attachLab();
  folder = await temporaryFolder('buka-act-');
  // The POS's tests have a database of a user of its own.
  await chmod(folder, 0o755);
  for (const name of ['buka', 'app', 'runs']) mkdirSync(join(folder, name));
  marked = await markedSecrets(lab, folder);
  const { repositories, files } = await makeProduct(join(folder, 'buka'));
  app = await AppRepository.make(join(folder, 'app'));
  for (const { path, changes } of [...files, ...app.files])
    for (const { line, was, is, why } of changes)
      process.stdout.write(`${path}:${line}: ${was.trim() || '(end)'} → ${is?.trim() ?? '(left out)'}: ${why}\n`);
  github = await GitHubStandIn.start('shop/pos', marked.secrets.GITHUB_TOKEN);
  const api = github.env.GITHUB_API_URL;
  runner = { act, api, npmCache, app: app.folder, folder: join(folder, 'runs'), repositories, secrets: marked.secrets };
  watch = new ProcessWatch(marked.markers);
});

afterAll(async () => {
  await watch?.stop();
  await github?.stop();
  if (folder) removeTemporary(folder);
});

/** A story that broke has no next page. */
let broken = false;
async function page(tell: () => Promise<void>): Promise<void> {
  if (broken) throw new Error('The run before this one did not go as it should.');
  broken = true;
  await tell();
  broken = false;
}

/** GitHub has the commit as well. */
async function commit(edition: Edition): Promise<void> {
  const sha = await app.commit(edition);
  github.commits.push({ sha, message: titleOf(edition), author: 'Cashier' });
}

async function run(started: Started): Promise<Ended> {
  const one = await runWorkflow(runner, started);
  ended.push(one);
  writeFileSync(join(summaries, `${ended.length}-${started.workflow}.md`), one.summary());
  return one;
}

/** Fails with what the run printed, which has no secret that would matter: the lab's die with it. */
function expectEnd(one: Ended, status: 0 | 1, results: Record<string, string>): void {
  if ((one.status === 0) !== (status === 0) || !sameAs(one.results, results))
    throw new Error(`${JSON.stringify({ status: one.status, results: one.results })}\n${one.printed().slice(-20_000)}`);
}

const sameAs = (results: Ended['results'], expected: Record<string, string>) =>
  Object.entries(expected).every(([job, result]) => results[job] === result);

const everywhere = (release: string | undefined) => ({ served: [release, release, release], wrong: [] });

test('a pull request is built and tested, and has the release that a deploy of the same commit has', () =>
  page(async () => {
    await commit({ release: 1, tested: true });
    const one = await run({ workflow: 'build-and-test', event: 'pull_request' });
    expectEnd(one, 0, { 'Build and test': 'success' });
    expect(one.told).toMatchObject({ release: expect.stringMatching(/^[0-9a-f]{7}-[0-9a-f]{8}$/) });
    releases.push(one.told?.release ?? '');
    expect(one.summary()).toContain(releases[0]);
    // It runs other people's code: even act itself, which tells what it gives to a step, has nothing but the job's token.
    expect(secretsIn(one.log, marked.markers)).toEqual(['GITHUB_TOKEN']);
  }));

test('a push is built and rolled out to workers that have nothing yet', () =>
  page(async () => {
    const one = await run({ workflow: 'deploy', event: 'push' });
    const jobs = { 'Build and test': 'success', 'Sign provenance': 'skipped', 'Deploy to production': 'success' };
    expectEnd(one, 0, jobs);
    const [first = ''] = releases;
    expect(one.told).toEqual({
      outcome: 'success',
      release: first,
      'previous-release': '',
      url: 'http://10.20.0.10',
      artifact: `release-${first}`,
    });
    expect(readdirSync(one.artifacts)).toEqual([`release-${first}`]);
    expect(one.summary()).toContain(first);
    expect(one.printed('Post')).toContain('The rollout came to its end, so there is nothing to do.');
    expect(await lookAt(lab)).toEqual(everywhere(first));
  }));

test('the next push takes the place of the one before it', () =>
  page(async () => {
    await commit({ release: 2 });
    const one = await run({ workflow: 'deploy', event: 'push' });
    expectEnd(one, 0, { 'Deploy to production': 'success' });
    releases.push(one.told?.release ?? '');
    expect(one.told).toMatchObject({ outcome: 'success', 'previous-release': releases[0] });
    expect(releases[1]).not.toBe(releases[0]);
    for (const worker of ['worker1', 'worker2', 'worker3']) expect(one.summary('Main')).toContain(worker);
    expect(one.summary('Main')).toContain('Release 2');
    expect(github.problems).toEqual([]);
    expect(await lookAt(lab)).toEqual(everywhere(releases[1]));
  }));

test('a release that never becomes healthy fails the job, and the workers have the one from before', () =>
  page(async () => {
    await commit({ release: 2, fault: 'never-ready' });
    const one = await run({ workflow: 'deploy', event: 'push' });
    expectEnd(one, 1, { 'Build and test': 'success', 'Deploy to production': 'failure' });
    const outputs = one.outputs('Deploy to production');
    expect(outputs).toMatchObject({ outcome: 'failed', 'previous-release': releases[1] });
    expect(outputs.release).not.toBe(releases[1]);
    expect(one.summary()).toContain('app-unhealthy');
    expect(one.summary()).toContain('worker1');
    expect(await lookAt(lab)).toEqual(everywhere(releases[1]));
  }));

test('"Run workflow" of the rollback takes them to the release before the present', () =>
  page(async () => {
    const inputs = { environment: 'production', release: '', reason: 'prices were wrong', 'dry-run': 'false' };
    const one = await run({ workflow: 'rollback', event: 'workflow_dispatch', inputs });
    expectEnd(one, 0, { 'Roll production back': 'success' });
    expect(one.told).toMatchObject({ outcome: 'success', release: releases[0], 'previous-release': releases[1] });
    expect(one.summary()).toContain(releases[0]);
    const history = await lab.shell('worker1', 'cat /srv/pos/history* 2>/dev/null');
    expect(history.stdout).toMatch(/"event":"activated".*"reason":"prices were wrong"/);
    expect(await lookAt(lab)).toEqual(everywhere(releases[0]));
  }));

test('a deploy that is cancelled while a worker starts is put right by its post step', () =>
  page(async () => {
    await commit({ release: 2, fault: 'slow-start=8s' });
    const one = await run({ workflow: 'deploy', event: 'push', cancelAt: /worker1\s+switched/ });
    expect(one.cancelled).toBe(true);
    expectEnd(one, 1, { 'Build and test': 'success', 'Deploy to production': 'failure' });
    // Act kills the step at once, where GitHub would ask it to end first: nothing but the post step can have done it.
    expect(one.printed('Main')).not.toContain('Cancelled: ');
    expect(one.printed('Post')).toContain('did not come to its end');
    expect(one.printed('Post')).toContain('Every worker that can be reached is healthy and in rotation.');
    expect(one.summary('Post')).toContain('worker1');
    const { served, wrong } = await lookAt(lab);
    expect(wrong).toEqual([]);
    expect(served).toEqual(expect.arrayContaining([releases[0]]));
  }));

test('the objectives are reported, with the page among the artifacts', () =>
  page(async () => {
    const one = await run({ workflow: 'slo-report', event: 'workflow_dispatch' });
    const { verdict = '' } = one.outputs('Objectives of production');
    // How long the shop was away before its first deploy is this machine's affair.
    expect(['met', 'unknown', 'missed']).toContain(verdict);
    const missed = verdict === 'missed';
    expectEnd(one, missed ? 1 : 0, { 'Objectives of production': missed ? 'failure' : 'success' });
    if (!missed) expect(one.told).toMatchObject({ verdict, coverage: expect.stringMatching(/^[\d.]+$/) });
    expect(one.summary()).toContain('pos');
    const report = join(one.artifacts, 'objectives-production');
    const files = readdirSync(report);
    expect(files.map((name) => name.split('.').at(-1)).sort()).toEqual(['html', 'json', 'svg']);
    for (const name of files) expect(statSync(join(report, name)).size).toBeGreaterThan(100);
  }));

describe('of secrets, through success, failure and cancel at debug level, there is nothing', () => {
  test('in any log, annotation, output or summary', () => {
    expect(ended.map(({ status }) => status)).toEqual(expect.arrayContaining([0, 1]));
    expect(ended.some(({ cancelled }) => cancelled)).toBe(true);
    for (const one of ended) expect(secretsIn(one.printed(), marked.markers)).toEqual([]);
    // They were given: what act itself says of a deploy has them.
    const given = ended.flatMap(({ log }) => secretsIn(log, marked.markers));
    expect([...new Set(given)].sort()).toEqual(Object.keys(marked.secrets).sort());
  });

  test('in the list of processes of any machine', async () => {
    await watch.stop();
    expect(watch.looks).toBeGreaterThan(100);
    // It looked at the runner, and into the machines.
    const seen = [...watch.seen].join('\n');
    for (const program of ['--local-repository', 'dist/server.js', 'haproxy', 'postgres'])
      expect(seen).toContain(program);
    expect([...watch.found]).toEqual([]);
  });

  test('in any file that a run left on the runner, or in the history of a shell there', async () => {
    expect(existsSync(join(folder, 'runs/run-1/secrets.yml'))).toBe(false);
    expect(await secretsBeneath(folder, marked.markers)).toEqual([]);
  });

  test('in any file or journal of the machines, where a search finds what is put there', async () => {
    for (const { host } of lab.machines) {
      const { files, found } = await searchMachine(lab, host, began, marked.markers);
      expect({ host, found }).toEqual({ host, found: [] });
      expect(files).toBeGreaterThan(0);
    }
    const [marker = ''] = marked.markers.keys();
    const plant =
      'read -r marker; echo "$marker" >/home/deploy/.bash_history; echo "said $marker" | systemd-cat; sleep 1';
    await lab.shell('worker1', plant, { input: `${marker}\n` });
    const { found } = await searchMachine(lab, 'worker1', began, marked.markers);
    expect(found).toEqual(expect.arrayContaining(['/home/deploy/.bash_history', 'journal']));
    await lab.shell('worker1', 'rm /home/deploy/.bash_history');
  });

  test('where a console of a machine is kept', () => {
    for (const { host } of lab.machines)
      expect([host, secretsIn(readFileSync(lab.consoleFile(host)), marked.markers)]).toEqual([host, []]);
  });
});
