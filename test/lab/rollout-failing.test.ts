import { jest } from '@jest/globals';
import type { Archive } from '../../src/release';
import { deploy, type RolloutReport } from '../../src/rollout';
import { seconds } from '../../src/units';
import { faults, Ground, workers } from './rollout-ground';

/** Releases that don't work are found out at the first worker; customers and the other workers never notice. */
jest.setTimeout(180_000);

let ground: Ground;
let one: Archive;

beforeAll(async () => {
  ground = await Ground.fresh();
  one = await ground.release('one');
  await ground.runs(one);
});

afterAll(() => ground?.giveBack());

async function failing(archive: Archive, where = { host: 'worker1', step: 'switch' }): Promise<RolloutReport> {
  const pids = () =>
    Promise.all(
      ['worker2', 'worker3'].map((name) =>
        ground.root(name, 'systemctl show -p MainPID pos; readlink /srv/pos/current'),
      ),
    );
  const others = await pids();
  const traffic = ground.traffic();
  const report = await deploy(ground.context(), archive);
  const { failed, releases } = await traffic.stop();
  expect(failed).toEqual([]);
  expect(releases).toEqual(['one']);
  expect(await pids()).toEqual(others);
  expect(report).toMatchObject({ outcome: 'failed', error: { failure: where } });
  expect(report.timeline.map(({ worker }) => worker)).toEqual(['worker1']);
  expect(report.workers.map(({ running }) => running)).toEqual([one.id, one.id, one.id]);
  expect(report.workers.every(({ healthy }) => healthy)).toBe(true);
  expect(report.error?.failure.left).toContain(`worker1 runs ${one.id}, healthy, in rotation`);
  expect(report.workers.flatMap(({ rotation }) => [...rotation.values()])).toEqual(Array(6).fill('in'));
  return report;
}

describe('a release is caught at the first worker, which gets its old one back,', () => {
  test('when it never becomes healthy', async () => {
    const report = await failing(await ground.release('unwell', faults['never healthy']));
    expect(report.error?.failure).toMatchObject({
      code: 'app-unhealthy',
      seen: expect.stringContaining('/readyz answered 503'),
    });
  });

  test('when it crashes after 2 s', async () => {
    const report = await failing(await ground.release('crashing', faults['crashes after 2 s']));
    expect(report.error?.failure).toMatchObject({
      code: 'app-crashed',
      seen: expect.stringMatching(/exit-code|ExecMainStatus=3/),
    });
  });

  test('when it does not even start', async () => {
    const report = await failing(await ground.release('stillborn', faults['does not start']));
    expect(report.error?.code).toBe('app-crashed');
  });

  test('when the process that answers is of another release', async () => {
    // From now on the unit starts the first release, whatever `current` leads to.
    const pin = `mkdir -p /etc/systemd/system/pos.service.d
      printf '[Service]\\nWorkingDirectory=/srv/pos/releases/${one.id}/tree\\n' > /etc/systemd/system/pos.service.d/pin.conf
      systemctl daemon-reload`;
    await Promise.all(workers.map((worker) => ground.root(worker, pin)));
    const report = await failing(await ground.release('three'));
    expect(report.error?.failure).toMatchObject({
      code: 'wrong-release',
      seen: expect.stringContaining(`/srv/pos/releases/${one.id}/tree`),
    });
    await Promise.all(
      workers.map((worker) => ground.root(worker, 'rm -r /etc/systemd/system/pos.service.d; systemctl daemon-reload')),
    );
  });

  test('when one of the load balancers does not see it healthy', async () => {
    const address = ground.lab.cluster.hosts.get('lb2')?.address;
    const archive = await ground.release('shy', `globalThis.shunned = '${address}';`);
    const report = await failing(archive, { host: 'lb2', step: 'check' });
    expect(report.error?.code).toBe('check-failed');
  });
});

describe('what goes wrong on the way', () => {
  test('a drain that one load balancer refuses is undone on the other, and nothing is switched', async () => {
    await ground.root('lb2', 'rm -rf /home/deploy/.buka; install -d -o root -m 755 /home/deploy/.buka');
    const before = await ground.root('worker1', 'systemctl show -p MainPID pos; readlink /srv/pos/current');
    const traffic = ground.traffic();
    const report = await deploy(ground.context(), await ground.release('four'));
    expect((await traffic.stop()).failed).toEqual([]);
    expect(report.error?.failure).toMatchObject({ code: 'state-folder', host: 'lb2', step: 'drain' });
    expect(report.workers.flatMap(({ rotation }) => [...rotation.values()])).toEqual(Array(6).fill('in'));
    expect(await ground.root('worker1', 'systemctl show -p MainPID pos; readlink /srv/pos/current')).toBe(before);
    await ground.root('lb2', 'rmdir /home/deploy/.buka');
  });

  test('a worker that dies meanwhile stops the rollout before min-available is undercut', async () => {
    const context = ground.context();
    const { step } = context.reporter;
    let stopped: Promise<unknown> | undefined;
    context.reporter.step = (told) => {
      if (told.name === 'switched') stopped ??= ground.root('worker3', 'systemctl stop pos');
      step.call(context.reporter, told);
    };
    const five = await ground.release('five');
    const report = await deploy(context, five);
    await stopped;
    expect(report.error?.failure).toMatchObject({
      code: 'too-few-available',
      step: 'drain',
      seen: expect.stringContaining('worker3'),
    });
    expect(report.workers.map(({ running }) => running)).toEqual([five.id, one.id, undefined]);
    expect(report.workers.slice(0, 2).flatMap(({ rotation }) => [...rotation.values()])).toEqual(Array(4).fill('in'));

    const again = await deploy(ground.context(), five);
    expect(again.timeline.map(({ worker }) => worker)).toEqual(['worker3', 'worker2']);
    expect(again.workers.map(({ running }) => running)).toEqual([five.id, five.id, five.id]);
    expect((await deploy(ground.context(), one)).outcome).toBe('success');
  });

  test('a request that outlives the drain timeout is cut, counted and told', async () => {
    const context = ground.context(ground.cluster({ drainTimeout: seconds(1) }));
    await ground.inRotation();
    const asked = [1, 2, 3].map(() => ground.ask(`http://${ground.lab.cluster.hosts.get('lb1')?.address}/long`));
    const report = await deploy(context, await ground.release('six'));
    expect(report.outcome).toBe('success');
    expect(report.cut).toBeGreaterThan(0);
    expect((await Promise.all(asked)).filter(({ status }) => status !== 200)).toHaveLength(report.cut);
    expect(context.reporter.lines.join('\n')).toMatch(
      /requests were still in flight after the drain timeout, and are cut/,
    );
  });
});
