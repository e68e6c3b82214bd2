import { jest } from '@jest/globals';
import type { Cluster } from '../../src/cluster';
import { setupsOf } from '../../src/provision';
import { file } from '../../src/provision/setup';
import { writeFiles } from '../../src/provision/write-files';
import type { Archive } from '../../src/release';
import { status } from '../../src/rollout';
import { Ground, loadBalancers, workers } from './rollout-ground';
import { RootGround, seen } from './root-ground';

/** Load balancers, workers and the monitoring host, as `buka provision` sets them up, shows them, and puts them right. */
jest.setTimeout(300_000);

let ground: Ground;
let root: RootGround;
let one: Archive;
const machines = [...loadBalancers, ...workers, 'monitor1'];
const HAPROXY = '/etc/haproxy/haproxy.cfg';
const UNIT = '/etc/systemd/system/pos.service';

beforeAll(async () => {
  ground = await Ground.fresh();
  root = new RootGround(ground.lab, machines);
  await root.letIn();
  one = await ground.release('one');
  await ground.runs(one);
});

afterAll(async () => {
  await root?.provision().catch(() => {});
  await root?.giveBack();
  await ground?.giveBack();
});

const check = async () => seen(await root.provision({ check: true }));
const mainPid = async (worker: string) => (await root.root(worker, 'systemctl show -p MainPID --value pos')).trim();

it('a lab is set up as buka provision sets hosts up: there is nothing to change, and nothing is changed', async () => {
  expect(await check()).toEqual([]);
  expect(await root.provision()).toEqual({ outcome: 'nothing-to-change', differences: [], byHand: [] });
});

it('what somebody changed is shown host by host, and is put right while customers buy, one machine after the other', async () => {
  for (const host of loadBalancers)
    await root.root(host, `echo '# mine' >> ${HAPROXY}; chmod 600 /etc/default/haproxy`);
  await root.root('lb2', 'echo "# mine" >> /etc/keepalived/keepalived.conf');
  for (const host of workers) await root.root(host, `echo '# mine' >> ${UNIT}`);
  await root.root(
    'worker1',
    'echo "deploy ALL=(ALL) NOPASSWD: ALL" > /etc/sudoers.d/buka-worker-pos; chmod 777 /srv/pos',
  );
  await root.root(
    'monitor1',
    'echo "# mine" >> /etc/prometheus/prometheus.yml; systemctl -q disable --now prometheus-alertmanager',
  );
  const wanted = [
    'lb1 /etc/default/haproxy: mode 0600 instead of 0644',
    `lb1 ${HAPROXY}: other content`,
    'lb2 /etc/default/haproxy: mode 0600 instead of 0644',
    `lb2 ${HAPROXY}: other content`,
    'lb2 /etc/keepalived/keepalived.conf: other content',
    'worker1 /srv/pos: mode 0777 instead of 0755',
    'worker1 /etc/sudoers.d/buka-worker-pos: other content',
    ...workers.map((host) => `${host} ${UNIT}: other content`),
    'monitor1 /etc/prometheus/prometheus.yml: other content',
    'monitor1 prometheus-alertmanager.service: not enabled and running',
  ];
  expect((await check()).sort()).toEqual([...wanted].sort());
  const before = await Promise.all(workers.map(mainPid));
  const haproxies = await Promise.all(
    loadBalancers.map((host) => root.root(host, 'systemctl show -p MainPID --value haproxy')),
  );
  const report = await ground.underLoad(() => root.provision());
  expect(report.outcome).toBe('changed');
  expect(root.reporter.lines.filter((line) => /^(Load balancer|Worker) /.test(line))).toEqual([
    ...loadBalancers.map((host) => `Load balancer ${host}`),
    ...workers.map((host, index) => `Worker ${host}, ${index + 1} of 3`),
  ]);
  expect(await check()).toEqual([]);
  const after = await Promise.all(workers.map(mainPid));
  expect(after.filter((pid, index) => pid === before[index])).toEqual([]);
  expect(
    await Promise.all(loadBalancers.map((host) => root.root(host, 'systemctl show -p MainPID --value haproxy'))),
  ).toEqual(haproxies);
  const { workers: states, locks, leases } = await status(ground.context());
  expect(states.every(({ rotation }) => [...rotation.values()].every((state) => state === 'in'))).toBe(true);
  expect([locks, leases]).toEqual([[], []]);
});

