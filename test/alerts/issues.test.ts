import { type Alert, askAlerts, type Issue, planIssues, syncIssues } from '../../src/alerts';
import { GitHubIssues } from '../../src/github';
import type { Remote } from '../../src/remote';
import { RecordingReporter } from '../../src/reporter';
import { milliseconds } from '../../src/units';
import { type GitHubStandIn, TOKEN, useGitHub } from '../github/stand-in';
import { localRemote } from '../remote/local-remote';
import { Alertmanager } from './alertmanager';
import { cluster } from './healthy';

const alertOf = (more: Partial<Alert> = {}): Alert => ({
  name: 'WorkerDown',
  host: 'worker1',
  severity: 'critical',
  summary: 'Worker worker1 serves nobody',
  description: 'Since then.',
  page: 'https://example.com/worker-down.md',
  since: new Date('2026-05-01T08:00:00Z'),
  muted: false,
  ...more,
});

describe('an alert', () => {
  const opened = (...alerts: Alert[]): Issue[] =>
    planIssues('pos', alerts, []).create.map((text, index) => ({ number: index + 1, ...text }));

  it('opens one issue, which stays as long as it lasts, and is closed when it is over', () => {
    const issues = opened(alertOf());
    expect(issues.map(({ title }) => title)).toEqual(['[pos] WorkerDown on worker1']);
    const later = alertOf({ description: 'It has another figure in it by now.' });
    expect(planIssues('pos', [later], issues)).toEqual({ create: [], update: [], close: [] });
    expect(planIssues('pos', [], issues)).toEqual({ create: [], update: [], close: [1] });
  });

  it('of the same name on another host has its own issue; of the same on the same host it is added', () => {
    const both = [alertOf(), alertOf({ host: 'worker2' })];
    expect(opened(...both)).toHaveLength(2);
    const slow = alertOf({ severity: 'warning', summary: 'Slower', since: new Date('2026-05-01T09:00:00Z') });
    const [issue] = opened(alertOf());
    const { create, update } = planIssues('pos', [slow, alertOf()], issue ? [issue] : []);
    expect(create).toEqual([]);
    expect(update.map(({ number, body }) => [number, /serves nobody.*Slower/s.test(body)])).toEqual([[1, true]]);
  });

  it('that is muted opens none, and closes none', () => {
    const muted = alertOf({ muted: true });
    expect(planIssues('pos', [muted], []).create).toEqual([]);
    expect(planIssues('pos', [muted], opened(alertOf())).close).toEqual([]);
  });

  it("leaves other services' issues and people's own alone", () => {
    const others = opened(alertOf()).map((issue) => ({
      ...issue,
      body: issue.body.replace('buka-alert pos', 'buka-alert shop'),
    }));
    const mine = { number: 9, title: 'A question', body: 'What is this label for?' };
    expect(planIssues('pos', [], [...others, mine])).toEqual({ create: [], update: [], close: [] });
  });

  it('that got two issues by two runs at once keeps the older one', () => {
    const [issue] = opened(alertOf());
    const two = [
      { number: 8, title: '', body: issue?.body ?? '' },
      { number: 7, title: '', body: issue?.body ?? '' },
    ];
    expect(planIssues('pos', [alertOf()], two)).toEqual({ create: [], update: [], close: [8] });
  });

  it('mentions nobody, whatever a machine calls its disks', () => {
    const [issue] = opened(alertOf({ summary: 'The disk fills: /srv/@all/<img src=x>' }));
    expect(issue?.body).not.toMatch(/@all|<img/);
  });
});

