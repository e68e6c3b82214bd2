import { jest } from '@jest/globals';
import type { LoadBalancer } from '../../src/load-balancer';
import { seconds } from '../../src/units';
import { failure, Ground, later, lb } from './haproxy-ground';

jest.setTimeout(90_000);
const ground = new Ground();
let balancer: LoadBalancer;
const lease = seconds(6);
const folder = '/home/deploy/.buka/pos/worker1';

beforeAll(() => ground.prepare());
afterAll(() => ground.giveBack());
beforeEach(async () => {
  await ground.reset();
  balancer = await ground.driver({}, lease);
});

const worker1 = async () => (await balancer.observe()).workers.get('worker1');
const isUp = async () => (await ground.status('worker1')) === 'UP';
const hasMark = async () => (await ground.root(lb, `[ -f ${folder}/mark ] && echo yes || true`)).includes('yes');
const fired = async () => (await ground.guardLog()).includes('not renewed');
const reconnect = async () => {
  balancer = await ground.driver({}, lease);
};

/** Out of rotation as a rollout has it while it restarts the app. */
async function takeOut(): Promise<void> {
  expect(await balancer.drain('worker1', { deadline: seconds(5) })).toMatchObject({ kind: 'drained' });
  expect(await balancer.maintain('worker1')).toEqual({ cut: 0 });
}

/** The guard's process, by a signal, and not while it has the worker's lock. */
async function stopGuard(): Promise<void> {
  await ground.root(
    lb,
    `while :; do
      kill -STOP "$(cat ${folder}/guard.pid)"; sleep 0.1
      if flock -w 0.5 ${folder}/lock true; then exit 0; fi
      kill -CONT "$(cat ${folder}/guard.pid)"; sleep 0.1
    done`,
  );
}
const continueGuard = () => ground.root(lb, `kill -CONT "$(cat ${folder}/guard.pid)"`);
const killGuard = () => ground.root(lb, `kill -9 "$(cat ${folder}/guard.pid)"`);

describe('when the run is gone', () => {
  it.each([
    ['drained', async () => void (await balancer.drain('worker1', { deadline: seconds(5) }))],
    ['in maintenance', takeOut],
    ['checked', () => takeOut().then(async () => void (await balancer.check('worker1', { deadline: seconds(5) })))],
  ])('a fit worker that was %s comes back by itself, and no customer notices', async (_, leave) => {
    const { failed } = await ground.underLoad(async () => {
      await leave();
      await ground.disconnect();
      await ground.until(isUp);
      await later(500);
    });
    expect(failed).toBe(0);
    await ground.until(async () => (await ground.guards()) === 0);
    expect(await hasMark()).toBe(false);
    expect(await ground.guardLog()).toMatch(/not renewed[\s\S]*readmitted/);
    await reconnect();
    expect(await worker1()).toMatchObject({ inRotation: true, drainedByBuka: false, lease: undefined });
  });

  it('a worker that is not fit stays out, and comes back when it is', async () => {
    const { sent, failed } = await ground.underLoad(async () => {
      await takeOut();
      await ground.stop('worker1');
      await ground.disconnect();
      await ground.until(fired);
      await later(3000);
      expect(await ground.admin('worker1')).toBe(8);
      await ground.start('worker1');
      await ground.until(isUp);
      await later(500);
    });
    expect([sent > 100, failed]).toEqual([true, 0]);
    expect(await ground.guardLog()).toContain('readmitted');
  });

  it('a reload in the meantime does not bring an unfit worker back', async () => {
    await takeOut();
    await ground.stop('worker1');
    await ground.disconnect();
    await ground.until(fired);
    await ground.reload();
    await ground.until(async () => (await ground.admin('worker1')) === 8);
    const { failed } = await ground.underLoad(() => later(1500));
    expect(failed).toBe(0);
    await ground.start('worker1');
    await ground.until(isUp);
  });

  it('a full disk on the load balancer keeps no fit worker out', async () => {
    await takeOut();
    await ground.disconnect();
    await ground.lab.fillDisk(lb);
    try {
      await ground.until(isUp);
      await ground.until(async () => !(await hasMark()));
    } finally {
      await ground.lab.freeDisk(lb);
    }
  });
});