it('a configuration that its program refuses never reaches the running service, nor one with which it can not start', async () => {
  const good = await root.root('lb1', `cat ${HAPROXY}`);
  const at = await root.at('lb1');
  const [setup] = setupsOf(ground.lab.cluster, 'lb1', {
    hostKeys: [],
    authorizedKeys: '',
    own: { interface: 'host0' },
  }).filter(({ role }) => role === 'load-balancer');
  const own = setup?.files.find(({ path }) => path === HAPROXY);
  const put = (content: string) => at.run(writeFiles([file(HAPROXY, content, own)])).catch((error) => error.failure);
  await ground.underLoad(async () =>
    expect(await put(`${good}oops\n`)).toMatchObject({ code: 'file-refused', host: 'lb1' }),
  );
  // sshd has that port. HAProxy lets go of its own for a moment when it finds out, so no customers come meanwhile.
  expect(await put(`${good}\nfrontend taken\n    bind :22\n    default_backend pos\n`)).toMatchObject({
    code: 'not-taken',
    host: 'lb1',
    left: expect.stringContaining('is back'),
  });
  expect(await root.root('lb1', `cat ${HAPROXY}`)).toBe(good);
  expect(await check()).toEqual([]);
});

it('a unit with which the app does not answer is taken back, before another worker is touched', async () => {
  const broken: Cluster = {
    ...ground.lab.cluster,
    workers: { ...ground.lab.cluster.workers, start: ['sleep', '600'] },
  };
  const before = await Promise.all(workers.map(mainPid));
  await ground.underLoad(() =>
    expect(root.provision({}, broken)).rejects.toMatchObject({ code: 'not-taken', failure: { host: 'worker1' } }),
  );
  expect((await mainPid('worker2')) === before[1] && (await mainPid('worker3')) === before[2]).toBe(true);
  await ground.inRotation();
  expect(await ground.served()).toEqual(['one', 'one', 'one']);
  expect(await check()).toEqual([]);
});

it("a server that somebody drained stays drained over a reload, and Buka's own figures of it are the configuration's", async () => {
  await ground.runtime('lb1', 'set server pos/worker3 state drain');
  try {
    await root.root('lb1', `echo '# mine' >> ${HAPROXY}`);
    expect(seen(await root.provision({ hosts: ['lb1'] }))).toEqual([`lb1 ${HAPROXY}: other content`]);
    const state = await ground.runtime('lb1', 'show servers state pos');
    const row = state
      .split('\n')
      .find((line) => line.includes(' worker3 '))
      ?.split(' ');
    expect(row?.[6]).toBe('8');
    await root.root('lb1', 'systemctl restart haproxy');
    expect(await ground.runtime('lb1', 'show servers state pos')).toMatch(/ worker3 \S+ \S+ 0 /);
  } finally {
    await ground.runtime('lb1', 'set server pos/worker3 state ready');
    await ground.inRotation();
  }
});

it('what would cut customers off is left to a person, who moves the address away first', async () => {
  const { loadBalancers: balancers, ...rest } = ground.lab.cluster;
  const other: Cluster = { ...rest, loadBalancers: { ...balancers, masterSocket: '/run/haproxy-other.sock' } };
  const process = await root.root('lb1', 'systemctl show -p MainPID --value haproxy');
  await expect(root.provision({ hosts: ['lb1'] }, other)).rejects.toMatchObject({ code: 'restart-needed' });
  expect(await root.root('lb1', 'systemctl show -p MainPID --value haproxy')).toBe(process);
  await root.root('lb1', 'systemctl stop keepalived');
  expect((await root.provision({ hosts: ['lb1'] }, other)).outcome).toBe('changed');
  expect(await root.root('lb1', 'systemctl is-active keepalived; test -S /run/haproxy-other.sock && echo there')).toBe(
    'active\nthere\n',
  );
  await root.root('lb1', 'systemctl stop keepalived');
  await root.provision({ hosts: ['lb1'] });
  expect(await check()).toEqual([]);
});

