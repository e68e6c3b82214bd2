import type { Remote } from '../../src/remote';
import { RecordingReporter } from '../../src/reporter';
import type { Context } from '../../src/rollout';
import { muted, SILENCE, silence, unsilence } from '../../src/rollout/mute';
import { Alertmanager } from '../alerts/alertmanager';
import { localRemote } from '../remote/local-remote';
import { clusterOf } from './ground';

describe('with a real Alertmanager', () => {
  const local = localRemote();
  let alertmanager: Alertmanager;
  let url: string;

  beforeAll(async () => {
    alertmanager = await Alertmanager.start();
    url = alertmanager.url;
  });

  afterAll(async () => {
    local.close();
    await alertmanager?.stop();
  });

  const amtool = (...words: string[]) => alertmanager.amtool(...words);
  /** Names of the alerts that somebody is told of. */
  const told = () => {
    const alerts = JSON.parse(amtool('--output=json', 'alert', 'query')) as { labels: { alertname: string } }[];
    return alerts.map(({ labels }) => labels.alertname).sort();
  };
  const about = { work: 'rollout', service: 'pos', author: 'buka run-1', comment: 'a rollout of "me", $(id)' } as const;

  it('what a rollout causes is not told while it runs, and everything else is', async () => {
    amtool('alert', 'add', 'alertname=WorkerDown', 'service=pos', 'muted_during=rollout restore drill');
    amtool('alert', 'add', 'alertname=Other', 'service=shop', 'muted_during=rollout');
    amtool('alert', 'add', 'alertname=Burns', 'service=pos', 'muted_during=drill');
    amtool('alert', 'add', 'alertname=DiskRunsOut', 'service=pos');
    expect(told()).toEqual(['Burns', 'DiskRunsOut', 'Other', 'WorkerDown']);

    await local.run(silence({ ...about, url }));
    expect(told()).toEqual(['Burns', 'DiskRunsOut', 'Other']);
    // It is made again while the run lasts, and another run has its own.
    await local.run(silence({ ...about, url }));
    await local.run(silence({ ...about, url, author: 'buka run-2' }));

    await local.run(unsilence({ url, author: 'buka run-2' }));
    expect(told()).toEqual(['Burns', 'DiskRunsOut', 'Other']);
    await local.run(unsilence({ url, author: about.author }));
    expect(told()).toEqual(['Burns', 'DiskRunsOut', 'Other', 'WorkerDown']);
    await local.run(unsilence({ url, author: about.author }));
  });

  it('a silence ends by itself within minutes, whatever becomes of the run', async () => {
    await local.run(silence({ ...about, url }));
    const [found] = JSON.parse(amtool('--output=json', 'silence', 'query')) as { endsAt: string; comment: string }[];
    const left = Date.parse(found?.endsAt ?? '') - Date.now();
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(SILENCE);
    expect(found?.comment).toBe(about.comment);
  });
});

describe('a run', () => {
  const cluster = clusterOf();
  const [host] = cluster.hosts.values();
  if (host === undefined) throw new Error('a cluster has hosts');
  const monitored = { ...cluster, monitoring: { host: { ...host, name: 'monitor1' } } };
  const ran: string[] = [];
  const remote: Remote = {
    host,
    async run(script) {
      ran.push(script.name);
      return script.parse({ status: 0, stdout: '', stderr: '' });
    },
  };
  const context = (more: Partial<Context> = {}) => ({
    cluster: monitored,
    reporter: new RecordingReporter(),
    run: { id: 'run-1', by: 'me' },
    remote: async () => remote,
    ...more,
  });
  beforeEach(() => ran.splice(0));

  it('mutes when it begins, and no longer when it ends, also when it fails', async () => {
    expect(await muted(context(), 'rollout', async () => ran.push('work'))).toBe(1);
    expect(ran).toEqual(['work', 'mute', 'unmute']);
    const failing = muted(context(), 'rollout', () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    expect(ran.filter((name) => name === 'unmute')).toHaveLength(2);
  });

  it('goes on where the monitoring can not be told, and says so once', async () => {
    const reporter = new RecordingReporter();
    const away = context({ reporter, remote: () => Promise.reject(new Error('no way there')) });
    expect(await muted(away, 'restore', async () => 'done')).toBe('done');
    expect(reporter.lines).toEqual([expect.stringMatching(/^warning: The alerts .* are not muted.*no way there/)]);
  });

  it('is held up by nobody: not by a monitoring host that says nothing, and not when it is cancelled', async () => {
    const silent = context({ remote: () => new Promise<never>(() => {}), signal: AbortSignal.abort() });
    expect(await muted(silent, 'rollout', async () => 'done')).toBe('done');
  });

  it('asks nobody where buka.yml has no monitoring', async () => {
    await muted(context({ cluster }), 'rollout', async () => 'done');
    expect(ran).toEqual([]);
  });
});
