import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Cluster, parseCluster } from '../../src/cluster';
import { type LoadBalancer, loadBalancer } from '../../src/load-balancer';
import type { Remote } from '../../src/remote';
import { type Duration, milliseconds, seconds } from '../../src/units';
import { type LocalRemote, localRemote } from '../remote/local-remote';
import { StandInMaster, type StandInProcess } from './stand-in-master';

const up = () => ({ admin: 0, inFlight: 0, status: 'UP', check: 'L7OK' });
const process2 = (pid: number, more: Partial<StandInProcess> = {}): StandInProcess => ({
  pid,
  servers: { worker1: up(), worker2: up(), worker3: up() },
  ...more,
});

let master: StandInMaster;
let remote: LocalRemote | undefined;
const home = process.env.HOME;

beforeEach(async () => {
  master = new StandInMaster();
  await master.start();
  process.env.HOME = join(master.folder, 'home');
  mkdirSync(process.env.HOME);
  master.processes = [process2(101)];
});

afterEach(async () => {
  const folder = join(master.folder, 'home/.buka/pos/worker1');
  // A guard ends within a second of its mark.
  const guard = read(join(folder, 'guard.pid'));
  if (guard !== '' && existsSync(`/proc/${guard}`)) process.kill(Number(guard));
  remote?.close();
  remote = undefined;
  process.env.HOME = home;
  await master.stop();
});

const read = (path: string) => {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
};

function cluster(section = 'backend: pos'): Cluster {
  return parseCluster(
    `service: pos
ssh: { user: deploy }
hosts: { lb1: 10.0.0.1, worker1: 10.0.0.2, worker2: 10.0.0.3, worker3: 10.0.0.4 }
load-balancers: { kind: haproxy, hosts: [lb1], master-socket: ${master.socket}, ${section} }
workers: { hosts: [worker1, worker2, worker3], port: 3000, health: /readyz }
release: { include: [dist] }
`,
    'buka.yml',
  );
}

function driver(options: { path?: string[]; cluster?: Cluster; lease?: Duration } = {}): LoadBalancer {
  remote = localRemote({ path: options.path ?? [], host: { name: 'lb1' } });
  return loadBalancer(options.cluster ?? cluster(), remote.host, remote, options.lease);
}

/** A folder in which the named programs fail: for PATH, in front of the real ones. */
function without(...programs: string[]): string {
  const folder = join(master.folder, `without-${programs.join('-')}`);
  mkdirSync(folder);
  for (const program of programs) {
    writeFileSync(join(folder, program), '#!/bin/sh\nexit 1\n');
    chmodSync(join(folder, program), 0o755);
  }
  return folder;
}

const failure = async (work: Promise<unknown>) => {
  try {
    await work;
  } catch (error) {
    return error as { code: string; message: string };
  }
  throw new Error('nothing failed');
};

const clients = ['socat', 'nc', 'perl', 'python3'];
const present = clients.filter((client) =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => read(join(folder, client)) !== ''),
);

it.each(present)('a load balancer that has only %s is drained all the same', async (client) => {
  const lb = driver({ path: [without(...clients.filter((other) => other !== client))] });
  expect(await lb.drain('worker1', { deadline: seconds(20) })).toMatchObject({ kind: 'drained' });
  expect((await lb.observe()).workers.get('worker1')).toMatchObject({ inRotation: false, drainedByBuka: true });
});

it('says what to install where nothing can speak to a socket', async () => {
  const error = await failure(driver({ path: [without(...clients)] }).observe());
  expect(error).toMatchObject({ code: 'tool-missing' });
  expect(error.message).toContain('apt-get install socat');
});

describe('a process that a reload left behind and that no longer lists its servers', () => {
  it('counts as unknown, never as idle', async () => {
    master.processes.push(process2(99, { old: true, headerOnly: true }));
    const outcome = await driver().drain('worker1', { deadline: milliseconds(500) });
    expect(outcome).toMatchObject({ kind: 'still-in-flight', inFlight: 0, unreadable: 1 });
  });

  it('is waited for until it has ended', async () => {
    master.processes.push(process2(99, { old: true, headerOnly: true }));
    master.beforeAnswer = (answered) => {
      if (answered > 15) master.processes = master.processes.filter(({ old }) => !old);
    };
    expect(await driver().drain('worker1', { deadline: seconds(20) })).toMatchObject({ kind: 'drained' });
    expect(master.processes).toHaveLength(1);
  });
});

