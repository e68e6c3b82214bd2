import { jest } from '@jest/globals';
import { drain, readmit } from '../../src/maintenance';
import { type Context, status } from '../../src/rollout';
import { seconds } from '../../src/units';
import { Ground, loadBalancers } from './rollout-ground';
import { RootGround } from './root-ground';

/** Load balancers are taken out of service and back while customers come through the address that they share. */
jest.setTimeout(300_000);

let ground: Ground;
let root: RootGround;
let address: string;

beforeAll(async () => {
  ground = await Ground.fresh();
  root = new RootGround(ground.lab, loadBalancers);
  await root.letIn();
  await ground.runs(await ground.release('one'));
  address = ground.lab.cluster.loadBalancers.address ?? '';
});

afterAll(async () => {
  for (const host of loadBalancers) await root?.root(host, 'rm -f /var/lib/buka-load-balancer/away').catch(() => {});
  await root?.giveBack();
  await ground?.giveBack();
});

/** As root on every load balancer, by a key of its own. */
const context = (): Context => {
  const deploy = ground.context();
  return { ...deploy, remote: (host) => (host.user === 'root' ? root.at(host.name) : deploy.remote(host)) };
};

/** Only root's connections to load balancers are there, so a machine that came back gets a new one. */
async function reboot(host: string): Promise<void> {
  await ground.lab.powerOff(host);
  await ground.lab.powerOn(host);
  await ground.lab.waitForSsh([host]);
}

async function holder(): Promise<string> {
  const has = await Promise.all(
    loadBalancers.map(async (host) => ((await root.root(host, 'ip -o address')).includes(`${address}/`) ? [host] : [])),
  );
  return has.flat().join();
}

async function until(wanted: string): Promise<void> {
  for (let tries = 0; tries < 100 && (await holder()) !== wanted; tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await holder()).toBe(wanted);
}

async function whileCustomersCome<T>(work: () => Promise<T>): Promise<T> {
  const traffic = ground.traffic([address]);
  try {
    return await work();
  } finally {
    const { sent, failed } = await traffic.stop();
    expect(sent).toBeGreaterThan(0);
    expect(failed).toEqual([]);
  }
}

it('a customer is told how long the load balancer keeps the connection, not how long the app keeps its own', async () => {
  const answer = await fetch(`http://${address}/`);
  expect([answer.status, answer.headers.get('keep-alive')]).toEqual([200, 'timeout=5']);
});

it('each load balancer is drained, rebooted and readmitted under load, and no request through the address fails', async () => {
  const first = await holder();
  const second = first === 'lb1' ? 'lb2' : 'lb1';
  for (const [host, other] of [
    [first, second],
    [second, first],
  ] as const) {
    await whileCustomersCome(async () => {
      expect(await drain(context(), { host, user: 'root' })).toMatchObject({ addressOn: other, moved: true });
      await reboot(host);
      expect(await holder()).toBe(other);
      expect(await readmit(context(), { host, user: 'root' })).toMatchObject({
        outcome: 'readmitted',
        addressOn: other,
      });
    });
    expect(await holder()).toBe(other);
  }
});

it('a drained one does not take the address, also after a reboot with the other one gone; readmitted it does', async () => {
  const first = await holder();
  const second = first === 'lb1' ? 'lb2' : 'lb1';
  await drain(context(), { host: first, user: 'root' });
  await reboot(first);
  const { loadBalancers: seen } = await status(ground.context());
  expect(seen.find(({ name }) => name === first)).toMatchObject({ hasAddress: false, drained: true });
  await root.root(second, 'systemctl stop keepalived');
  try {
    await new Promise((resolve) => setTimeout(resolve, 4000));
    expect(await holder()).toBe('');
    await readmit(context(), { host: first, user: 'root' });
    await until(first);
  } finally {
    await root.root(second, 'systemctl start keepalived');
  }
});

it('nothing is held back on a load balancer that was drained, or that refused to be', async () => {
  for (const host of loadBalancers) expect(await root.root(host, 'nft list ruleset')).not.toContain('buka_hold');
  const first = await holder();
  // A request of 15 s outlives the hold.
  const long = ground.ask(`http://${address}/long`);
  await new Promise((resolve) => setTimeout(resolve, 300));
  await expect(drain(context(), { host: first, user: 'root' })).rejects.toMatchObject({ code: 'load-balancer-busy' });
  expect(await holder()).toBe(first);
  expect(await root.root(first, 'nft list ruleset')).not.toContain('buka_hold');
  expect(await long).toMatchObject({ status: 200 });
});

it('is refused while the other one can not take over', async () => {
  const first = await holder();
  const second = first === 'lb1' ? 'lb2' : 'lb1';
  await root.root(second, 'systemctl stop haproxy');
  try {
    await expect(drain(context(), { host: first, user: 'root' })).rejects.toMatchObject({
      code: 'no-other-load-balancer',
    });
    expect(await holder()).toBe(first);
  } finally {
    await root.root(second, 'systemctl start haproxy');
    await ground.inRotation();
  }
});

it('one whose HAProxy does not serve is not readmitted', async () => {
  const first = await holder();
  const second = first === 'lb1' ? 'lb2' : 'lb1';
  await drain(context(), { host: second, user: 'root' });
  await root.root(second, 'systemctl stop haproxy');
  let now = Date.now();
  const clock = {
    now: () => new Date(now),
    sleep: async () => {
      now += seconds(60);
    },
  };
  try {
    await expect(readmit({ ...context(), clock }, { host: second, user: 'root' })).rejects.toMatchObject({
      code: 'load-balancer-not-ready',
    });
  } finally {
    await root.root(second, 'systemctl start haproxy');
    await ground.inRotation();
  }
  expect(await readmit(context(), { host: second, user: 'root' })).toMatchObject({ outcome: 'readmitted' });
});
