import { jest } from '@jest/globals';
import type { LoadBalancer } from '../../src/load-balancer';
import { seconds } from '../../src/units';
import { failure, Ground, later, lb } from './haproxy-ground';

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

const admin = (server: string, backend?: string) => ground.admin(server, backend);

async function comeBack(): Promise<void> {
  expect(await balancer.check('worker1', { deadline: seconds(10) })).toMatchObject({ passed: true });
  await balancer.readmit('worker1');
  expect(await worker1()).toMatchObject({ inRotation: true, drainedByBuka: false });
}

describe('sticky clients', () => {
  const sticky = 8081;

  it('reach a worker that is only drained, and are waited for when it goes into maintenance', async () => {
    balancer = await ground.driver({ backends: ['pos', 'sticky'] });
    let cookie = '';
    while (!cookie.endsWith('worker1')) cookie = (await ground.get(ground.address(sticky))).cookie;
    expect(await balancer.drain('worker1', { deadline: seconds(5) })).toMatchObject({ kind: 'drained' });
    const slow = ground.get(`${ground.address(sticky)}/?ms=2000`, { cookie });
    await later(300);
    expect((await worker1())?.servers.map(({ inFlight }) => inFlight)).toEqual([0, 1]);
    expect(await balancer.maintain('worker1')).toEqual({ cut: 0 });
    await ground.stop('worker1');
    expect(await slow).toMatchObject({ status: 200, body: 'worker1' });
    expect(await ground.get(ground.address(sticky), { cookie })).toMatchObject({ status: 200 });
    await ground.start('worker1');
    await comeBack();
  });
});

it('a worker in several backends, under another name in one of them, leaves and enters each', async () => {
  const servers = new Map([1, 2, 3].map((number) => [`worker${number}`, `box-${number}`]));
  const second = await ground.driver({ backends: ['second'], servers });
  expect(await failure(second.drain('worker1', { deadline: seconds(5) }))).toMatchObject({ code: 'tracked-elsewhere' });
  balancer = await ground.driver({ backends: ['pos', 'sticky'] });
  await balancer.drain('worker1', { deadline: seconds(5) });
  expect([await admin('worker1'), await admin('worker1', 'sticky')]).toEqual([8, 8]);
  // Tracks pos/worker1, so it leaves with it: inherited drain.
  expect(await admin('box-1', 'second')).toBe(16);
  await balancer.maintain('worker1');
  expect([await admin('worker1'), await admin('worker1', 'sticky')]).toEqual([1, 1]);
  await comeBack();
  expect([await admin('worker1'), await admin('worker1', 'sticky')]).toEqual([0, 0]);
});

it("an agent's word does not end a drain, and it is asked again after the readmission", async () => {
  balancer = await ground.driver({ backends: ['agents'] });
  await balancer.drain('worker1', { deadline: seconds(5) });
  await later(1000);
  expect(await admin('worker1', 'agents')).toBe(8);
  const agent = async () =>
    (await ground.runtime('show servers state agents'))
      .split('\n')
      .map((row) => row.split(' '))
      .find((row) => row[3] === 'worker1')?.[14];
  const disabled = await agent();
  await comeBack();
  expect(Number(await agent()) & 4).toBe(4);
  expect(Number(disabled) & 4).toBe(0);
});

it('the last worker of a backend is not drained', async () => {
  for (const worker of ['worker2', 'worker3'] as const) await balancer.drain(worker, { deadline: seconds(5) });
  const error = await failure(balancer.drain('worker1', { deadline: seconds(5) }));
  expect(error).toMatchObject({ code: 'last-server' });
  expect(await admin('worker1')).toBe(0);
  // One that is out already can be drained again: a run that goes on where another one died.
  expect(await balancer.drain('worker2', { deadline: seconds(5) })).toMatchObject({ kind: 'drained' });
});

it('of two workers that are drained at the same moment the last one stays', async () => {
  await balancer.drain('worker1', { deadline: seconds(5) });
  const both = await Promise.allSettled(
    ['worker2', 'worker3'].map((worker) => balancer.drain(worker, { deadline: seconds(5) })),
  );
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect([await admin('worker2'), await admin('worker3')].sort()).toEqual([0, 8]);
});