it('what workers have answered is read whatever the health check wrote beside it', async () => {
  Object.assign(master.processes[0]?.servers.worker1 ?? {}, { counts: [90, 10, 3, 40] });
  const old = { ...up(), counts: [300, 0, 0, 20] as const };
  master.processes.push(process2(99, { old: true, servers: { worker1: old } }));
  const view = (await driver().observe()).workers.get('worker1');
  // 100 requests of 40 ms in one process, 300 of 20 ms in the other.
  const traffic = { responses: 400, serverErrors: 10, failed: 3, meanTime: 25 };
  expect(view?.servers).toEqual([expect.objectContaining({ traffic })]);
});

it('a worker that no check is configured for comes back when its lease runs out, on no word but that', async () => {
  const server = Object.assign(master.processes[0]?.servers.worker1 ?? up(), { unchecked: true, check: '' });
  const lb = driver({ lease: seconds(2) });
  await lb.drain('worker1', { deadline: milliseconds(500) });
  expect((await lb.observe()).workers.get('worker1')).toMatchObject({ inRotation: false, lease: { alive: true } });
  while (server.admin !== 0) await new Promise((resolve) => setTimeout(resolve, 100));
  while (existsSync(join(master.folder, 'home/.buka/pos/worker1/mark')))
    await new Promise((resolve) => setTimeout(resolve, 100));
});

/** Programs that answer as on a host whose systemd-logind has this policy; the user is `deploy`, in a session of its own. */
function sessionWith(policy: string): string {
  const folder = join(master.folder, 'logind');
  mkdirSync(folder);
  const program = (name: string, text: string) =>
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  program(
    'cat',
    '[ "$*" != /proc/self/cgroup ] || exec echo 0::/user.slice/user-1000.slice/session-3.scope; exec /bin/cat "$@"',
  );
  program('id', 'echo deploy');
  program('busctl', `printf '${policy}'`);
  return folder;
}

it.each([
  ['b true\\nas 0\\nas 1 "root"\\n', 'guard-killed'],
  ['b true\\nas 1 "deploy"\\nas 1 "root"\\n', 'guard-killed'],
  ['b true\\nas 0\\nas 2 "root" "deploy"\\n', 'drained'],
  ['b true\\nas 1 "guest"\\nas 1 "root"\\n', 'drained'],
  ['b false\\nas 0\\nas 1 "root"\\n', 'drained'],
])('no worker is drained where systemd-logind would kill its guard: %s', async (policy, end) => {
  const drain = driver({ path: [sessionWith(policy)] }).drain('worker1', { deadline: seconds(5) });
  expect(
    await drain.then(
      ({ kind }) => kind,
      ({ code }) => code,
    ),
  ).toBe(end);
  expect(master.processes[0]?.servers.worker1?.admin).toBe(end === 'drained' ? 8 : 0);
});

it('a step is one message: all of it fits into the ten segments that are sent at once', async () => {
  const sent: number[] = [];
  remote = localRemote({ host: { name: 'lb1' } });
  const never: Remote = {
    host: remote.host,
    run: ({ text, values }) => {
      sent.push(Buffer.byteLength(text + JSON.stringify(values)));
      return Promise.reject(new Error('not sent'));
    },
  };
  const lb = loadBalancer(cluster(), never.host, never);
  const asked = [
    lb.observe(),
    lb.drain('worker1', { deadline: seconds(1) }),
    lb.maintain('worker1'),
    lb.check('worker1', { deadline: seconds(1) }),
    lb.readmit('worker1'),
    lb.renew(['worker1', 'worker2']),
  ];
  await Promise.allSettled(asked);
  expect(sent).toHaveLength(6);
  // RFC 6928, less what SSH and a long list of workers add.
  expect(Math.max(...sent)).toBeLessThan(12_000);
});