describe('while the run lives', () => {
  it('its renewals keep the worker out, and the last one is not for ever', async () => {
    await takeOut();
    for (let beat = 0; beat < 20; beat += 1) {
      expect(await balancer.renew(['worker1'])).toEqual([]);
      await later(500);
    }
    expect(await fired()).toBe(false);
    const held = (await worker1())?.lease;
    expect(held).toMatchObject({ alive: true });
    expect(held?.left).toBeGreaterThan(0);
    await ground.until(isUp);
    expect(await balancer.renew(['worker1', 'worker2'])).toEqual(['worker1', 'worker2']);
    expect(await isUp()).toBe(true);
    await ground.until(async () => (await ground.guards()) === 0);
  });

  it('its guard is one, however often the worker is drained, and is brought back by a renewal when it was killed', async () => {
    await balancer.drain('worker1', { deadline: seconds(5) });
    await balancer.drain('worker1', { deadline: seconds(5) });
    await ground.until(async () => (await ground.guards()) === 1);
    await killGuard();
    expect((await worker1())?.lease).toMatchObject({ alive: false });
    expect(await balancer.renew(['worker1'])).toEqual([]);
    expect((await worker1())?.lease).toMatchObject({ alive: true });
    await ground.until(isUp);
    await ground.until(async () => !(await hasMark()));
  });

  it('it hears when HAProxy forgot the drain while no guard was there', async () => {
    await takeOut();
    await ground.until(async () => (await ground.guards()) === 1);
    await killGuard();
    await ground.root(lb, 'systemctl reset-failed haproxy; systemctl restart haproxy');
    await ground.inRotation();
    expect(await balancer.renew(['worker1'])).toEqual(['worker1']);
  });

  it('a step that waits without it ends with the lease', async () => {
    const slow = Array.from({ length: 3 }, () => ground.get(`${ground.address()}/?ms=15000`));
    await later(300);
    const waiting = failure(balancer.drain('worker1', { deadline: seconds(60) }));
    expect(await waiting).toMatchObject({ code: 'superseded' });
    await ground.until(isUp);
    expect((await Promise.all(slow)).map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  it('a check that waits without it leaves the worker to the guard', async () => {
    await takeOut();
    await ground.root('worker1', 'touch /run/broken');
    const waiting = balancer.check('worker1', { deadline: seconds(60) });
    expect(await failure(waiting)).toMatchObject({ code: 'superseded' });
    await ground.root('worker1', 'rm /run/broken');
    await ground.until(isUp);
  });

  it('a change of mind during the drain puts the worker back at once', async () => {
    balancer = await ground.driver();
    const slow = Array.from({ length: 3 }, () => ground.get(`${ground.address()}/?ms=8000`));
    await later(300);
    let ended = false;
    const waiting = failure(balancer.drain('worker1', { deadline: seconds(60) }));
    const all = Promise.all(slow).then((answers) => {
      ended = true;
      return answers;
    });
    await ground.until(async () => (await ground.status('worker1')) === 'DRAIN');
    await balancer.readmit('worker1');
    expect(await worker1()).toMatchObject({ inRotation: true, drainedByBuka: false });
    expect(await waiting).toMatchObject({ code: 'superseded' });
    expect(ended).toBe(false);
    expect((await all).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await isUp()).toBe(true);
  });
});

describe('after the lease ran out', () => {
  beforeEach(async () => {
    await takeOut();
    await ground.root('worker1', 'touch /run/broken');
    await ground.until(fired);
  });

  it('the run that lost it does not go on where it was', async () => {
    expect(await balancer.renew(['worker1'])).toEqual(['worker1']);
    expect(await failure(balancer.maintain('worker1'))).toMatchObject({ code: 'superseded' });
    expect(await failure(balancer.readmit('worker1'))).toMatchObject({ code: 'not-checked' });
    await ground.root('worker1', 'rm /run/broken');
    await ground.until(isUp);
    for (const work of [balancer.maintain('worker1'), balancer.check('worker1', { deadline: seconds(5) })])
      expect(await failure(work)).toMatchObject({ code: 'not-drained' });
    expect(await isUp()).toBe(true);
  });

  it('the next run takes the worker over, and the timer is its own', async () => {
    balancer = await ground.driver();
    expect(await balancer.drain('worker1', { deadline: seconds(5) })).toMatchObject({ kind: 'drained' });
    await ground.root('worker1', 'rm /run/broken');
    await later(3000);
    expect(await worker1()).toMatchObject({ inRotation: false, drainedByBuka: true, lease: { alive: true } });
    expect(await balancer.renew(['worker1'])).toEqual([]);
    expect(await failure(balancer.readmit('worker1'))).toMatchObject({ code: 'not-checked' });
    expect(await balancer.check('worker1', { deadline: seconds(15) })).toMatchObject({ passed: true });
    await balancer.readmit('worker1');
    expect(await worker1()).toMatchObject({ inRotation: true, drainedByBuka: false });
  });
});

describe('a guard that is late', () => {
  it('leaves the worker to the run that took it over meanwhile', async () => {
    await takeOut();
    await stopGuard();
    await later(lease);
    balancer = await ground.driver();
    expect(await balancer.renew(['worker1'])).toEqual(['worker1']);
    await balancer.drain('worker1', { deadline: seconds(5) });
    await balancer.maintain('worker1');
    await continueGuard();
    await later(3000);
    expect(await ground.admin('worker1')).toBe(1);
    expect(await fired()).toBe(false);
  });

  it('does not touch a worker that an operator has meanwhile', async () => {
    await takeOut();
    await stopGuard();
    await balancer.check('worker1', { deadline: seconds(10) });
    await balancer.readmit('worker1');
    await ground.runtime('set server pos/worker1 state maint');
    await later(lease);
    await continueGuard();
    await ground.until(async () => (await ground.guards()) === 0);
    expect(await ground.admin('worker1')).toBe(1);
  });
});

it('two guards do what one does', async () => {
  await takeOut();
  // The new guard locks another file of that name than the one that lives.
  await ground.root(lb, `rm ${folder}/guard.lock`);
  expect(await balancer.renew(['worker1'])).toEqual([]);
  await ground.until(async () => (await ground.guards()) === 2);
  await ground.disconnect();
  const { failed } = await ground.underLoad(() => ground.until(isUp));
  expect(failed).toBe(0);
  await ground.until(async () => (await ground.guards()) === 0);
  await ground.runtime('set server pos/worker1 state maint');
  await later(1500);
  expect(await ground.admin('worker1')).toBe(1);
});
