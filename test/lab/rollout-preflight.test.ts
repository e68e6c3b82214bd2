import { readFileSync } from 'node:fs';
import { jest } from '@jest/globals';
import type { Archive } from '../../src/release';
import { deploy, type RolloutReport, status } from '../../src/rollout';
import { seconds } from '../../src/units';
import { Ground } from './rollout-ground';

/** What is in the way is found before anything changes, and is told with its host, its cause and the next step. */
jest.setTimeout(180_000);

let ground: Ground;
let one: Archive;
let two: Archive;

beforeAll(async () => {
  ground = await Ground.fresh();
  [one, two] = [await ground.release('one'), await ground.release('two')];
  await ground.runs(one);
});

afterAll(() => ground?.giveBack());

interface Told {
  readonly code: string;
  readonly host?: string;
  readonly seen?: RegExp | string;
  readonly hint: RegExp | string;
}

/** The run failed as `told`, and left every file, process and server as it was. */
async function changesNothing(
  work: () => Promise<RolloutReport>,
  { code, host, seen, hint }: Told,
): Promise<RolloutReport> {
  const before = await ground.snapshot();
  const report = await work();
  expect(report.outcome).toBe('failed');
  const { failure } = report.error ?? {};
  expect(failure).toMatchObject({ code, left: 'Nothing was changed.' });
  if (host) expect(failure?.host).toBe(host);
  if (seen) expect(failure?.seen).toMatch(seen);
  expect(failure?.hint).toMatch(hint);
  expect(report.error?.message).toMatch(/next: \S/);
  expect(await ground.snapshot()).toBe(before);
  return report;
}

describe('nothing changes', () => {
  test('when a host has another key than the known one', async () => {
    const known = readFileSync(ground.lab.knownHostsFile, 'utf8').trimEnd().split('\n');
    const address = String(ground.lab.cluster.hosts.get('worker2')?.address);
    const foreign = known
      .find((line) => !line.includes(address))
      ?.split(' ')
      .slice(1)
      .join(' ');
    const forged = known.map((line) => (line.includes(address) ? `${line.split(' ')[0]} ${foreign}` : line));
    await changesNothing(() => deploy(ground.context(ground.cluster(), `${forged.join('\n')}\n`), two), {
      code: 'host-key-mismatch',
      host: 'worker2',
      hint: /./,
    });
  });

  test('when a worker can not be reached', async () => {
    const before = await ground.snapshot();
    await ground.lab.cut('worker3');
    try {
      const report = await deploy(ground.context(), two);
      expect(report.error?.failure).toMatchObject({
        code: 'unreachable',
        host: 'worker3',
        left: 'Nothing was changed.',
      });
      expect(report.error?.failure.hint).toMatch(/./);
      const seen = await status(ground.context());
      expect(seen.ok).toBe(false);
      expect(seen.failures.map(({ failure }) => failure.host)).toEqual(['worker3']);
      expect(seen.workers.map(({ running }) => running)).toEqual([one.id, one.id, undefined]);
    } finally {
      await ground.lab.heal('worker3');
    }
    await ground.inRotation();
    expect(await ground.snapshot()).toBe(before);
  });

  test("when a server's name has a typo", async () => {
    const servers = new Map([['worker2', 'wroker2']]);
    const cluster = ground.cluster({}, (one) => ({ ...one, loadBalancers: { ...one.loadBalancers, servers } }));
    const report = await changesNothing(() => deploy(ground.context(cluster), two), {
      code: 'preflight-failed',
      seen: /lb1, preflight: HAProxy has no server wroker2[\s\S]*lb2, preflight: HAProxy has no server wroker2/,
      hint: /./,
    });
    expect(report.error?.failure.seen).toContain('worker2 is the nearest');
  });

  test('when a disk has too little room', async () => {
    await ground.lab.fillDisk('worker2');
    try {
      await changesNothing(() => deploy(ground.context(), two), {
        code: 'not-enough-disk',
        host: 'worker2',
        seen: /free.*needed/,
        hint: /df -h/,
      });
    } finally {
      await ground.lab.freeDisk('worker2');
    }
  });

  test('when the deploy user may not restart the service', async () => {
    await ground.root('worker1', 'mv /etc/sudoers.d/buka-worker-pos /root/sudoers-pos');
    try {
      await changesNothing(() => deploy(ground.context(), two), {
        code: 'sudo-denied',
        host: 'worker1',
        hint: /sudoers/,
      });
    } finally {
      await ground.root('worker1', 'mv /root/sudoers-pos /etc/sudoers.d/buka-worker-pos');
    }
  });

  test('when several things are in the way: all are told at once', async () => {
    const cluster = ground.cluster({}, (one) => ({
      ...one,
      workers: { ...one.workers, unit: 'till.service', root: '/srv/till' },
    }));
    const report = await changesNothing(() => deploy(ground.context(cluster), two), {
      code: 'preflight-failed',
      hint: /each/,
    });
    for (const worker of ['worker1', 'worker2', 'worker3'])
      expect(report.error?.message).toMatch(
        new RegExp(
          `${worker}, preflight: /srv/till does not exist[^]*${worker}, preflight: systemd has no usable unit`,
        ),
      );
  });

  test('when draining even one worker would leave too few', async () => {
    await changesNothing(() => deploy(ground.context(ground.cluster({ minAvailable: 3 })), two), {
      code: 'too-few-available',
      hint: /min-available/,
    });
  });
});