it('one reading without requests in flight is not enough', async () => {
  const [current] = master.processes;
  const server = current?.servers.worker1 ?? up();
  // Idle in one reading, busy in the next, as between two requests of one client. No guard reads in between.
  let readings = 0;
  master.beforeAnswer = () => {
    readings += 1;
    server.inFlight = server.admin === 8 && readings < 40 ? readings % 2 : 0;
  };
  const lb = driver({ path: [without('setsid')] });
  expect(await lb.drain('worker1', { deadline: seconds(20) })).toMatchObject({ kind: 'drained' });
  expect(readings).toBeGreaterThanOrEqual(40);
});

it('a worker that is down can be drained', async () => {
  const server = master.processes[0]?.servers.worker1;
  Object.assign(server ?? {}, { status: 'DOWN', check: 'L4CON' });
  expect(await driver().drain('worker1', { deadline: seconds(20) })).toMatchObject({ kind: 'drained' });
});

it('a readmission does not overtake a drain that is on its way, though another driver of the connection asks', async () => {
  const server = Object.assign(master.processes[0]?.servers.worker1 ?? up(), { inFlight: 1 });
  const local = localRemote({ host: { name: 'lb1' } });
  remote = local;
  // Two scripts on one connection start in no order.
  const slow: Remote = {
    host: local.host,
    run: async (script, options) => {
      if (script.name.startsWith('drain')) await new Promise((resolve) => setTimeout(resolve, 500));
      return local.run(script, options);
    },
  };
  const drained = failure(loadBalancer(cluster(), slow.host, slow).drain('worker1', { deadline: seconds(5) }));
  await loadBalancer(cluster(), slow.host, slow).readmit('worker1');
  expect(await drained).toMatchObject({ code: 'superseded' });
  expect(server.admin).toBe(0);
});

it('a check that is overtaken by the next step does nothing, and leaves the worker to the step after', async () => {
  const server = Object.assign(master.processes[0]?.servers.worker1 ?? up(), { unchecked: true, check: '' });
  const local = localRemote({ host: { name: 'lb1' } });
  remote = local;
  let first = true;
  const slow: Remote = {
    host: local.host,
    run: async (script, options) => {
      const late = first && script.name.startsWith('check');
      if (late) first = false;
      if (late) await new Promise((resolve) => setTimeout(resolve, 500));
      return local.run(script, options);
    },
  };
  const lb = loadBalancer(cluster(), slow.host, slow);
  await lb.drain('worker1', { deadline: seconds(5) });
  await lb.maintain('worker1');
  const overtaken = failure(lb.check('worker1', { deadline: seconds(5) }));
  await lb.maintain('worker1');
  expect(await overtaken).toMatchObject({ code: 'superseded' });
  expect(server.admin).toBe(1);
  expect(await lb.check('worker1', { deadline: seconds(10) })).toMatchObject({ passed: true });
});

it('a change that HAProxy does not take is an error, not a success', async () => {
  Object.defineProperty(master.processes[0]?.servers.worker1 ?? {}, 'admin', { get: () => 0, set: () => {} });
  const error = await failure(driver().drain('worker1', { deadline: milliseconds(300) }));
  expect(error).toMatchObject({ code: 'not-applied' });
});

it.each([
  ['too-old', '1.9.16', 'admin'],
  ['socket-denied', '2.6.12', 'operator'],
])('is refused before anything changes: %s', async (code, version, level) => {
  Object.assign(master, { version, level });
  expect(await failure(driver().drain('worker1', { deadline: seconds(1) }))).toMatchObject({ code });
  expect(master.commands.filter((command) => command.includes('set server'))).toEqual([]);
});

it.each(['po s', 'pos;show info', 'pos<<', 'pos\nshow info', '$(id)'])(
  'a backend named %j never reaches the Runtime API',
  (backend) => {
    const wrong = { ...cluster(), loadBalancers: { ...cluster().loadBalancers, backends: [backend] } };
    expect(() => driver({ cluster: wrong })).toThrow(expect.objectContaining({ code: 'unusable-name' }));
  },
);
