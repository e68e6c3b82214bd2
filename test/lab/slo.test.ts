import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { exec } from '../../lab/exec';
import { deploy } from '../../src/rollout';
import { deployGate, measure, type SloReport } from '../../src/slo';
import { milliseconds, seconds } from '../../src/units';
import { byHand, HOUR, history, NOT_DEPLOYED, WINDOW } from '../slo/history';
import { clusterFile, Entries } from './entries';
import { Ground } from './rollout-ground';

/**
 * The objectives over a week that is known to the second, in a Prometheus of the monitoring host, read as always: through
 * SSH, from a machine that can't reach its port.
 */
jest.setTimeout(300_000);

const monitor = 'monitor1';
const end = Math.floor(Date.now() / 1000 / HOUR) * HOUR;
let ground: Ground;
let report: SloReport;
/** What the monitoring host measured by itself, since the lab is up. */
let own: SloReport | undefined;

const onMonitor = async (text: string, input?: string) => {
  const { status, stdout, stderr } = await ground.lab.shell(monitor, text, { input });
  if (status !== 0) throw new Error(stderr || stdout);
  return stdout;
};

/** It listens before it answers: until its data are read the API has status 503. */
const startPrometheus = () =>
  onMonitor(String.raw`set -e
systemd-run --quiet --collect --unit=week --property=User=prometheus prometheus --config.file=/dev/null \
  --storage.tsdb.path=/var/lib/week/data --storage.tsdb.retention.time=30d --web.listen-address=127.0.0.1:9090
perl -MIO::Socket::INET -e '
for (1 .. 300) {
  my $socket = IO::Socket::INET->new("127.0.0.1:9090");
  if ($socket) { print $socket "GET /-/ready HTTP/1.0\r\n\r\n"; exit 0 if <$socket> =~ m{^HTTP/1.. 200 } }
  select undef, undef, undef, 0.1;
}
exit 1'`);

const measured = async (change: Partial<Ground['lab']['cluster']['slo']> = {}, until = end) => {
  const cluster = ground.cluster({}, (one) => ({ ...one, slo: { ...one.slo, ...change } }));
  return measureUntil(until, cluster);
};

const measureUntil = (until: number | undefined, cluster = ground.cluster()) => {
  const context = ground.context(cluster);
  return measure(
    context,
    context.connections.dial.bind(context.connections),
    until === undefined ? until : new Date(until * 1000),
  );
};

beforeAll(async () => {
  ground = await Ground.fresh();
  // A run before this one may have been killed.
  await onMonitor('systemctl stop week 2>/dev/null; systemctl start prometheus');
  // Each worker is asked for the first time within 15 s, and a lab may be younger.
  for (let tries = 0; tries < 30 && (own?.responseTime.workers.length ?? 0) < 3; tries++) {
    await setTimeout(1000);
    own = await measureUntil(undefined);
  }
  await onMonitor('systemctl stop prometheus; rm -rf /var/lib/week; mkdir -p /var/lib/week');
  await onMonitor('cat >/var/lib/week/history', history(end - WINDOW));
  await onMonitor(`set -e; cd /var/lib/week
promtool tsdb create-blocks-from openmetrics --quiet --max-block-duration=168h history data
rm history; chown -R prometheus: .`);
  await startPrometheus();
  report = await measured();
});

afterAll(async () => {
  await onMonitor('systemctl stop week; rm -rf /var/lib/week; systemctl start prometheus');
  await ground.giveBack();
});

const inSeconds = (milliseconds: number | undefined) => (milliseconds ?? Number.NaN) / 1000;
const near = (value: number, expected: number, tolerance: number) => {
  expect(value).toBeGreaterThanOrEqual(expected - tolerance);
  expect(value).toBeLessThanOrEqual(expected + tolerance);
};

test('what the monitoring host itself measures is read: probes of the address, and each worker', () => {
  expect(own?.availability).toMatchObject({ probeInterval: 5000 });
  expect(['up', 'down']).toContain(own?.availability.now);
  expect(own?.responseTime.workers.map(({ worker }) => worker)).toEqual(['worker1', 'worker2', 'worker3']);
});

test('a cluster is monitored before its first deploy: what failed until then was no outage', async () => {
  const { availability } = await measured({ window: milliseconds(1000 * HOUR) }, end - WINDOW);
  near(inSeconds(availability.unmeasured), NOT_DEPLOYED, byHand.probe);
  expect(availability).toMatchObject({ down: 0, now: 'up', incidents: [] });
});

test('availability, budget and coverage are those worked out by hand, within a probe', () => {
  const { availability } = report;
  const { probe } = byHand;
  near(inSeconds(availability.down), byHand.down, probe);
  near(inSeconds(availability.unmeasured), byHand.unmeasured, probe);
  near(inSeconds(availability.budget.whole), byHand.budget, 0);
  near(inSeconds(availability.budget.left), byHand.budget - byHand.down, probe);
  near(availability.measured ?? Number.NaN, byHand.availability, (100 * probe) / WINDOW);
  near(availability.coverage, byHand.coverage, probe / WINDOW);
  expect(availability).toMatchObject({ verdict: 'met', now: 'up', probeInterval: 5000 });
});

test('each incident and each time that nobody looked has its length, and an outage goes on through a blind spot', () => {
  const { incidents, blindSpots } = report.availability;
  expect(incidents).toHaveLength(byHand.incidents.length);
  incidents.forEach(({ length }, index) => {
    near(inSeconds(length), byHand.incidents[index] ?? Number.NaN, byHand.probe);
  });
  near(inSeconds(incidents[2]?.down), 120, byHand.probe);
  expect(blindSpots).toHaveLength(byHand.blindSpots.length);
  blindSpots.forEach(({ length }, index) => {
    near(inSeconds(length), byHand.blindSpots[index] ?? Number.NaN, byHand.probe);
  });
});

