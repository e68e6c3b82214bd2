import { backupProgram, restoreProgram } from '../../src/backup';
import { noFacts, type Setup, setupsOf } from '../../src/provision';
import { setup } from '../../src/provision/setup';
import { cluster, facts } from './cluster';

const on = (host: string, of = cluster(), known = facts): Setup => {
  const [setup, ...others] = setupsOf(of, host, known).filter(({ role }) => role !== 'every');
  if (setup === undefined || others.length > 0) throw new Error(`${host} has one role`);
  return setup;
};
const file = (setup: Setup, path: string) => setup.files.find((one) => one.path === path);
const content = (setup: Setup, path: string) => file(setup, path)?.content;

describe('the backup server', () => {
  it('has the program, and lets the ssh user of buka.yml run it as its account, without arguments', () => {
    const setup = on('backup1');
    expect(file(setup, '/usr/local/lib/buka/backup')).toMatchObject({
      content: backupProgram,
      mode: 0o755,
      owner: 'root',
    });
    expect(file(setup, '/etc/sudoers.d/buka-backup')).toEqual({
      path: '/etc/sudoers.d/buka-backup',
      content: 'ops ALL=(buka-backup) NOPASSWD: /usr/local/lib/buka/backup ""\n',
      mode: 0o440,
      owner: 'root',
      group: 'root',
      checkedBy: 'visudo',
    });
    expect(setup.users).toEqual(['ops']);
  });

  it('has the settings that its program reads', () => {
    expect(file(on('backup1'), '/etc/buka/backup/pos/settings')).toMatchObject({
      content: [
        ...['engine=postgresql', 'host=10.0.0.31', 'port=5432', 'database=shop', 'user=buka_backup'],
        ...['keep_last=3', 'keep_daily=4', 'keep_weekly=2', 'keep_releases=6', ''],
      ].join('\n'),
      mode: 0o640,
      owner: 'root',
      group: 'buka-backup',
    });
  });

  it('keeps its secrets from everyone but root and the account, which can change neither the password nor who logs in', () => {
    const setup = on('backup1');
    expect(setup.secrets.map(({ path, mode, owner, group }) => [path, mode, owner, group])).toEqual([
      ['/etc/buka/backup/pos/password', 0o640, 'root', 'buka-backup'],
      ['/etc/buka/backup/pos/pgpass', 0o600, 'buka-backup', 'buka-backup'],
    ]);
    const owner = (path: string) => setup.folders.find((one) => one.path === path)?.owner;
    for (const path of ['/etc/buka/backup/pos', '/var/lib/buka-backup', '/var/lib/buka-backup/.ssh'])
      expect([path, owner(path)]).toEqual([path, 'root']);
    expect(file(setup, '/var/lib/buka-backup/.ssh/authorized_keys')).toMatchObject({ owner: 'root', mode: 0o644 });
    expect(setup.folders.find(({ path }) => path === '/var/lib/buka-backup/pos')).toMatchObject({
      owner: 'buka-backup',
      mode: 0o700,
    });
  });

  it('lets the database host fetch backups of this service, and nothing else', () => {
    const keys = (authorizedKeys: string) =>
      content(on('backup1', cluster(), { ...facts, authorizedKeys }), '/var/lib/buka-backup/.ssh/authorized_keys');
    const ours = 'command="/usr/local/lib/buka/backup restore-source pos",restrict ssh-ed25519 AAAAdb\n';
    expect(keys('')).toBe(ours);
    const others = 'command="/usr/local/lib/buka/backup restore-source post",restrict ssh-ed25519 AAAAother\n';
    const stale = ours.replace('AAAAdb', 'AAAAold');
    // Whichever service comes last, the file is the same.
    const both = ours + others;
    expect(keys(`${others}${stale}ssh-ed25519 AAAAstranger\ncommand="/bin/sh",restrict ssh-ed25519 AAAAs\n`)).toBe(
      both,
    );
    expect([keys(ours + others), keys(others + ours)]).toEqual([both, both]);
    expect(keys(`${others.trim()} any comment\n`)).toBe(ours);
    expect(content(on('backup1', cluster(), noFacts), '/var/lib/buka-backup/.ssh/authorized_keys')).toBeUndefined();
  });

  it("has a PostgreSQL of the server's own major version for proofs, and no cluster of its own", () => {
    const packages = (known = facts) => on('backup1', cluster(), known).packages.map(({ name }) => name);
    expect(packages()).toEqual(['restic', 'openssh-server', 'sudo', 'postgresql-15']);
    expect(packages(noFacts)).toEqual(['restic', 'openssh-server', 'sudo']);
    expect(on('backup1').preparation.map(({ content: text }) => text)).toEqual(['create_main_cluster = false\n']);
  });

  it('makes a backup each night and reads all of them each week, as its account', () => {
    const setup = on('backup1');
    expect(setup.units).toEqual(['buka-backup@pos.timer', 'buka-backup-verify@pos.timer']);
    for (const [unit, verb] of [
      ['buka-backup', 'nightly'],
      ['buka-backup-verify', 'verify'],
    ]) {
      const service = content(setup, `/etc/systemd/system/${unit}@.service`);
      expect(service).toContain(`\nExecStart=/usr/local/lib/buka/backup ${verb} %i\n`);
      expect(service).toContain('\nUser=buka-backup\n');
    }
  });
});

