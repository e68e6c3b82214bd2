import { jest } from '@jest/globals';
import type { Host } from '../../src/cluster';
import { LEASE, loadBalancer } from '../../src/load-balancer';
import { type Archive, stage } from '../../src/release';
import { deploy, releases, rollback, status } from '../../src/rollout';
import { acquire } from '../../src/rollout/lock';
import { seconds } from '../../src/units';
import { logIn, makeOdd, makeOrdinary, type Oddity } from './odd-hosts';
import { Ground, loadBalancers, workers } from './rollout-ground';

/**
 * Hosts as teams have them: each talks Indonesian and greets whoever logs in, on both streams, with words that look like
 * ours; nothing in /tmp can be run; shells and clocks differ. Machines of the lab share one clock, so what is skewed is
 * what the SSH user's programs read (`date`, perl); file times that the kernel sets are not.
 */
jest.setTimeout(300_000);

const odd: Record<string, Oddity> = {
  lb1: { shell: '/usr/bin/fish', clock: '+10m' },
  lb2: { shell: '/bin/dash', clock: '-10m' },
  worker1: { shell: '/bin/dash', clock: '+10m' },
  worker2: { shell: '/usr/bin/fish', clock: '-10m' },
  worker3: { shell: '/bin/bash', clock: '+0' },
};
const hosts = Object.keys(odd);

let ground: Ground;
let one: Archive;
let two: Archive;

beforeAll(async () => {
  ground = await Ground.fresh();
  await makeOdd(ground.lab, odd);
  [one, two] = [await ground.release('one'), await ground.release('two')];
});

afterAll(async () => {
  await makeOrdinary(ground.lab, hosts);
  await ground.giveBack();
});

const everywhere = <T>(work: (host: string) => Promise<T>) => Promise.all(hosts.map(work));

test('the hosts are odd', async () => {
  const text = "date +%s; ls /nowhere; cp /bin/true /tmp/here; /tmp/here && echo 'that ran'; rm -f /tmp/here";
  await everywhere(async (host) => {
    const began = Date.now() / 1000;
    const { stdout, stderr } = await logIn(ground.lab, host, text);
    const seen = Number(/^\d+$/m.exec(stdout)?.[0]) - began;
    const ahead = { '+10m': 600, '-10m': -600, '+0': 0 }[odd[host]?.clock ?? '+0'];
    expect(Math.abs(seen - ahead)).toBeLessThan(120);
    expect(stdout).toMatch(/^SELAMAT DATANG\nbuka-lane unusable/);
    expect(stdout).not.toContain('that ran');
    expect(stderr).toMatch(/^PERINGATAN/);
    expect(stderr).toContain('Tidak ada berkas atau direktori');
  });
  const shells = await everywhere((host) =>
    logIn(ground.lab, host, 'echo $FISH_VERSION; readlink /proc/self/exe; true'),
  );
  expect(shells.map(({ stdout }) => /^3\./m.test(stdout))).toEqual([true, false, false, true, false]);
});

test('a deploy and a rollback fail no request there, and tell the same as anywhere', async () => {
  const first = await deploy(ground.context(), one);
  expect(first.error).toBeUndefined();
  expect(first.outcome).toBe('success');
  await ground.inRotation();

  const traffic = ground.traffic();
  const forward = await deploy(ground.context(), two);
  const back = await rollback(ground.context(), { reason: 'kasir berbunyi' });
  const { sent, failed, releases: served } = await traffic.stop();

  expect(forward).toMatchObject({ outcome: 'success', from: one.id, to: two.id, cut: 0, error: undefined });
  expect(back).toMatchObject({ outcome: 'success', from: two.id, to: one.id, cut: 0, error: undefined });
  expect(sent).toBeGreaterThan(0);
  expect(failed).toEqual([]);
  expect([...served].sort()).toEqual(['one', 'two']);
  expect(await ground.served()).toEqual(['one', 'one', 'one']);
  for (const { worker, rotation } of back.workers)
    expect([worker, ...rotation]).toEqual([worker, ...loadBalancers.map((host) => [host, 'in'])]);

  const list = await releases(ground.context());
  expect(list.releases.map(({ id }) => id).sort()).toEqual([one.id, two.id].sort());
  expect(list.history[0]).toMatchObject({ event: 'good', release: one.id, reason: 'kasir berbunyi', workers });
  expect(await status(ground.context())).toMatchObject({ ok: true, locks: [], failures: [] });
});

test('what an Indonesian host complains of is understood', async () => {
  const context = ground.context();
  const remote = await context.remote(context.cluster.hosts.get('worker2') as Host);
  const three = await ground.release('three');
  await ground.root('worker2', 'chown root:root /srv/pos/releases');
  const staged = stage(remote, '/srv/pos', three, context.reporter);
  await expect(staged).rejects.toMatchObject({ code: 'permission-denied' });
  await ground.root('worker2', 'chown deploy:deploy /srv/pos/releases');
});

test('a lock is held as long as its run lives, and no longer, whatever the clocks say', async () => {
  const holder = ground.context();
  const lock = await acquire(holder);
  const refused = await deploy(ground.context(), two);
  expect(refused.error?.code).toBe('lock-held');
  const { locks } = await status(ground.context());
  expect(locks.map(({ worker, expired }) => [worker, expired])).toEqual(workers.map((name) => [name, false]));

  // The run dies: its connections with it, and nothing renews the lock.
  await holder.connections.close();
  const context = ground.context(ground.cluster({ lockTimeout: seconds(90) }));
  const taken = await deploy(context, two);
  expect(taken).toMatchObject({ outcome: 'success', error: undefined });
  expect(context.reporter.lines.join('\n')).toMatch(/warning: .*took over/i);
  await lock.release();
});

test('a worker whose run died in the middle of a drain comes back by its lease, whatever the clocks say', async () => {
  const dead = ground.context();
  const drained = loadBalancers.map(async (name) => {
    const host = dead.cluster.hosts.get(name) as Host;
    const balancer = loadBalancer(dead.cluster, host, await dead.remote(host));
    await balancer.drain('worker2', { deadline: seconds(10) });
    const view = (await balancer.observe()).workers.get('worker2');
    expect(view).toMatchObject({ inRotation: false, drainedByBuka: true, lease: { alive: true } });
    expect(view?.lease?.left).toBeGreaterThan(seconds(20));
    expect(view?.lease?.left).toBeLessThanOrEqual(LEASE);
  });
  await Promise.all(drained);
  await dead.connections.close();
  for (;;) {
    const { workers: seen } = await status(ground.context());
    const states = [...(seen.find(({ worker }) => worker === 'worker2')?.rotation.values() ?? [])];
    if (states.every((state) => state === 'in')) break;
    await new Promise((resolve) => setTimeout(resolve, 2000));
  }
});
