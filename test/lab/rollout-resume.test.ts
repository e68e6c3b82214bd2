import { jest } from '@jest/globals';
import type { Archive } from '../../src/release';
import { deploy, status } from '../../src/rollout';
import { seconds } from '../../src/units';
import { Ground, workers } from './rollout-ground';

/** The same deploy again, after a run that died: it goes on from what it finds. Made by hand, so that each state is sure. */
jest.setTimeout(240_000);

let ground: Ground;
let one: Archive;
let two: Archive;

beforeAll(async () => {
  ground = await Ground.fresh();
  one = await ground.release('one');
  two = await ground.release('two');
});

beforeEach(async () => {
  await ground.runs(one);
});

afterAll(() => ground?.giveBack());

/** Deploys release two under load, and looks from outside. */
async function goesOn(lockTimeout = seconds(1)) {
  const context = ground.context(ground.cluster({ lockTimeout }));
  const traffic = ground.traffic();
  const report = await deploy(context, two);
  expect((await traffic.stop()).failed).toEqual([]);
  expect(report.error).toBeUndefined();
  expect(await ground.served()).toEqual(['two', 'two', 'two']);
  expect(await status(ground.context())).toMatchObject({ ok: true, locks: [], leases: [] });
  return { report, warnings: context.reporter.lines.filter((line) => line.startsWith('warning')) };
}

/** Has release two on a worker, as a deploy that died after its staging leaves it. */
const staged = () => deploy(ground.context(), two).then(() => deploy(ground.context(), one));

describe('the same deploy again goes on', () => {
  test('after half an upload', async () => {
    await ground.root(
      'worker1',
      `cd /srv/pos && rm -rf releases/${two.id} && install -d -o deploy -g deploy releases/.incoming-${two.id}/tree
      echo half > releases/.incoming-${two.id}/tree/dist && chown -R deploy: releases/.incoming-${two.id}`,
    );
    await goesOn();
  });

  test('where the symlink was renamed, and the app not restarted', async () => {
    await staged();
    await ground.root('worker1', `ln -sfn releases/${two.id}/tree /srv/pos/current`);
    await goesOn();
  });

  test('where the app was restarted, and its worker not readmitted', async () => {
    await staged();
    const context = ground.context();
    await ground.drain('lb1', 'worker2', context);
    await ground.drain('lb2', 'worker2', context);
    await ground.root('worker2', `ln -sfn releases/${two.id}/tree /srv/pos/current; systemctl restart pos`);
    const { report } = await goesOn();
    expect(report.timeline.map(({ worker }) => worker)).toEqual(['worker2', 'worker1', 'worker3']);
    // It runs the release already: it is only checked and readmitted.
    expect(report.timeline[0]?.switched).toBeUndefined();
  });

  test('where one load balancer had drained and the other had not', async () => {
    await ground.drain('lb2', 'worker3', ground.context());
    const { report } = await goesOn();
    expect(report.timeline.map(({ worker }) => worker)).toEqual(['worker3', 'worker1', 'worker2']);
  });

  test('where the dead run still holds the lock, once that has expired', async () => {
    const owner = JSON.stringify({ run: 'dead', by: 'ann', machine: 'runner-3', pid: 1 });
    const lock = `echo '${owner}' > /srv/pos/lock; date +%s >> /srv/pos/lock; touch -d '+12 seconds' /srv/pos/lock; chown deploy: /srv/pos/lock`;
    await Promise.all(workers.map((worker) => ground.root(worker, lock)));
    const { warnings } = await goesOn(seconds(60));
    expect(warnings.join('\n')).toContain('ann (run dead), on runner-3');
  });
});
