import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ClusterFileError, loadCluster, parseCluster } from '../../src/cluster';
import { having, VALID } from './files';

const plus = (text: string) => parseCluster(VALID + text);

describe('a buka.yml that is right', () => {
  test('gets sensible defaults for all that it leaves out', () => {
    const cluster = parseCluster(VALID);
    expect(cluster.rollout).toEqual({
      batch: { hosts: 1 },
      canary: undefined,
      minAvailable: 2,
      drainTimeout: 30_000,
      onDrainTimeout: 'cut',
      startTimeout: 60_000,
      healthyAfter: 3,
      lockTimeout: 900_000,
      maxUnreachable: 0,
      onFailure: 'revert',
    });
    expect(cluster.release.keep).toBe(5);
    expect(cluster.workers.unit).toBe('pos.service');
    expect(cluster.workers.root).toBe('/srv/pos');
    expect(cluster.loadBalancers.masterSocket).toBe('/run/haproxy-master.sock');
    expect(cluster.hosts.get('worker1')).toEqual({ name: 'worker1', address: '10.0.0.21', port: 22, user: 'deploy' });
    expect(cluster.hosts.get('worker3')).toEqual({ name: 'worker3', address: '10.0.0.23', port: 2222, user: 'ops' });
  });

  test('may keep more out of rotation, by number or by share, and min-available follows', () => {
    expect(plus('rollout: { batch: 2 }').rollout.minAvailable).toBe(1);
    // A share is rounded down: half of three is one.
    expect(plus('rollout: { batch: 50% }').rollout).toMatchObject({ batch: { percent: 50 }, minAvailable: 2 });
  });

  test('may let workers be left out, and min-available follows, so that the others can still be switched', () => {
    expect(plus('rollout: { max-unreachable: 1 }').rollout).toMatchObject({ maxUnreachable: 1, minAvailable: 1 });
    const { rollout } = plus('rollout: { max-unreachable: 1, min-available: 1, on-drain-timeout: wait }');
    expect(rollout).toMatchObject({ maxUnreachable: 1, minAvailable: 1, onDrainTimeout: 'wait' });
  });

  test('may say who is told of alerts, one address or several', () => {
    const mail = (to: string) =>
      plus(`monitoring: { host: lb1, alerts: { mail: { to: ${to}, from: a@b.example, server: 'b.example:25' } } }`);
    expect(mail('x@b.example').monitoring?.alerts?.mail?.to).toEqual(['x@b.example']);
    expect(mail('[x@b.example, y@b.example]').monitoring?.alerts?.mail?.to).toEqual(['x@b.example', 'y@b.example']);
    expect(plus('monitoring: { host: lb1 }').monitoring).toMatchObject({ host: { name: 'lb1' } });
  });

  test('may name several backends, and other names for the servers in them', () => {
    const text = having('  backend: pos', '  backend: [pos, admin]\n  servers: { worker1: web-1 }');
    const { backends, servers } = parseCluster(text).loadBalancers;
    expect(backends).toEqual(['pos', 'admin']);
    expect([...servers]).toEqual([
      ['worker1', 'web-1'],
      ['worker2', 'worker2'],
      ['worker3', 'worker3'],
    ]);
  });

  test('reaches every host through the jump host, and that one directly', () => {
    const text = having('  lb1:', '  bastion: 10.0.0.2\n  lb1:').replace('{ user: deploy }', '{ jump: bastion }');
    const { hosts, workers } = parseCluster(text);
    expect(workers.hosts.every(({ jump }) => jump?.name === 'bastion')).toBe(true);
    expect(hosts.get('bastion')?.jump).toBeUndefined();
  });

  test.each([
    ['node dist/migrate.js', ['node', 'dist/migrate.js']],
    [`node  'dist/my migrate.js' --to="the end"`, ['node', 'dist/my migrate.js', '--to=the end']],
    [`''`, ['']],
  ])('splits the migration %j into words', (text, words) => {
    const file = having('  include:', `  migrate: ${JSON.stringify(text)}\n  include:`);
    expect(parseCluster(file).release.migrate).toEqual(words);
  });

  test('gives a migration that is a list as it is, shell signs and all', () => {
    const file = having('  include:', '  migrate: [sh, -c, "a && b"]\n  include:');
    expect(parseCluster(file).release.migrate).toEqual(['sh', '-c', 'a && b']);
  });

  test('may use anchors', () => {
    const file = having('hosts: [lb1, lb2]', 'hosts: &lbs [lb1, lb2]').replace('[worker1, worker2, worker3]', '*lbs');
    expect(parseCluster(file).workers.hosts.map(({ name }) => name)).toEqual(['lb1', 'lb2']);
  });

  test('is loaded from the example that the demo deploys', async () => {
    const cluster = await loadCluster('examples/pos/buka.yml');
    expect(cluster.workers.hosts.length).toBeGreaterThan(2);
  });

  test('may have every section of the design', () => {
    const cluster = plus(`
rollout: { batch: 1, canary: { hosts: 1, watch: 60s }, min-available: 2, drain-timeout: 30s, on-failure: revert }
database: { kind: postgresql, host: lb1, name: pos }
backup: { host: lb1, keep: { last: 7, daily: 14, weekly: 8 }, before-deploy: required }
monitoring: { host: lb2 }
slo: { window: 7d, availability: 99.9, mean-response-time: 3s }
`);
    expect(cluster.rollout.canary).toEqual({ hosts: 1, watch: 60_000, responseTime: 'load-balancers' });
    expect(cluster.database?.host.name).toBe('lb1');
  });

  const database = 'database: { kind: postgresql, host: lb1, name: pos }';

  test('makes a backup before each deploy unless it says no, and keeps the usual number of them', () => {
    expect(plus(`${database}\nbackup: { host: lb2, keep: { daily: 30 } }`).backup).toMatchObject({
      host: { name: 'lb2' },
      keep: { last: 7, daily: 30, weekly: 8 },
      beforeDeploy: true,
    });
    expect(plus(`${database}\nbackup: { host: lb2, before-deploy: no }`).backup?.beforeDeploy).toBe(false);
  });

  test('has every backup proven unless it leaves that to the night', () => {
    expect(plus(`${database}\nbackup: { host: lb2 }`).backup?.proof).toBe('every');
    expect(plus(`${database}\nbackup: { host: lb2, proof: nightly }`).backup?.proof).toBe('nightly');
  });
});