describe('the database host', () => {
  it('has the program, and lets the ssh user of buka.yml run it as postgres, without arguments', () => {
    const setup = on('db1');
    expect(file(setup, '/usr/local/lib/buka/restore')).toMatchObject({
      content: restoreProgram,
      mode: 0o755,
      owner: 'root',
    });
    expect(file(setup, '/etc/sudoers.d/buka-restore')).toMatchObject({
      content: 'dba ALL=(postgres) NOPASSWD: /usr/local/lib/buka/restore ""\n',
      mode: 0o440,
      checkedBy: 'visudo',
    });
  });

  it("knows where the backups are and the backup server's keys, by its port, and has a key that only postgres reads", () => {
    const setup = on('db1');
    expect(content(setup, '/etc/buka/restore/pos/settings')).toBe(
      'engine=postgresql\ndatabase=shop\nsource=buka-backup@10.0.0.41\nport=2222\n',
    );
    expect(content(setup, '/etc/buka/restore/pos/known_hosts')).toBe(
      '[10.0.0.41]:2222 ssh-ed25519 AAAAe\n[10.0.0.41]:2222 ssh-rsa AAAAr\n',
    );
    expect(content(on('db1', cluster('port: 2222, ', '')), '/etc/buka/restore/pos/known_hosts')).toContain(
      '10.0.0.41 ssh-rsa',
    );
    expect(setup.secrets).toEqual([
      { kind: 'key', path: '/etc/buka/restore/pos/key', owner: 'postgres', group: 'postgres', mode: 0o600 },
    ]);
  });

  it('gets no second PostgreSQL beside the one that it has', () => {
    expect(on('db1').packages[0]).toEqual({ name: 'postgresql', unless: '/usr/lib/postgresql/*/bin/postgres' });
  });
});

describe('every host', () => {
  it('has each folder after the one that it is in, each file in one of them, and only sudo files that are checked', () => {
    for (const host of ['backup1', 'db1', 'lb1', 'worker1']) {
      const { folders, files, secrets } = on(host);
      const paths = folders.map(({ path }) => path);
      expect(paths).toEqual(
        [...paths].sort((one, other) => Number(one.startsWith(`${other}/`)) - Number(other.startsWith(`${one}/`))),
      );
      for (const { path, checkedBy } of files)
        expect([path, checkedBy === 'visudo']).toEqual([path, path.startsWith('/etc/sudoers.d/')]);
      for (const { path } of secrets) expect(paths).toContain(path.slice(0, path.lastIndexOf('/')));
    }
  });

  it('is left as it is where nothing is asked of it: no backup, no monitoring, no keys of the deploy user', () => {
    const without = cluster('backup: { host: backup1, keep: { last: 3, daily: 4, weekly: 2 } }\n', '');
    expect(setupsOf(without, 'db1', facts)).toEqual([setup('every', {})]);
  });
});

describe('in continuous mode', () => {
  const of = cluster('backup: { host: backup1,', 'backup: { host: backup1, mode: continuous,');
  const known = { ...facts, postgresCluster: 'main' };

  it('the backup server receives the log all the time', () => {
    const setup = on('backup1', of, known);
    expect(content(setup, '/etc/buka/backup/pos/settings')).toContain('mode=continuous\n');
    expect(setup.units).toContain('buka-backup-receive@pos.service');
    expect(content(setup, '/etc/systemd/system/buka-backup-receive@.service')).toContain(
      'ExecStart=/usr/local/lib/buka/backup receive %i\n',
    );
    expect(on('backup1').units.join()).not.toContain('receive');
  });

  it('a restore on the database host may stop and start that one server, and nothing else as root', () => {
    const setup = on('db1', of, known);
    expect(content(setup, '/etc/buka/restore/pos/settings')).toContain('mode=continuous\nversion=15\ncluster=main\n');
    expect(file(setup, '/etc/sudoers.d/buka-restore-server')).toMatchObject({
      content:
        'postgres ALL=(root) NOPASSWD: /usr/bin/systemctl stop postgresql@15-main.service, /usr/bin/systemctl start postgresql@15-main.service\n',
      mode: 0o440,
      checkedBy: 'visudo',
    });
    expect(file(on('db1'), '/etc/sudoers.d/buka-restore-server')).toBeUndefined();
  });
});
