import { jest } from '@jest/globals';
import type { Archive } from '../../src/release';
import { deploy, type RolloutReport } from '../../src/rollout';
import { faults, Ground, workers } from './rollout-ground';

/** Releases that don't work are found out at the first worker; customers and the other workers never notice. */
jest.setTimeout(180_000);

let ground: Ground;
let one: Archive;

beforeAll(async () => {
  ground = new Ground();
  await ground.clean();
  one = await ground.release('one');
  expect((await deploy(ground.context(), one)).error).toBeUndefined();
  await ground.inRotation();
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