describe('what somebody else took out of rotation', () => {
  it.each([
    ['drain', 8],
    ['maint', 1],
  ])('by hand (%s) stays as it was found', async (state, bits) => {
    await ground.runtime(`set server pos/worker1 state ${state}`);
    expect(await worker1()).toMatchObject({ inRotation: false, drainedByBuka: false });
    for (const work of [
      balancer.drain('worker1', { deadline: seconds(5) }),
      balancer.maintain('worker1'),
      balancer.check('worker1', { deadline: seconds(5) }),
      balancer.readmit('worker1'),
    ])
      expect(await failure(work)).toMatchObject({ code: 'drained-by-others' });
    expect(await admin('worker1')).toBe(bits);
  });

  it('is told apart from a mark that was left over when HAProxy restarted', async () => {
    await balancer.drain('worker1', { deadline: seconds(5) });
    await ground.root(
      lb,
      'kill -9 "$(cat /home/deploy/.buka/pos/worker1/guard.pid)"; systemctl reset-failed haproxy; systemctl restart haproxy',
    );
    await ground.inRotation();
    expect(await worker1()).toMatchObject({ inRotation: true, drainedByBuka: false });
    await ground.runtime('set server pos/worker1 state maint');
    expect(await worker1()).toMatchObject({ inRotation: false, drainedByBuka: false });
    expect(await failure(balancer.drain('worker1', { deadline: seconds(5) }))).toMatchObject({
      code: 'drained-by-others',
    });
    await ground.runtime('set server pos/worker1 state ready');
    expect(await balancer.drain('worker1', { deadline: seconds(5) })).toMatchObject({ kind: 'drained' });
  });
});

describe('before anything changes', () => {
  afterEach(() => ground.root(lb, 'chmod 660 /run/haproxy-master.sock 2>/dev/null || true'));

  it('a typo in a name is an error that tells the names that exist', async () => {
    const typo = await ground.driver({ backends: ['poss'] });
    const backend = await failure(typo.observe());
    expect(backend).toMatchObject({ code: 'unknown-backend' });
    expect(backend.message).toMatch(/known there: .*pos.*sticky[\s\S]*pos is the nearest/);
    const other = await ground.driver({ servers: new Map([['worker1', 'wroker1']]) });
    const server = await failure(other.drain('worker1', { deadline: seconds(5) }));
    expect(server).toMatchObject({ code: 'unknown-server' });
    expect(server.message).toMatch(/known there: worker1, worker2, worker3[\s\S]*worker1 is the nearest/);
    expect([await admin('worker1'), await admin('worker2'), await admin('worker3')]).toEqual([0, 0, 0]);
  });

  it('a socket that the user may not use is an error that tells what to change', async () => {
    await ground.root(lb, 'chmod 600 /run/haproxy-master.sock');
    const error = await failure(balancer.observe());
    expect(error).toMatchObject({ code: 'socket-denied' });
    expect(error.message).toContain('srw------- root:haproxy /run/haproxy-master.sock');
    expect(error.message).toContain('EXTRAOPTS="-S /run/haproxy-master.sock,mode,660,group,haproxy"');
  });

  it('a HAProxy without a master socket, or none that runs, is an error', async () => {
    const elsewhere = await ground.driver({ masterSocket: '/run/nothing.sock' });
    expect(await failure(elsewhere.observe())).toMatchObject({ code: 'master-socket-missing' });
    const workers = await ground.driver({ masterSocket: '/run/haproxy/admin.sock' });
    expect(await failure(workers.observe())).toMatchObject({ code: 'master-socket-missing' });
    await ground.root(lb, 'systemctl stop haproxy');
    const error = await failure(balancer.observe());
    expect(error).toMatchObject({ code: 'load-balancer-down' });
    expect(error.message).toContain('systemctl status haproxy');
  });

  it('a home folder that can not be written is an error', async () => {
    await ground.root(lb, 'mkdir /home/deploy/.buka');
    const error = await failure(balancer.drain('worker1', { deadline: seconds(5) }));
    expect(error).toMatchObject({ code: 'state-folder' });
    expect(await admin('worker1')).toBe(0);
  });
});