test('response times are of real requests, through a restart, idle nights and what load balancers ask for', () => {
  const { responseTime } = report;
  // Within one reading of each worker's figures.
  near(responseTime.requests, byHand.requests, 3 * 10);
  near(inSeconds(responseTime.mean), byHand.mean, byHand.mean / 1000);
  near(inSeconds(responseTime.p50?.time), byHand.p50, byHand.p50 / 1000);
  near(inSeconds(responseTime.p99?.time), byHand.p99, byHand.p99 / 1000);
  near(responseTime.coverage, byHand.coverage, (2 * byHand.scrape) / WINDOW);
  expect(responseTime.workers.map(({ worker }) => worker)).toEqual(['worker1', 'worker2', 'worker3']);
  expect(responseTime.verdict).toBe('met');
});

test('an idle hour has no response time, and a slow one has its own', () => {
  const { course } = report.responseTime;
  expect(course).toHaveLength(168);
  expect(course.slice(0, 6).map(({ requests, mean }) => ({ requests, mean }))).toEqual(
    Array.from({ length: 6 }, () => ({ requests: 0, mean: undefined })),
  );
  const slow = course.filter(({ mean }) => inSeconds(mean) > 7.5);
  expect(slow).toHaveLength(byHand.slowHours);
});

test('a stricter objective is missed, and a lazier one is met, by the same week', async () => {
  const strict = await measured({ availability: 99.95 });
  expect(strict.availability.verdict).toBe('missed');
  near(inSeconds(strict.availability.budget.whole), 302.4, 0);
  const fast = await measured({ meanResponseTime: milliseconds(Math.floor(byHand.mean * 990)) });
  expect(fast.responseTime.verdict).toBe('missed');
  expect(fast.verdict).toBe('missed');
});

test('a window of which too little was measured is no success', async () => {
  const twoDays = await measured({ window: seconds(48 * HOUR) });
  expect(twoDays.availability).toMatchObject({ verdict: 'met', coverage: 1 });
  const later = await measureUntil(end + WINDOW);
  expect(later).toMatchObject({ verdict: 'unknown', availability: { coverage: expect.any(Number) } });
  expect(later.availability.coverage).toBeLessThan(0.001);
  expect(later.responseTime.mean).toBeUndefined();
});

test('buka slo tells it, writes the page and the badge, and its gate decides the exit status', async () => {
  const entries = await Entries.make();
  const folder = mkdtempSync(join(tmpdir(), 'buka-slo-'));
  try {
    const slo = (text: string) =>
      `${clusterFile.replace('\nload-', '\n  monitor1: 10.20.0.51\nload-')}monitoring: { host: monitor1 }\n${text}`;
    const buka = async (text: string, ...words: string[]) => {
      writeFileSync(join(folder, 'buka.yml'), slo(text));
      const access = ['--key', ground.lab.privateKeyFile, '--known-hosts', ground.lab.knownHostsFile];
      return exec(process.execPath, [entries.cli, 'slo', '-C', folder, ...access, ...words]);
    };
    const paths = { page: join(folder, 'report.html'), badge: join(folder, 'badge.svg') };
    const told = await buka('', '--json', '--page', paths.page, '--badge', paths.badge, '--fail-on', 'missed');
    expect(told).toMatchObject({ status: 0 });
    expect(JSON.parse(told.stdout)).toMatchObject({ service: 'pos', verdict: 'met' });
    expect(readFileSync(paths.page, 'utf8')).toContain('Objectives of pos');
    expect(existsSync(paths.badge)).toBe(true);

    const missed = await buka('slo: { availability: 99.95 }\n', '--fail-on', 'missed');
    expect(missed.status).toBe(1);
    expect(missed.stdout).toMatch(/availability +>= 99.95 % +99.9\d+ % .*MISSED/);
    expect(missed.stderr).toContain('code: objectives-missed');
    const young = await buka('slo: { window: 90d }\n', '--fail-on', 'missed');
    expect(young.status).toBe(0);
    const unsure = await buka('slo: { window: 90d }\n', '--fail-on', 'unknown');
    expect(unsure).toMatchObject({ status: 1, stderr: expect.stringContaining('code: objectives-unknown') });
  } finally {
    await entries.remove();
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a deploy that asks first stops where an objective is missed or nobody can be asked, and goes on where they are met', async () => {
  const one = await ground.release('one');
  const deployed = (change: Partial<Ground['lab']['cluster']['slo']> = {}) => {
    const cluster = ground.cluster({}, (of) => ({ ...of, slo: { ...of.slo, beforeDeploy: true, ...change } }));
    const context = ground.context(cluster);
    return deploy(context, one, { checkObjectives: deployGate(context.connections.dial.bind(context.connections)) });
  };
  const before = await ground.snapshot();
  expect((await deployed({ availability: 99.95 })).error?.code).toBe('objectives-missed');
  expect((await deployed({ window: seconds(90 * 24 * HOUR) })).error?.code).toBe('objectives-unknown');
  await onMonitor('systemctl stop week');
  const blind = await deployed();
  await startPrometheus();
  expect(blind.error?.code).toBe('port-closed');
  expect(blind.error?.failure.hint).toContain('--despite-objectives');
  expect(await ground.snapshot()).toBe(before);
  expect(await deployed()).toMatchObject({ outcome: 'success', error: undefined });
});

test('where Prometheus is down the message says what to look at', async () => {
  await onMonitor('systemctl stop week');
  await expect(measured()).rejects.toMatchObject({ failure: { code: 'port-closed', host: monitor } });
  await startPrometheus();
  expect((await measured()).verdict).toBe('met');
});