describe('an issue', () => {
  let github: GitHubStandIn;
  useGitHub((started) => {
    github = started;
  });

  /** A job each time, as it is with GitHub. */
  const sync = (...alerts: Alert[]) =>
    syncIssues(context(alerts), new GitHubIssues({ token: TOKEN, env: github.env, second: milliseconds(5) }));

  const context = (alerts: readonly Alert[]) => {
    const [host] = cluster().hosts.values();
    const remote = { host, run: async () => alerts } as unknown as Remote;
    return {
      cluster: cluster(),
      reporter: new RecordingReporter(),
      run: { id: '1', by: 'me' },
      remote: async () => remote,
    };
  };

  it('is opened, and closed with a word why', async () => {
    expect(await sync(alertOf())).toMatchObject({ opened: [1], closed: [] });
    expect(github.issues).toMatchObject([
      { title: '[pos] WorkerDown on worker1', labels: ['buka-alert'], state: 'open' },
    ]);
    expect(await sync(alertOf())).toMatchObject({ opened: [], updated: [], closed: [] });
    expect(await sync()).toMatchObject({ closed: [1] });
    expect(github.issues).toMatchObject([{ state: 'closed' }]);
    expect(github.comments).toMatchObject([{ issue: 1, body: expect.stringContaining('over') }]);
    expect(await sync(alertOf())).toMatchObject({ opened: [2] });
  });

  it('is written anew when another alert joins it', async () => {
    await sync(alertOf());
    const slow = alertOf({ severity: 'warning', summary: 'Slower', since: new Date('2026-05-01T09:00:00Z') });
    expect(await sync(alertOf(), slow)).toMatchObject({ opened: [], updated: [1] });
    expect(github.issues).toMatchObject([{ body: expect.stringMatching(/serves nobody.*Slower/s) }]);
  });

  it('is found among hundreds, and a pull request is none', async () => {
    await sync(alertOf());
    for (let number = 2; number <= 150; number += 1) {
      const pull = { number, title: '', body: 'people', labels: ['buka-alert'], state: 'open', pull: true };
      github.issues.push(pull);
    }
    github.calls = [];
    expect(await sync()).toMatchObject({ closed: [1] });
    expect(github.calls.filter((call) => call === 'GET /repos/me/shop/issues')).toHaveLength(2);
  });

  it('that GitHub refuses says what the job lacks', async () => {
    github.granted = new Set(['contents: read']);
    await expect(sync()).rejects.toMatchObject({
      failure: {
        code: 'github-denied',
        seen: expect.stringContaining('not accessible'),
        left: expect.stringContaining('the next run does the rest'),
        hint: expect.stringContaining('issues: write'),
      },
    });
  });
});

describe('with a real Alertmanager', () => {
  const local = localRemote();
  let alertmanager: Alertmanager;
  beforeAll(async () => {
    alertmanager = await Alertmanager.start();
  });
  afterAll(async () => {
    local.close();
    await alertmanager?.stop();
  });

  it("what fires is read, muted or not, of this service's alerts alone", async () => {
    const add = (...words: string[]) => alertmanager.amtool('alert', 'add', ...words);
    add(
      'alertname=WorkerDown',
      'service=pos',
      'host=worker1',
      'severity=critical',
      '--annotation=summary=It serves nobody',
    );
    add('alertname=DiskRunsOut', 'service=pos', 'host=db1', 'severity=warning');
    add('alertname=WorkerDown', 'service=shop', 'host=worker1');
    alertmanager.amtool('silence', 'add', '--comment=x', 'alertname=DiskRunsOut');
    const found = await local.run(askAlerts('pos', alertmanager.url));
    expect(found.sort((one, other) => one.name.localeCompare(other.name))).toMatchObject([
      { name: 'DiskRunsOut', host: 'db1', muted: true },
      { name: 'WorkerDown', host: 'worker1', severity: 'critical', summary: 'It serves nobody', muted: false },
    ]);
    expect(found[0]?.since.getTime()).toBeGreaterThan(Date.now() - 60_000);
  });

  it('one that does not answer is told, and is not taken for one without alerts', async () => {
    const asked = local.run(askAlerts('pos', 'http://127.0.0.1:1'));
    await expect(asked).rejects.toMatchObject({ failure: { code: 'alertmanager-failed' } });
  });
});
