import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { type Alert, askAlerts, type Issue, planIssues, syncIssues } from '../../src/alerts';
import { GitHubIssues } from '../../src/github';
import type { Remote } from '../../src/remote';
import { RecordingReporter } from '../../src/reporter';
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
  interface Stored {
    number: number;
    title: string;
    body: string;
    labels: string[];
    state: string;
    comments: string[];
    pull_request?: unknown;
  }
  const stored: Stored[] = [];
  let server: Server;
  let tracker: GitHubIssues;
  let refuse = false;
  let pages = 0;

  /** As much of GitHub as is asked for. */
  beforeAll(async () => {
    server = createServer(async (request, response) => {
      const url = new URL(request.url ?? '', 'http://github');
      const reply = (status: number, content: unknown) => {
        response.statusCode = status;
        response.end(JSON.stringify(content));
      };
      if (refuse || request.headers.authorization !== 'Bearer token-1')
        return reply(403, { message: 'Resource not accessible by integration' });
      const [, number = '', comments] = /^\/repos\/me\/shop\/issues\/?(\d*)(\/comments)?$/.exec(url.pathname) ?? [];
      const found = stored.find((one) => one.number === Number(number));
      const { method } = request;
      if (method === 'GET') {
        pages += 1;
        const page = Number(url.searchParams.get('page'));
        const open = stored
          .filter(({ state, labels }) => state === 'open' && labels.includes(url.searchParams.get('labels') ?? ''))
          .toReversed();
        return reply(200, open.slice((page - 1) * 100, page * 100));
      }
      const content = (await json(request)) as Partial<Stored>;
      if (method === 'POST' && number === '') {
        const made = {
          number: stored.length + 1,
          title: '',
          body: '',
          labels: [],
          state: 'open',
          comments: [],
          ...content,
        };
        stored.push(made);
        return reply(201, made);
      }
      if (found === undefined) return reply(404, { message: 'Not Found' });
      if (comments) found.comments.push(content.body ?? '');
      else Object.assign(found, content);
      reply(200, found);
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    tracker = new GitHubIssues('token-1', {
      GITHUB_API_URL: `http://127.0.0.1:${port}`,
      GITHUB_REPOSITORY: 'me/shop',
    });
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  beforeEach(() => {
    stored.length = 0;
    refuse = false;
    pages = 0;
  });

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
    expect(await syncIssues(context([alertOf()]), tracker)).toMatchObject({ opened: [1], closed: [] });
    expect(stored).toMatchObject([{ title: '[pos] WorkerDown on worker1', labels: ['buka-alert'], state: 'open' }]);
    expect(await syncIssues(context([alertOf()]), tracker)).toMatchObject({ opened: [], updated: [], closed: [] });
    expect(await syncIssues(context([]), tracker)).toMatchObject({ closed: [1] });
    expect(stored).toMatchObject([{ state: 'closed', comments: [expect.stringContaining('over')] }]);
    expect(await syncIssues(context([alertOf()]), tracker)).toMatchObject({ opened: [2] });
  });

  it('is found among hundreds, and a pull request is none', async () => {
    await syncIssues(context([alertOf()]), tracker);
    for (let number = 2; number <= 150; number += 1)
      stored.push({
        number,
        title: '',
        body: 'people',
        labels: ['buka-alert'],
        state: 'open',
        comments: [],
        pull_request: {},
      });
    expect(await syncIssues(context([]), tracker)).toMatchObject({ closed: [1] });
    expect(pages).toBe(3);
  });

  it('that GitHub refuses says what the job lacks', async () => {
    refuse = true;
    await expect(syncIssues(context([]), tracker)).rejects.toMatchObject({
      failure: {
        code: 'issues-failed',
        seen: expect.stringContaining('not accessible'),
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
