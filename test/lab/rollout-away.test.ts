import { jest } from '@jest/globals';
import type { Archive } from '../../src/release';
import { deploy, type RolloutReport, repair, status } from '../../src/rollout';
import { Ground, workers } from './rollout-ground';

/** Machines that are gone when a run starts, or go while it runs. */
jest.setTimeout(240_000);

let ground: Ground;
let one: Archive;

beforeAll(async () => {
  ground = await Ground.fresh();
  one = await ground.release('one');
  await ground.runs(one);
});

afterAll(() => ground?.giveBack());

const running = ({ workers: states }: RolloutReport) => states.map((state) => state.running);
const back = async (host: string) => {
  await ground.lab.powerOn(host);
  await ground.lab.waitForSsh([host]);
};

describe('a worker that is off', () => {
  test('stops a deploy before anything changes, unless max-unreachable allows for it', async () => {
    await ground.lab.powerOff('worker3');
    const two = await ground.release('two');
    const refused = await deploy(ground.context(), two);
    expect(refused.error?.failure).toMatchObject({
      code: 'unreachable',
      host: 'worker3',
      left: 'Nothing was changed.',
    });

    const traffic = ground.traffic();
    const report = await deploy(ground.context(ground.cluster({ maxUnreachable: 1, minAvailable: 1 })), two);
    const { failed, releases } = await traffic.stop();
    expect(failed).toEqual([]);
    expect(releases).toContain('two');
    expect(report).toMatchObject({ outcome: 'success', missed: ['worker3'] });
    expect(running(report)).toEqual([two.id, two.id, undefined]);
    expect(report.workers[2]?.healthy).toBeUndefined();

    await back('worker3');
    await ground.inRotation();
    const again = await deploy(ground.context(), two);
    expect(again.outcome).toBe('success');
    expect(running(again)).toEqual([two.id, two.id, two.id]);
    expect(again.timeline.map(({ worker }) => worker)).toEqual(['worker3']);
    await ground.inRotation();
  });

  test('that goes off in its own batch is left out, and its leases bring it back when it is on again', async () => {
    const three = await ground.release('three');
    const context = ground.context(ground.cluster({ maxUnreachable: 1, minAvailable: 1 }));
    const off = ground.when(
      context,
      ({ host, name }) => host === 'worker2' && name === 'drained',
      () => ground.lab.powerOff('worker2'),
    );
    const report = await deploy(context, three);
    await off();
    expect(report).toMatchObject({ error: undefined, outcome: 'success', missed: ['worker2'] });
    expect(running(report)).toEqual([three.id, undefined, three.id]);
    await back('worker2');
    await ground.inRotation();
    const again = await deploy(ground.context(), three);
    expect(again.outcome).toBe('success');
    expect(running(again)).toEqual([three.id, three.id, three.id]);
  });
});

describe('a load balancer', () => {
  test('that goes off after a restart costs nothing but the rest of the rollout, which goes on without it by choice', async () => {
    const four = await ground.release('four');
    const context = ground.context();
    const off = ground.when(
      context,
      ({ host, name }) => host === 'worker1' && name === 'switched',
      () => ground.lab.powerOff('lb2'),
    );
    const traffic = ground.traffic(['lb1']);
    const report = await deploy(context, four);
    await off();
    expect((await traffic.stop()).failed).toEqual([]);
    expect(report.error?.failure).toMatchObject({ code: 'load-balancer-lost', host: 'lb2' });
    expect(running(report)[0]).toBe(four.id);
    expect(report.workers.map(({ rotation }) => rotation.get('lb1'))).toEqual(['in', 'in', 'in']);

    const refused = await deploy(ground.context(), four);
    expect(refused.error?.failure).toMatchObject({ code: 'unreachable', host: 'lb2', left: 'Nothing was changed.' });

    const more = ground.traffic(['lb1']);
    const without = await deploy(ground.context(), four, { without: ['lb2'] });
    expect((await more.stop()).failed).toEqual([]);
    expect(without.outcome).toBe('success');
    expect(running(without)).toEqual(workers.map(() => four.id));

    await back('lb2');
    await ground.inRotation();
    expect((await status(ground.context())).ok).toBe(true);
  });

  test('that only this run can’t reach is not left out: a worker sees it', async () => {
    await ground.root('lb2', 'systemctl stop ssh');
    const refused = await deploy(ground.context(), await ground.release('five'), { without: ['lb2'] });
    await ground.root('lb2', 'systemctl start ssh');
    expect(refused.error?.failure).toMatchObject({ code: 'load-balancer-there', left: 'Nothing was changed.' });
    expect(refused.error?.failure.seen).toMatch(/it answers on port (22|80)/);
  });
});

describe('repair', () => {
  test('makes process and symlink one, and puts back what was left drained', async () => {
    const [, runs] = await Promise.all([ground.release('six'), ground.served()]);
    expect(new Set(runs).size).toBe(1);
    // As runs leave it that die between the symlink and the restart, and after a drain on one load balancer.
    await ground.root('worker1', `ln -sfn releases/${one.id}/tree /srv/pos/current`);
    const context = ground.context();
    await ground.drain('lb1', 'worker2', context);
    const found = await status(ground.context());
    expect(found.ok).toBe(false);
    expect(found.leases).toMatchObject([{ worker: 'worker2', loadBalancer: 'lb1', alive: true }]);

    const traffic = ground.traffic();
    const report = await repair(ground.context());
    expect((await traffic.stop()).failed).toEqual([]);
    expect(report).toMatchObject({ outcome: 'success', kind: 'repair' });
    expect((await status(ground.context())).ok).toBe(true);
    expect(new Set(await ground.served()).size).toBe(1);
    expect(await repair(ground.context())).toMatchObject({ outcome: 'nothing-to-do' });
  });
});
