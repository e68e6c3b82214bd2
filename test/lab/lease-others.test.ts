import { jest } from '@jest/globals';
import type { LoadBalancer } from '../../src/load-balancer';
import { seconds } from '../../src/units';
import { failure, Ground, later, lb, workers } from './haproxy-ground';

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

describe('an operator who puts the drained worker in maintenance has it from then on', () => {
  it('by hand', async () => {
    await balancer.drain('worker1', { deadline: seconds(5) });
    await ground.until(async () => /settled +\d/.test(await ground.root(lb, `cat ${folder}/mark`)));
    await ground.runtime('set server pos/worker1 state maint');
    await ground.until(async () => !(await hasMark()));
    await later(lease);
    expect(await ground.admin('worker1')).toBe(1);
    expect(await worker1()).toMatchObject({ inRotation: false, drainedByBuka: false });
    expect(await failure(balancer.maintain('worker1'))).toMatchObject({ code: 'drained-by-others' });
    expect(await ground.guardLog()).toContain('put pos/worker1 in maintenance');
  });

  it('in the configuration', async () => {
    await balancer.drain('worker1', { deadline: seconds(5) });
    await balancer.maintain('worker1');
    const before = await ground.root(lb, 'cat /etc/haproxy/haproxy.cfg');
    try {
      const lines = before.replace(/^(\s*server worker1 \S+ .*)$/m, '$1 disabled');
      await ground.write(lines);
      await ground.reload();
      await ground.until(async () => !(await hasMark()));
      await later(lease);
      expect(await ground.admin('worker1')).toBe(5);
    } finally {
      await ground.write(before);
    }
  });

  it('in one of its backends; the other gets it back', async () => {
    balancer = await ground.driver({ backends: ['pos', 'sticky'] }, lease);
    await balancer.drain('worker1', { deadline: seconds(5) });
    await ground.until(async () => /settled +\d/.test(await ground.root(lb, `cat ${folder}/mark`)));
    await ground.runtime('set server pos/worker1 state maint');
    await ground.until(async () => (await ground.root(lb, `cat ${folder}/mark`)).includes('theirs  pos/worker1'));
    expect(await failure(balancer.maintain('worker1'))).toMatchObject({ code: 'drained-by-others' });
    await ground.until(async () => !(await hasMark()));
    expect([await ground.admin('worker1'), await ground.admin('worker1', 'sticky')]).toEqual([1, 0]);
  });
});

it('a restart of HAProxy in the middle of a drain ends well', async () => {
  const slow = Array.from({ length: 3 }, () => ground.get(`${ground.address()}/?ms=4000`));
  await later(300);
  const drained = balancer.drain('worker1', { deadline: seconds(30) });
  await ground.until(async () => (await ground.status('worker1')) === 'DRAIN');
  await ground.root(lb, 'systemctl reset-failed haproxy; systemctl restart haproxy');
  expect(await drained).toMatchObject({ kind: 'drained' });
  expect(await ground.admin('worker1')).toBe(8);
  await Promise.all(slow);
  // Its guard goes on in the new process, to the end.
  await ground.disconnect();
  await ground.until(isUp);
  await ground.until(async () => !(await hasMark()));
});

describe('a load balancer that loses power in the middle of a drain', () => {
  it('starts with the worker in rotation, on the word of its own checks; the mark counts for nothing', async () => {
    await balancer.drain('worker1', { deadline: seconds(5) });
    await balancer.maintain('worker1');
    await ground.disconnect();
    await ground.lab.powerOff(lb);
    await ground.lab.powerOn(lb);
    await ground.lab.waitForSsh([lb]);
    await ground.inRotation();
    expect(await hasMark()).toBe(true);
    balancer = await ground.driver({}, lease);
    expect(await worker1()).toMatchObject({ inRotation: true, drainedByBuka: false, lease: undefined });
    expect(await balancer.renew(['worker1'])).toEqual(['worker1']);
    expect(await failure(balancer.maintain('worker1'))).toMatchObject({ code: 'not-drained' });
    expect(await isUp()).toBe(true);
    expect(await balancer.drain('worker1', { deadline: seconds(5) })).toMatchObject({ kind: 'drained' });
  });

  it('does not give an unfit worker traffic for longer than its checks take', async () => {
    await balancer.drain('worker1', { deadline: seconds(5) });
    await ground.stop('worker1');
    await ground.disconnect();
    await ground.lab.powerOff(lb);
    await ground.lab.powerOn(lb);
    await ground.lab.waitForSsh([lb]);
    await ground.until(async () => (await ground.status('worker1').catch(() => '')) === 'DOWN');
    expect((await ground.underLoad(() => later(1000))).failed).toBe(0);
    await ground.start('worker1');
    await ground.until(isUp);
  });
});

it('tells what each worker has answered, over a reload, and what failed', async () => {
  const sum = async (what: 'responses' | 'serverErrors' | 'failed') => {
    const view = await balancer.observe();
    return workers.reduce((total, name) => total + (view.workers.get(name)?.servers[0]?.traffic[what] ?? 0), 0);
  };
  await Promise.all(Array.from({ length: 30 }, () => ground.get(`${ground.address()}/?ms=50`)));
  await Promise.all(Array.from({ length: 6 }, () => ground.get(`${ground.address()}/?status=503`)));
  expect([await sum('responses'), await sum('serverErrors'), await sum('failed')]).toEqual([36, 6, 0]);
  const mean = (await worker1())?.servers[0]?.traffic.meanTime ?? 0;
  expect(mean).toBeGreaterThan(20);
  const slow = Array.from({ length: 3 }, () => ground.get(`${ground.address()}/?ms=6000`));
  await later(300);
  await ground.reload();
  await Promise.all(Array.from({ length: 5 }, () => ground.get(ground.address())));
  expect((await balancer.observe()).processes).toBe(2);
  expect(await sum('responses')).toBe(41);
  await ground.stop('worker1');
  await Promise.all(slow);
  await ground.start('worker1');
});