describe('the lock', () => {
  const held = (
    until: number,
    owner = { run: 'other', by: 'ann', url: 'https://ci.example/runs/7', machine: 'runner-3', pid: 42 },
  ) =>
    ground.root(
      'worker2',
      `printf '%s\\n%s\\n' '${JSON.stringify(owner)}' "$(($(date +%s) - 90))" > /srv/pos/lock
      touch -d "@$(($(date +%s) + ${until}))" /srv/pos/lock; chown deploy: /srv/pos/lock`,
    );

  test('of another run is waited for, and then told with its owner, run, age and what to do', async () => {
    await held(60);
    const seen = await status(ground.context());
    expect(seen.locks).toMatchObject([
      { worker: 'worker2', expired: false, owner: { by: 'ann', machine: 'runner-3' } },
    ]);
    const context = ground.context(ground.cluster({ lockTimeout: seconds(2) }));
    const report = await changesNothing(() => deploy(context, two), {
      code: 'lock-held',
      host: 'worker2',
      seen: /ann \(https:\/\/ci\.example\/runs\/7\), on runner-3, process 42, for 1 min 3\d s/,
      hint: /runs\/7.*run this again/,
    });
    expect(report.timeline).toEqual([]);
    expect(context.reporter.steps).toContainEqual(
      expect.objectContaining({ host: 'worker2', name: 'lock', state: 'progress' }),
    );
    await ground.root('worker2', 'rm /srv/pos/lock');
  });

  test('of a dead run is taken over, with a warning that names whose it was', async () => {
    await held(-1);
    const context = ground.context();
    const report = await deploy(context, two);
    expect(report.outcome).toBe('success');
    expect(context.reporter.lines.join('\n')).toMatch(/warning: worker2: took over the lock of ann \(https/);
    expect(await ground.root('worker2', 'ls /srv/pos')).not.toMatch(/^lock$/m);
    expect((await deploy(ground.context(), one)).outcome).toBe('success');
  });

  test('lets one of two deploys at once go first, and the other after it', async () => {
    const patient = () => ground.context(ground.cluster({ lockTimeout: seconds(90) }));
    const traffic = ground.traffic();
    const reports = await Promise.all([deploy(patient(), two), deploy(patient(), one)]);
    expect((await traffic.stop()).failed).toEqual([]);
    expect(reports.map(({ error }) => error)).toEqual([undefined, undefined]);
    expect(new Set(await ground.served()).size).toBe(1);
    expect(await status(ground.context())).toMatchObject({ ok: true, locks: [] });
  });
});
