import type { Finding } from '../../src/doctor';
import { r1 } from '../rollout/ground';
import { backup, failure, Hosts } from './hosts';

let hosts: Hosts;
beforeEach(() => {
  hosts = new Hosts();
});

const told = (all: readonly Finding[], host: string, what: string) => {
  const found = all.filter((one) => one.host === host && one.what === what);
  expect(found).toHaveLength(1);
  return found[0] as Finding;
};
/** Everything that isn't well, as `host what verdict`. */
const notWell = (all: readonly Finding[]) =>
  all.filter(({ verdict }) => verdict !== 'ok').map(({ host, what, verdict }) => `${host} ${what} ${verdict}`);

test('a cluster that is as it should be has nothing that is wrong or was left unchecked', async () => {
  const all = await hosts.check();
  expect(notWell(all)).toEqual([]);
  expect(all.length).toBeGreaterThan(40);
});

test('whatever is wrong says what to do next', async () => {
  hosts.away = { lb2: failure('unreachable', 'lb2') };
  hosts.workers.worker1 = { ...hosts.workers.worker1, probe: { mayRestart: false, folder: 'missing', healthy: false } };
  hosts.backups = failure('program-missing', 'backup1');
  const all = await hosts.check();
  const bad = all.filter(({ verdict }) => verdict === 'wrong');
  expect(bad.length).toBeGreaterThan(4);
  for (const { next } of bad) expect(next).toMatch(/\S/);
});

describe('a host that is away', () => {
  test('hides no other, and nothing of it is called well', async () => {
    hosts.away = { worker2: failure('unreachable', 'worker2') };
    hosts.workers.worker1 = { ...hosts.workers.worker1, probe: { mayRestart: false } };
    const all = await hosts.check();
    const own = all.filter(({ host }) => host === 'worker2');
    expect(own.filter(({ verdict }) => verdict === 'ok')).toEqual([]);
    expect(own.filter(({ verdict }) => verdict === 'wrong').map(({ what }) => what)).toEqual(['reachable']);
    expect(told(all, 'worker2', 'sudo').verdict).toBe('unchecked');
    expect(told(all, 'worker1', 'sudo').verdict).toBe('wrong');
    expect(told(all, 'lb1', 'HAProxy').verdict).toBe('ok');
  });

  test('is waited for once', async () => {
    hosts.away = { worker2: failure('unreachable', 'worker2') };
    await hosts.check();
    expect(hosts.asked.filter((name) => name === 'worker2')).toHaveLength(1);
  });

  test('and unknown says how its key is collected', async () => {
    hosts.away = { worker2: failure('unreachable', 'worker2') };
    hosts.knownHosts = hosts.knownHosts
      .split('\n')
      .filter((line) => !line.startsWith('10.0.0.22 '))
      .join('\n');
    const key = told(await hosts.check(), 'worker2', 'host key');
    expect(key).toMatchObject({ verdict: 'wrong', code: 'host-key-unknown' });
    expect(key.next).toContain('ssh-keyscan 10.0.0.22 >> known_hosts');
  });

  test('every one of them leaves every check unchecked', async () => {
    hosts.away = Object.fromEntries(
      [...hosts.cluster.hosts.keys()].map((name) => [name, failure('unreachable', name)]),
    );
    const all = await hosts.check();
    expect(all.filter(({ verdict }) => verdict === 'ok')).toEqual([]);
    expect(all.filter(({ verdict }) => verdict === 'wrong')).toHaveLength(hosts.cluster.hosts.size);
  });

  test('is away with its jump host, which is named', async () => {
    hosts.away = { worker1: failure('unreachable', 'bastion') };
    expect(told(await hosts.check(), 'worker1', 'reachable')).toMatchObject({
      verdict: 'unchecked',
      seen: expect.stringContaining('bastion'),
    });
  });
});

test.each([
  ['host-key-mismatch', ['ok', 'wrong', 'unchecked']],
  ['host-key-unknown', ['ok', 'wrong', 'unchecked']],
  ['authentication-failed', ['ok', 'ok', 'wrong']],
  ['shell-unusable', ['ok', 'ok', 'wrong']],
  ['unreachable', ['wrong', 'unchecked', 'unchecked']],
])('%s is told where it stands between the way there, the host key and the login', async (code, verdicts) => {
  hosts.away = { lb1: failure(code, 'lb1') };
  const all = await hosts.check();
  expect(['reachable', 'host key', 'login'].map((what) => told(all, 'lb1', what).verdict)).toEqual(verdicts);
});

test.each([
  ['tools', { missingTools: ['flock'] }, 'coreutils'],
  ['folder', { folder: 'missing' as const }, 'install -d -o deploy'],
  ['folder', { folder: 'read-only' as const }, 'chown deploy'],
  ['room', { diskFree: 1000 as never }, 'df -h /srv/pos'],
  ['unit', { unit: { load: 'not-found', active: 'inactive', sub: 'dead' } }, 'systemctl status pos.service'],
  ['sudo', { mayReadRelease: false }, 'sudoers'],
  ['env file', { envFile: 'unreadable' as const }, 'chgrp deploy /etc/pos/env'],
  ['app', { healthy: false, answer: '503' }, 'journalctl -u pos.service'],
])('a worker without its %s is told, with the command that mends it', async (what, probe, next) => {
  hosts.workers.worker2 = { active: r1, running: r1, probe };
  const all = await hosts.check();
  expect(told(all, 'worker2', what)).toMatchObject({ verdict: 'wrong', next: expect.stringContaining(next) });
  expect(notWell(all).filter((one) => one.endsWith(' wrong'))).toEqual([`worker2 ${what} wrong`]);
});