it('a load balancer whose HAProxy lives, and serves nobody, loses the address', async () => {
  const address = ground.lab.cluster.loadBalancers.address ?? '';
  const holder = async () => {
    const has = await Promise.all(
      loadBalancers.map(async (host) =>
        (await root.root(host, 'ip -o address')).includes(`${address}/`) ? [host] : [],
      ),
    );
    return has.flat().join();
  };
  const until = async (host: string) => {
    for (let tries = 0; tries < 100 && (await holder()) !== host; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await holder()).toBe(host);
  };
  await until('lb1');
  await root.root('lb1', 'systemctl kill --kill-whom=all -s STOP haproxy');
  try {
    await until('lb2');
  } finally {
    await root.root('lb1', 'systemctl kill --kill-whom=all -s CONT haproxy');
  }
  await until('lb1');
});

it('the deploy user may do what a rollout needs, and no more', async () => {
  const listed = await root.root('worker1', 'sudo -l -U deploy');
  expect(
    listed
      .slice(listed.indexOf('may run'))
      .split('\n')
      .slice(1)
      .map((line) => line.trim())
      .filter(Boolean),
  ).toEqual([
    ...['start', 'stop', 'restart', 'reset-failed'].map(
      (verb) => `(root) NOPASSWD: /usr/bin/systemctl ${verb} pos.service`,
    ),
    '(root) NOPASSWD: /usr/bin/readlink ^/proc/[0-9]+/cwd$',
  ]);
  for (const host of ['lb1', 'monitor1'])
    expect(await root.root(host, 'sudo -l -U deploy || :')).toContain('not allowed to run sudo');
});

it('the app runs in its sandbox: it reads its release, writes nowhere but in its own folder, and is root nowhere', async () => {
  const show = await root.root('worker1', 'systemd-analyze security --no-pager pos.service | tail -n 1');
  expect(show).toMatch(/OK|SAFE/);
  expect((await root.root('worker1', 'ps -o user= -p $(systemctl show -p MainPID --value pos)')).trim()).toBe('pos');
});

it('every machine is measured', async () => {
  const ask = (query: string) => root.root('monitor1', `promtool query instant http://127.0.0.1:9090 '${query}'`);
  /** What was measured last may be from before the address came back. */
  const comesTo = async (query: string, value: number) => {
    let answer = '';
    for (let tries = 0; tries < 60 && !answer.includes(`=> ${value} `); tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      answer = await ask(query);
    }
    expect(`${query} ${answer}${await ask('up == 0')}`).toContain(`=> ${value} `);
  };
  await comesTo('sum(up{job!="app"})', 14);
  await comesTo('count(up{job="node"})', 8);
  await comesTo('min(probe_success{job="availability"})', 1);
  await comesTo('sum(haproxy_server_status{state="UP",proxy="pos"})', 6);
});

it('a request is in the log of its load balancer, with its times', async () => {
  await ground.ask(`http://${ground.lab.cluster.hosts.get('lb1')?.address}/slow`);
  const log = await root.root('lb1', 'journalctl --sync; journalctl -q -t haproxy -n 20 -o cat');
  expect(log).toMatch(/pos-in pos\/worker\d \d+\/\d+\/\d+\/\d+\/\d+ 200 .*"GET \/slow HTTP\/1\.1"/);
});

it('a role whose configuration somebody else wrote is left alone', async () => {
  await root.root('lb2', `sed -i 1d ${HAPROXY}; echo '# mine' >> ${HAPROXY}`);
  const before = await root.root('lb2', `cat ${HAPROXY}`);
  const report = await root.provision();
  expect(report).toEqual({
    outcome: 'nothing-to-change',
    differences: [],
    byHand: [{ host: 'lb2', roles: ['load-balancer'] }],
  });
  expect(await root.root('lb2', `cat ${HAPROXY}`)).toBe(before);
  await root.root('lb2', `mv ${HAPROXY} /root/`);
  expect(seen(await root.provision())).toEqual([`lb2 ${HAPROXY}: missing`]);
});