describe('a buka.yml that is wrong', () => {
  const mistakes = (text: string): string[] => {
    try {
      parseCluster(text);
    } catch (error) {
      return (error as ClusterFileError).problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
    }
    return [];
  };

  test.each([
    ['a mistyped key', ['ssh: { user', 'ssh: { usr'], ['2:8 unknown key "usr" in ssh; did you mean "user"?']],
    [
      'a mistyped key of a host',
      ['port: 2222', 'prt: 2222'],
      ['8:34 unknown key "prt" in hosts.worker3; did you mean "port"?'],
    ],
    [
      'a mistyped section',
      ['release:\n', 'relaese:\n'],
      [
        '1:1 release is missing; it must be a mapping of keys to values',
        '17:1 unknown key "relaese" at the top level; did you mean "release"?',
      ],
    ],
    [
      'a key that is like none',
      ['ssh: { user', 'ssh: { x: 1, user'],
      ['2:8 unknown key "x" in ssh; known are user, port, jump, authorized-keys'],
    ],
    [
      'a backup of no database',
      ['  include: [dist]\n', '  include: [dist]\nbackup: { host: lb1 }\n'],
      ['19:1 backup needs database: what is it to make backups of?'],
    ],
    [
      'the continuous mode for a database that has none',
      [
        '  include: [dist]\n',
        '  include: [dist]\ndatabase: { kind: mariadb, host: lb1, name: pos }\nbackup: { host: lb2, mode: continuous }\n',
      ],
      ['20:28 only postgresql has backups in continuous mode, mariadb has not'],
    ],
    [
      'a wish for backups that are never proven',
      [
        '  include: [dist]\n',
        '  include: [dist]\ndatabase: { kind: postgresql, host: lb1, name: pos }\nbackup: { host: lb1, proof: no }\n',
      ],
      ['20:29 backup.proof must be one of every, nightly; found "no"'],
    ],
    [
      "a deploy's backup that is proven at night, and is not made",
      [
        '  include: [dist]\n',
        '  include: [dist]\ndatabase: { kind: postgresql, host: lb1, name: pos }\nbackup: { host: lb1, proof: nightly, before-deploy: no }\n',
      ],
      ["20:29 only a deploy's backup is left to the night, and with before-deploy: no there is none"],
    ],
    [
      'a switch for backups that is neither on nor off',
      [
        '  include: [dist]\n',
        '  include: [dist]\ndatabase: { kind: postgresql, host: lb1, name: pos }\nbackup: { host: lb1, before-deploy: yes }\n',
      ],
      ['20:37 backup.before-deploy must be one of required, no; found "yes"'],
    ],
    ['a mistyped host', ['[lb1, lb2]', '[lb1, bl2]'], ['11:16 "bl2" is not a host under hosts; did you mean "lb2"?']],
    ['a host twice', ['[lb1, lb2]', '[lb1, lb1]'], ['11:16 "lb1" is in load-balancers.hosts twice']],
    ['an address twice', ['10.0.0.22', '10.0.0.21'], ['7:12 worker2 has the address and port of worker1']],
    [
      'an address that is none',
      ['10.0.0.22', '10.0.0.322'],
      ['7:12 hosts.worker2 must be an IP address or a DNS name; found "10.0.0.322"'],
    ],
    [
      'one worker',
      ['[worker1, worker2, worker3]', '[worker1]'],
      ['14:10 workers.hosts must be a list with at least 2 hosts; found ["worker1"]'],
    ],
    ['another load balancer', ['haproxy', 'nginx'], ['10:9 load-balancers.kind must be haproxy; found "nginx"']],
    [
      'a server of nobody',
      ['  backend: pos', '  backend: pos\n  servers: { wroker1: web }'],
      ['13:14 "wroker1" in load-balancers.servers is not in workers.hosts; did you mean "worker1"?'],
    ],
    [
      'a server of two',
      ['  backend: pos', '  backend: pos\n  servers: { worker1: worker2 }'],
      ['13:23 worker1 and worker2 can\'t both be the server "worker2"'],
    ],
    ['a port out of range', ['3000', '70000'], ['15:9 workers.port must be a port: 1 to 65535; found 70000']],
    [
      'a missing value',
      ['  health: /readyz', '  health:'],
      [
        '16:10 workers.health must be a path that starts with a slash and has no . or .. in it, such as /readyz; found nothing',
      ],
    ],
    [
      'a missing key',
      ['  health: /readyz\n', ''],
      [
        '13:1 workers.health is missing; it must be a path that starts with a slash and has no . or .. in it, such as /readyz',
      ],
    ],
    [
      'a way out of the app folder',
      ['[dist]', '[dist, a/../../b]'],
      [
        '18:19 release.include[2] must be a path relative to the app\'s folder, without . or .. in it; found "a/../../b"',
      ],
    ],
    [
      'a shell in the migration',
      ['  include', '  migrate: node a.js && rm b\n  include'],
      [
        '18:12 release.migrate must be one program with its arguments: no shell reads it, so & has no meaning; write it as a list, [program, argument, …], or call a script of the release; found "node a.js && rm b"',
      ],
    ],
    [
      'an open quote in the migration',
      ['  include', '  migrate: node "a.js\n  include'],
      [
        '18:12 release.migrate must be a command with its quotes closed; or write it as a list, [program, argument, …], or call a script of the release; found "node \\"a.js"',
      ],
    ],
    [
      'text instead of a mapping',
      ['ssh: { user: deploy }', 'ssh: deploy'],
      ['2:6 ssh must be a mapping of keys to values; found "deploy"'],
    ],
    ['a key twice', ['  lb2:', '  lb1:'], ['5:3 Map keys must be unique']],
    ['a list as a key', ['  lb2:', '  ? [a]\n  :'], ["5:5 a key can't be a list or a mapping"]],
    ['a name that JavaScript keeps', ['  lb2:', '  __proto__:'], ['5:3 "__proto__" can\'t be a key; a name is text']],
  ])('%s is named with its place', (_, [old = '', now = ''], expected) => {
    expect(mistakes(having(old, now))).toEqual(expected);
  });

  test.each([
    ['batch: 3', '19:19 rollout.batch takes 3 of 3 workers out of rotation, which leaves 0; one must stay'],
    [
      'batch: 2, min-available: 2',
      '19:19 rollout.batch takes 2 of 3 workers out of rotation, which leaves 1; rollout.min-available asks for 2',
    ],
    ['batch: 100%', '19:19 rollout.batch takes 3 of 3 workers out of rotation, which leaves 0; one must stay'],
    ['batch: 0', '19:19 rollout.batch must be a number of workers such as 1, or a share of them such as 50%; found 0'],
    [
      'batch: half',
      '19:19 rollout.batch must be a number of workers such as 1, or a share of them such as 50%; found "half"',
    ],
    [
      'min-available: 3',
      '19:1 rollout.batch takes 1 of 3 workers out of rotation, which leaves 2; rollout.min-available asks for 3',
    ],
    [
      'canary: { hosts: 3, watch: 60s }',
      '19:29 rollout.canary takes 3 of 3 workers out of rotation, which leaves 0; one must stay',
    ],
    [
      'drain-timeout: 30',
      '19:27 rollout.drain-timeout must be a length of time from 1s to 24h, with its unit: 500ms, 30s, 2m, 1h or 7d; found 30',
    ],
    [
      'drain-timeout: 2d',
      '19:27 rollout.drain-timeout must be a length of time from 1s to 24h, with its unit: 500ms, 30s, 2m, 1h or 7d; found "2d"',
    ],
    [
      'max-unreachable: 2',
      '19:29 rollout.max-unreachable leaves out 2 of 3 workers while another one is switched, which leaves 0; one must stay',
    ],
    [
      'max-unreachable: 1, min-available: 2',
      '19:29 rollout.max-unreachable leaves out 1 of 3 workers while another one is switched, which leaves 1; rollout.min-available asks for 2',
    ],
    ['max-unreachable: some', '19:29 rollout.max-unreachable must be a whole number from 0 to 1000; found "some"'],
    [
      'canary: { hosts: 1, watch: 60s, response-time: app }',
      '19:59 without monitoring there is nobody to ask; name its host: monitoring: { host: … }',
    ],
    ['canary: { watch: 60s }', '19:12 rollout.canary.hosts is missing; it must be a whole number from 1 to 1000'],
    [
      'canary: { hosts: 1 }',
      '19:12 rollout.canary.watch is missing; it must be a length of time from 1s to 24h, with its unit: 500ms, 30s, 2m, 1h or 7d',
    ],
    [
      'canary: { hosts: 1, watch: 0s }',
      '19:39 rollout.canary.watch must be a length of time from 1s to 24h, with its unit: 500ms, 30s, 2m, 1h or 7d; found "0s"',
    ],
    ['on-drain-timeout: abort', '19:30 rollout.on-drain-timeout must be one of wait, cut, fail; found "abort"'],
    ['on-failure: revrt', '19:24 rollout.on-failure must be one of revert, halt, freeze; found "revrt"'],
  ])('a rollout with %s is refused', (setting, expected) => {
    expect(mistakes(`${VALID}rollout: { ${setting} }\n`)).toEqual([expected]);
  });

  test.each([
    ['alerts: {}', '19:34 monitoring.alerts must be a webhook, a mail, or both; found {}'],
    [
      'alerts: { webhook: "https://me:secret@example.com" }',
      '19:45 monitoring.alerts.webhook must be an address such as https://hooks.example.com/alerts, without a password in it; found "https://me:secret@example.com"',
    ],
    [
      'alerts: { mail: { to: "a@b.example\\nBcc: c@d.example", from: a@b.example, server: "b.example:25" } }',
      '19:48 monitoring.alerts.mail.to must be a mail address; found "a@b.example\\nBcc: c@d.example"',
    ],
    [
      'alerts: { mail: { to: a@b.example, from: a@b.example, server: b.example } }',
      '19:88 monitoring.alerts.mail.server must be a mail server with its port, such as mail.example.com:25; found "b.example"',
    ],
    [
      'url: https://shop.example.com/readyz',
      '19:31 monitoring.url must be an address without a path, such as https://shop.example.com; found "https://shop.example.com/readyz"',
    ],
  ])('a monitoring with %s is refused', (setting, expected) => {
    expect(mistakes(`${VALID}monitoring: { host: lb1, ${setting} }\n`)).toEqual([expected]);
  });

  test('tells every mistake at once, in the order of the file', () => {
    const text = having('service: pos', 'service: POS').replace('3000', '0').replace('lb2]', 'lb3]');
    expect(mistakes(text).map((line) => line.split(' ')[0])).toEqual(['1:10', '11:16', '15:9']);
  });

  test('is an error of configuration that names the file and says that nothing was changed', () => {
    expect(() => parseCluster('service: [', 'staging.yml')).toThrow(
      /staging\.yml:1:\d+: .*\n {2}left: Nothing was changed/s,
    );
    expect(() => parseCluster('')).toThrow(/the file must be a mapping of keys to values; found nothing/);
  });

  test('with aliases that would fill the memory is refused', () => {
    const bomb = Array.from({ length: 9 }, (_, at) => `a${at + 1}: &a${at + 1} [${Array(9).fill(`*a${at}`)}]`);
    expect(() => parseCluster(`a0: &a0 [x]\n${bomb.join('\n')}`)).toThrow();
  });

  test('that is not there says how to name it', async () => {
    await expect(loadCluster('/nowhere/buka.yml')).rejects.toMatchObject({ code: 'buka-yml-missing' });
  });

  test('is found by its path', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'buka-'));
    const path = join(folder, 'buka.yml');
    await writeFile(path, 'service: 1\n');
    await expect(loadCluster(path)).rejects.toMatchObject({ code: 'buka-yml-invalid', problems: expect.any(Array) });
    expect(await readFile(path, 'utf8')).toBe('service: 1\n');
    await rm(folder, { recursive: true });
  });
});
