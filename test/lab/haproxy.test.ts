import { jest } from '@jest/globals';
import type { LoadBalancer } from '../../src/load-balancer';
import { milliseconds, seconds } from '../../src/units';
import { failure, Ground, later } from './haproxy-ground';

jest.setTimeout(60_000);
const ground = new Ground();
let balancer: LoadBalancer;

beforeAll(() => ground.prepare());
afterAll(() => ground.giveBack());
beforeEach(async () => {
  await ground.reset();
  balancer = await ground.driver();
});

const worker1 = async () => (await balancer.observe()).workers.get('worker1');
/** A worker out of rotation, restarted, and back, as a rollout does it. */
async function restart(): Promise<void> {
  expect(await balancer.drain('worker1', { deadline: seconds(10) })).toMatchObject({ kind: 'drained' });
  expect(await balancer.maintain('worker1')).toEqual({ cut: 0 });
  await ground.stop('worker1');
  await later(500);
  await ground.start('worker1');
  expect(await balancer.check('worker1', { deadline: seconds(10) })).toMatchObject({ passed: true });
  await balancer.readmit('worker1');
}

it('a worker is restarted under load and no customer notices', async () => {
  const { sent, failed } = await ground.underLoad(restart);
  expect(sent).toBeGreaterThan(100);
  expect(failed).toBe(0);
  expect(await worker1()).toMatchObject({ inRotation: true, drainedByBuka: false });
  await ground.until(async () => (await ground.guards()) === 0);
});

it('this measuring sees failure: the same restart without draining fails requests', async () => {
  const { failed } = await ground.underLoad(async () => {
    await later(1200);
    await ground.stop('worker1');
    await ground.start('worker1');
  });
  expect(failed).toBeGreaterThan(0);
});

it('a drained worker finishes what it has and gets nothing new', async () => {
  const slow = Array.from({ length: 3 }, () => ground.get(`${ground.address()}/?ms=2000`));
  await later(300);
  const seen: number[] = [];
  expect(
    await balancer.drain('worker1', { deadline: seconds(10), onProgress: (inFlight) => seen.push(inFlight) }),
  ).toMatchObject({ kind: 'drained' });
  expect(seen).toEqual([1, 0]);
  expect((await Promise.all(slow)).map(({ status }) => status)).toEqual([200, 200, 200]);
  const before = await ground.count('worker1');
  await ground.underLoad(() => later(500));
  expect(await ground.count('worker1')).toBe(before);
});

it('says how many requests were still in flight when the time for draining is over', async () => {
  const slow = Array.from({ length: 3 }, () => ground.get(`${ground.address()}/?ms=3000`));
  await later(300);
  expect(await balancer.drain('worker1', { deadline: milliseconds(800) })).toMatchObject({
    kind: 'still-in-flight',
    inFlight: 1,
  });
  expect(await worker1()).toMatchObject({ inRotation: false, drainedByBuka: true });
  await balancer.readmit('worker1');
  expect(await worker1()).toMatchObject({ inRotation: true, drainedByBuka: false });
  expect((await Promise.all(slow)).every(({ status }) => status === 200)).toBe(true);
});

it('a worker that is down is drained, mended and readmitted', async () => {
  await ground.stop('worker1');
  while (!(await ground.status('worker1')).startsWith('DOWN')) await later(100);
  await restart();
  expect(await worker1()).toMatchObject({ inRotation: true });
});

it('a worker that fails its check stays out, also of a hasty readmission', async () => {
  await balancer.drain('worker1', { deadline: seconds(5) });
  await balancer.maintain('worker1');
  expect(await failure(balancer.readmit('worker1'))).toMatchObject({ code: 'not-checked' });
  await ground.root('worker1', 'touch /run/broken');
  const { sent, failed } = await ground.underLoad(async () => {
    const outcome = await balancer.check('worker1', { deadline: seconds(3) });
    expect(outcome).toMatchObject({ passed: false, seen: expect.stringContaining('pos/worker1 DOWN L7STS') });
  });
  expect([sent > 100, failed]).toEqual([true, 0]);
  expect(await failure(balancer.readmit('worker1'))).toMatchObject({ code: 'not-checked' });
  expect(await ground.status('worker1')).toBe('DOWN');
  await ground.root('worker1', 'rm /run/broken');
  expect(await balancer.check('worker1', { deadline: seconds(10) })).toMatchObject({ passed: true });
  await balancer.readmit('worker1');
});

it('what a check said before does not count: a worker that died a moment ago does not pass', async () => {
  await balancer.drain('worker1', { deadline: seconds(5) });
  await ground.stop('worker1');
  expect(await balancer.check('worker1', { deadline: seconds(3) })).toMatchObject({
    passed: false,
    seen: expect.stringContaining('L4CON'),
  });
  await ground.start('worker1');
  expect(await balancer.check('worker1', { deadline: seconds(10) })).toMatchObject({ passed: true });
  await balancer.readmit('worker1');
});

describe('a reload of HAProxy', () => {
  it('before the drain: requests that the old process still holds are waited for', async () => {
    const slow = Array.from({ length: 3 }, () => ground.get(`${ground.address()}/?ms=4000`));
    await later(300);
    await ground.reload();
    expect((await balancer.observe()).processes).toBe(2);
    const { kind, waited } = await balancer.drain('worker1', { deadline: seconds(20) });
    expect(kind).toBe('drained');
    // The proof that it waited: stopping the worker now cuts nothing.
    await ground.stop('worker1');
    expect((await Promise.all(slow)).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(waited).toBeGreaterThan(0);
  });

  it('in mid-drain does not bring the worker back', async () => {
    const slow = Array.from({ length: 3 }, () => ground.get(`${ground.address()}/?ms=4000`));
    await later(300);
    const drained = balancer.drain('worker1', { deadline: seconds(20) });
    await later(500);
    await ground.reload();
    await later(1000);
    const before = await ground.count('worker1');
    await ground.underLoad(() => later(500));
    expect(await ground.count('worker1')).toBe(before);
    expect(await drained).toMatchObject({ kind: 'drained' });
    await ground.stop('worker1');
    expect((await Promise.all(slow)).map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  it('while nobody is connected does not bring the worker back: its guard sees to it', async () => {
    await balancer.drain('worker1', { deadline: seconds(5) });
    await balancer.maintain('worker1');
    await ground.disconnect();
    await ground.reload();
    for (let tries = 0; tries < 100 && !(await ground.guardLog()).includes('put back to maintenance'); tries += 1)
      await later(100);
    const before = await ground.count('worker1');
    await ground.underLoad(() => later(1000));
    expect(await ground.count('worker1')).toBe(before);
    expect(await ground.status('worker1')).toBe('MAINT');
    expect(await ground.guardLog()).toContain('put back to maintenance');
    balancer = await ground.driver();
    expect(await worker1()).toMatchObject({ drainedByBuka: true, inRotation: false });
  });

  it('in the middle of the check leaves the worker without traffic until it has passed afresh', async () => {
    await balancer.drain('worker1', { deadline: seconds(5) });
    await balancer.maintain('worker1');
    const checked = balancer.check('worker1', { deadline: seconds(15) });
    await later(300);
    await ground.reload();
    expect(await checked).toMatchObject({ passed: true, seen: 'pos/worker1 DRAIN L7OK' });
    await balancer.readmit('worker1');
    expect(await worker1()).toMatchObject({ inRotation: true });
  });
});