test('before the first deploy no app is expected, and none is called well', async () => {
  hosts.workers = { worker1: { healthy: false }, worker2: { healthy: false } };
  hosts.backups = [];
  const all = await hosts.check();
  expect(notWell(all).filter((one) => one.endsWith(' wrong'))).toEqual([]);
  expect(told(all, 'worker1', 'app')).toMatchObject({
    verdict: 'unchecked',
    next: expect.stringContaining('buka deploy'),
  });
  expect(told(all, 'backup1', 'newest backup').verdict).toBe('unchecked');
  expect(told(all, 'lb1', 'checks').verdict).toBe('unchecked');
});

describe('a load balancer', () => {
  test('whose socket is closed to the user is told, and its names are not called well', async () => {
    hosts.refuses = { lb1: failure('socket-denied', 'lb1') };
    const all = await hosts.check();
    expect(['HAProxy', 'worker names', 'checks'].map((what) => told(all, 'lb1', what).verdict)).toEqual([
      'wrong',
      'unchecked',
      'unchecked',
    ]);
    expect(told(all, 'lb2', 'HAProxy').verdict).toBe('ok');
  });

  test('that does not know a worker answers, but for that', async () => {
    hosts.refuses = { lb1: failure('unknown-server', 'lb1') };
    const all = await hosts.check();
    expect(told(all, 'lb1', 'HAProxy').verdict).toBe('ok');
    expect(told(all, 'lb1', 'worker names')).toMatchObject({ verdict: 'wrong', next: 'Mend unknown-server.' });
  });

  test('that does not get through to a healthy worker is told', async () => {
    hosts.workers.worker2 = { active: r1, running: r1, rotation: 'down' };
    expect(told(await hosts.check(), 'lb2', 'checks')).toMatchObject({
      verdict: 'wrong',
      seen: expect.stringContaining('worker2'),
      next: expect.stringContaining('curl -i http://10.0.0.22:3000/readyz'),
    });
  });

  test.each([
    [['lb1'], {}, ['ok', 'ok']],
    [[], {}, ['wrong', 'wrong']],
    [['lb1', 'lb2'], {}, ['wrong', 'wrong']],
    [[], { lb2: failure('unreachable', 'lb2') }, ['unchecked', 'unchecked']],
  ])('the shared address on %j is judged by all of them', async (holders, away, verdicts) => {
    hosts.holders = holders;
    hosts.away = away;
    const all = await hosts.check();
    expect(['lb1', 'lb2'].map((name) => told(all, name, 'address 10.0.0.10').verdict)).toEqual(verdicts);
  });
});

test.each([
  ['ok', [backup(5)]],
  ['wrong', [backup(50)]],
  ['wrong', []],
  ['wrong', [backup(2, { proven: undefined } as never)]],
  ['wrong', [backup(50), backup(2, { broken: 'a table differs' })]],
])('the newest proven backup is %s', async (verdict, backups) => {
  hosts.backups = backups;
  expect(told(await hosts.check(), 'backup1', 'newest backup').verdict).toBe(verdict);
});

test('a backup program that refuses is told, and its backups are not called well', async () => {
  hosts.backups = failure('program-missing', 'backup1');
  const all = await hosts.check();
  expect(told(all, 'backup1', 'backup program')).toMatchObject({ verdict: 'wrong', code: 'program-missing' });
  expect(told(all, 'backup1', 'newest backup').verdict).toBe('unchecked');
});

describe('clocks', () => {
  test('the odd one is told', async () => {
    hosts.ahead = { worker2: -90 };
    const all = await hosts.check();
    expect(notWell(all)).toEqual(['worker2 clock wrong']);
    expect(told(all, 'worker2', 'clock').seen).toBe('90 s behind most hosts');
  });

  test('also when that is this machine', async () => {
    hosts.ahead = Object.fromEntries([...hosts.cluster.hosts.keys()].map((name) => [name, 120]));
    const all = await hosts.check();
    expect(notWell(all)).toEqual(['this machine clock wrong']);
    expect(told(all, 'this machine', 'clock').seen).toBe('120 s behind the hosts');
  });
});

test('a disk that is nearly full is told', async () => {
  hosts.free = 100e6 as never;
  expect(told(await hosts.check(), 'db1', 'disk')).toMatchObject({
    verdict: 'wrong',
    seen: expect.stringMatching(/100\.0 MB/),
  });
});

test('a fault in Buka is no finding', async () => {
  hosts.away = { lb1: new TypeError('x is not a function') as never };
  await expect(hosts.check()).rejects.toThrow('x is not a function');
});
