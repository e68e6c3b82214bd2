import { setTimeout as pause } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { cut } from '../../src/drill/machine/scripts';
import { CUSTOMERS_KEEP } from '../../src/load-balancer';
import { drain, readmit } from '../../src/maintenance';
import { type Context, status } from '../../src/rollout';
import { seconds } from '../../src/units';
import { Ground, loadBalancers, workers } from './rollout-ground';
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
  const found = await Promise.all(
    loadBalancers.map(async (host) => ((await root.root(host, 'ip -o address')).includes(`${address}/`) ? [host] : [])),
  );
  return found.flat().join(' ');
}

async function until(wanted: string): Promise<void> {
  for (let tries = 0; tries < 100 && (await holder()) !== wanted; tries += 1) await pause(100);
  expect(await holder()).toBe(wanted);
}

const standInOf = (host: string) => loadBalancers.find((other) => other !== host) ?? '';

/** Moves the address there, unless it is. */
async function has(host: string): Promise<void> {
  if ((await holder()) === host) return;
  await root.root(standInOf(host), 'systemctl restart keepalived');
  await until(host);
  await pause(6000); // keepalived tells the network a second time after 5 s
}

/** Both think that they have the address, as long as one of them is cut off. @param lasts in seconds */
async function cutFor(host: string, lasts: number): Promise<void> {
  await (await root.at(host)).run(cut(seconds(lasts)));
  await until(loadBalancers.join(' '));
}

const isCut = async (host: string) => (await root.root(host, 'nft list tables')).includes('buka_drill');

/** Waits for the end of a cut, which the machine itself makes. */
async function healed(host: string): Promise<void> {
  for (let tries = 0; tries < 200 && (await isCut(host)); tries += 1) await pause(50);
  expect(await isCut(host)).toBe(false);
}

/** What goes for keepalived's advertisements on a load balancer, until that is ended. */
async function filter(host: string, rules: { readonly input: string; readonly output: string }): Promise<void> {
  const chain = (hook: 'input' | 'output') =>
    `chain ${hook} { type filter hook ${hook} priority 0; meta l4proto vrrp ${rules[hook]}; }`;
  const heard = 'set heard { type ipv4_addr; flags dynamic, timeout; timeout 60s; }';
  await root.root(host, `nft 'table inet vrrp { ${heard}; ${chain('input')}; ${chain('output')}; }'`);
}
const unfilter = (host: string) => root.root(host, 'nft delete table inet vrrp 2>/dev/null || :');

/** As while the two have yet to find each other by ARP. */
const silent = { input: 'drop', output: 'drop' };
/** Hears the other one before that one hears it. */
const hearsFirst = { input: 'update @heard { ip saddr }', output: 'ip daddr != @heard drop' };

/** A firewall between one load balancer and its workers. */
const closeWayToWorkers = (host: string) =>
  root.root(
    host,
    "nft 'table inet no_way { chain output { type filter hook output priority 0; tcp dport 3000 reject; }; }'",
  );
const openWayToWorkers = (host: string) => root.root(host, 'nft delete table inet no_way');

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
  const second = standInOf(first);
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

it.each(loadBalancers)(
  '%s that was cut off gives way to its stand-in when it is back, and no request fails',
  async (host) => {
    await has(host);
    await cutFor(host, 10);
    await pause(CUSTOMERS_KEEP); // nobody has a connection from before
    const standIn = standInOf(host);
    await filter(standIn, silent);
    try {
      await whileCustomersCome(async () => {
        await healed(host);
        await pause(2000);
        await unfilter(standIn);
        await pause(5000); // its HAProxy has found its workers again
      });
    } finally {
      await unfilter(standIn);
    }
    expect(await holder()).not.toBe(host);
  },
);

it('one that was cut off and is sure of its workers takes the address back, and all who ask for it find it', async () => {
  // As after a cut that is over before HAProxy misses a worker, or where workers are in another network than customers.
  const program = '/etc/keepalived/haproxy-serves';
  await has('lb2'); // of the higher address, which counts among equals
  await root.root('lb2', `cp -p ${program} ${program}.kept; printf '#!/bin/sh\\n' > ${program}`);
  try {
    await cutFor('lb2', 6);
    expect(await ground.ask(`http://${address}/`)).toMatchObject({ status: 200 }); // whoever asks knows the stand-in
    await filter('lb1', hearsFirst);
    await healed('lb2');
    await pause(CUSTOMERS_KEEP);
    expect(await holder()).toBe('lb2');
    await whileCustomersCome(() => pause(5000));
  } finally {
    await unfilter('lb1');
    await root.root('lb2', `mv ${program}.kept ${program}`);
  }
});

it('the address leaves a load balancer that reaches no worker, for one that does', async () => {
  const from = await holder();
  const to = standInOf(from);
  await closeWayToWorkers(from);
  try {
    for (let tries = 0; tries < 300 && (await holder()) !== to; tries += 1) await pause(100);
    expect(await holder()).toBe(to);
    await whileCustomersCome(() => pause(2000));
  } finally {
    await openWayToWorkers(from);
  }
  await ground.inRotation();
  await whileCustomersCome(() => pause(7000)); // it sees them again, and its word counts as much as the other one's
  expect(await holder()).toBe(to);
});

it('the address stays where it is while no load balancer has a worker, also where one misses them seconds before', async () => {
  const first = await holder();
  const seen = new Set<string>();
  const watch = async (lasts: number) => {
    for (const end = Date.now() + lasts; Date.now() < end; await pause(100)) seen.add(await holder());
  };
  await closeWayToWorkers(first);
  try {
    await watch(5000);
    await Promise.all(workers.map((worker) => root.root(worker, 'systemctl stop pos.service')));
    await watch(8000);
    expect(await ground.ask(`http://${address}/`)).toMatchObject({ status: 503 });
  } finally {
    await openWayToWorkers(first);
    await Promise.all(workers.map((worker) => root.root(worker, 'systemctl start pos.service')));
  }
  await ground.inRotation();
  await watch(8000);
  expect([...seen]).toEqual([first]);
});

it('a drained one does not take the address, also after a reboot with the other one gone; readmitted it does', async () => {
  const first = await holder();
  const second = standInOf(first);
  await drain(context(), { host: first, user: 'root' });
  await reboot(first);
  const { loadBalancers: seen } = await status(ground.context());
  expect(seen.find(({ name }) => name === first)).toMatchObject({ hasAddress: false, drained: true });
  await root.root(second, 'systemctl stop keepalived');
  try {
    await pause(4000);
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
  await pause(300);
  await expect(drain(context(), { host: first, user: 'root' })).rejects.toMatchObject({ code: 'load-balancer-busy' });
  expect(await holder()).toBe(first);
  expect(await root.root(first, 'nft list ruleset')).not.toContain('buka_hold');
  expect(await long).toMatchObject({ status: 200 });
});

it('is refused while the other one can not take over', async () => {
  const first = await holder();
  const second = standInOf(first);
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
  const second = standInOf(first);
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
