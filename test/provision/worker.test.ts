import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contentOf, machineCluster, own, roleOf } from './cluster';

const UNIT = '/etc/systemd/system/pos.service';
const SUDOERS = '/etc/sudoers.d/buka-worker-pos';
const started = (start: string) => machineCluster('start: node dist/server.js', `start: ${start}`);
const line = (unit: string, key: string) => unit.split('\n').find((one) => one.startsWith(`${key}=`));

let here: string;
beforeEach(() => {
  here = mkdtempSync(join(tmpdir(), 'buka-worker-'));
});
afterEach(() => rmSync(here, { recursive: true }));

describe('the app', () => {
  it('runs as an account of its own, from whatever release is current, and can change nothing of it', () => {
    const { accounts, folders } = roleOf('worker1');
    const unit = contentOf(roleOf('worker1'), UNIT);
    expect(accounts).toEqual([{ name: 'pos', home: '/srv/pos', shell: '/usr/sbin/nologin' }]);
    expect(folders.find(({ path }) => path === '/srv/pos')).toMatchObject({
      owner: 'deploy',
      group: 'deploy',
      mode: 0o755,
    });
    expect(line(unit, 'User')).toBe('User=pos');
    expect(line(unit, 'WorkingDirectory')).toBe('WorkingDirectory=/srv/pos/current');
    expect(line(unit, 'ProtectSystem')).toBe('ProtectSystem=strict');
    expect(line(unit, 'CapabilityBoundingSet')).toBe('CapabilityBoundingSet=');
  });

  it.each([
    ['node dist/server.js', 'node dist/server.js'],
    ['/usr/bin/php-fpm8.2 -F', '/usr/bin/php-fpm8.2 -F'],
    ['bin/server --port 3000', '/srv/pos/current/bin/server --port 3000'],
    ['./server', '/srv/pos/current/server'],
    [
      `['node', 'a b', '50%', '$HOME', 'say "hi"', ';', 'back\\slash']`,
      `node "a b" 50%% $$HOME "say \\"hi\\"" ";" "back\\\\slash"`,
    ],
  ])('is started by %s, word for word', (start, command) => {
    expect(line(contentOf(roleOf('worker1', started(start)), UNIT), 'ExecStart')).toBe(`ExecStart=${command}`);
  });

  it.each(["'-x server'", "'+node a'", "['!node']", "'@a b'", "[':a']"])(
    'is not started by %s, which systemd reads as its own',
    (start) => {
      expect(() => started(start)).toThrow('workers.start must be a program');
    },
  );

  it('may have a port below 1024, and no other right of root for it', () => {
    const unit = contentOf(roleOf('worker1', machineCluster('port: 3000', 'port: 80')), UNIT);
    expect(line(unit, 'CapabilityBoundingSet')).toBe('CapabilityBoundingSet=CAP_NET_BIND_SERVICE');
    expect(line(unit, 'AmbientCapabilities')).toBe('AmbientCapabilities=CAP_NET_BIND_SERVICE');
  });

  it('waits for its first release, and is restarted for another unit only drained, until it answers', () => {
    const setup = roleOf('worker1');
    expect(setup.enabled).toEqual(['pos.service']);
    expect(setup.units).toEqual([]);
    const shownBy = { kind: 'http', port: 3000, path: '/readyz' };
    expect(setup.files.find(({ path }) => path === UNIT)?.tell).toEqual({
      unit: 'pos.service',
      how: 'restart',
      shownBy,
    });
  });

  it('has its environment where systemd and the migration read it, and nobody else', () => {
    const environment = {
      kind: 'environment',
      path: '/etc/pos/env',
      owner: 'root',
      group: 'staff',
      mode: 0o640,
      before: 'PORT=3000\n',
    };
    const deploy = { home: '/home/deploy', group: 'staff' };
    expect(roleOf('worker1', machineCluster(), { ...own, deploy }).secrets).toEqual([environment]);
    expect(
      line(contentOf(roleOf('worker1', machineCluster('env-file: /etc/pos/env, ', '')), UNIT), 'EnvironmentFile'),
    ).toBe('EnvironmentFile=/etc/pos/env');
  });

  it('whose start buka.yml does not tell gets no unit, and that is said', () => {
    const setup = roleOf('worker1', machineCluster(', start: node dist/server.js', ''));
    expect(setup.files.map(({ path }) => path)).toEqual([SUDOERS]);
    expect(setup.enabled).toEqual([]);
    expect(setup.byHand).toMatchObject([{ what: 'pos.service', code: 'start-missing' }]);
    expect(setup.claims).toEqual([{ path: UNIT }]);
  });
});

describe('the deploy user', () => {
  it('may have systemd start and stop this one service, see which release it runs, and nothing more', () => {
    expect(contentOf(roleOf('worker1'), SUDOERS)).toBe(
      [
        ...['start', 'stop', 'restart', 'reset-failed'].map((verb) => `/usr/bin/systemctl ${verb} pos.service`),
        '/usr/bin/readlink ^/proc/[0-9]+/cwd$',
      ]
        .map((command) => `deploy ALL=(root) NOPASSWD: ${command}\n`)
        .join(''),
    );
    expect(roleOf('worker1').members).toEqual([]);
  });

  it('has lines that sudo takes', () => {
    const path = join(here, 'sudoers');
    writeFileSync(path, contentOf(roleOf('worker1'), SUDOERS));
    chmodSync(path, 0o440);
    expect(spawnSync('visudo', ['-c', '-f', path], { encoding: 'utf8' })).toMatchObject({ status: 0 });
  });
});
