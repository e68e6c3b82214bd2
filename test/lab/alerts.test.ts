import { setTimeout } from 'node:timers/promises';
import { jest } from '@jest/globals';
import type { Archive } from '../../src/release';
import { deploy, status } from '../../src/rollout';
import { BackupGround } from './backup-ground';
import { OwnMemory } from './own-memory';
import { faults, type Ground, on, workers } from './rollout-ground';
import { Monitored } from './told';
import { Website } from './website';

/**
 * Each alert is caused, told to somebody, and told to be over. Time goes thirty times as fast for the rules. BackupLogTooOld
 * is in continuous.test.ts, where the backups are of that mode.
 */
jest.setTimeout(600_000);

let shop: BackupGround;
let ground: Ground;
let monitored: Monitored;
let one: Archive;

beforeAll(async () => {
  shop = await BackupGround.fresh();
  ground = shop.ground;
  // What earlier tests had proven is no more.
  await ground.root('backup1', 'rm -f /var/lib/buka-backup/metrics/pos.prom');
  one = await ground.release('one');
  await ground.runs(one);
  monitored = new Monitored(ground);
  await monitored.begin();
});

afterAll(async () => {
  await monitored?.end();
  await shop?.giveBack();
});

test('a cluster without a proven backup is told of, until there is one', async () => {
  await monitored.until('firing', 'BackupTooOld', { host: 'backup1' });
  await shop.take();
  await monitored.until('resolved', 'BackupTooOld', { host: 'backup1' });
});

test('a worker whose app does not answer', async () => {
  await monitored.fires(
    'WorkerDown',
    { host: 'worker1', severity: 'critical' },
    {
      cause: () => ground.root('worker1', 'systemctl stop pos'),
      mend: () => ground.root('worker1', 'systemctl start pos'),
    },
  );
});

test('a load balancer that is lost by power: the address moved, and the machine tells nothing', async () => {
  const { loadBalancers: seen } = await status(ground.context());
  const host = seen.find(({ hasAddress }) => hasAddress)?.name ?? '';
  const other = seen.find(({ name }) => name !== host)?.name ?? '';
  await ground.lab.powerOff(host);
  try {
    await monitored.until('firing', 'LoadBalancerFailedOver', { host: other });
    await monitored.until('firing', 'HostNotMeasured', { host, job: 'node' });
    await monitored.until('firing', 'HostNotMeasured', { host, job: 'haproxy' });
  } finally {
    await ground.lab.powerOn(host);
    await ground.lab.waitForSsh([host]);
  }
  await monitored.until('resolved', 'LoadBalancerFailedOver', { host: other });
  await monitored.until('resolved', 'HostNotMeasured', { host, job: 'node' });
  await monitored.until('resolved', 'HostNotMeasured', { host, job: 'haproxy' });
});

test('no worker answers: customers get errors, told by the spans of an hour and of six', async () => {
  const all = (verb: string) => Promise.all(workers.map((worker) => ground.root(worker, `systemctl ${verb} pos`)));
  await all('stop');
  try {
    await monitored.until('firing', 'ErrorBudgetBurns', { over: '1h', severity: 'critical' });
    await monitored.until('firing', 'ErrorBudgetBurns', { over: '6h' });
    await monitored.until('firing', 'ErrorBudgetBurns', { over: '1d', severity: 'warning' });
  } finally {
    await all('start');
  }
  await monitored.until('resolved', 'ErrorBudgetBurns', { over: '1h' });
  await monitored.until('resolved', 'ErrorBudgetBurns', { over: '6h' });
});

test('requests that take longer than the objective', async () => {
  let slow = true;
  const url = `http://${ground.lab.cluster.hosts.get('lb1')?.address}/long`;
  const asking = async () => {
    const answers: Promise<unknown>[] = [];
    for (; slow && answers.length < 400; await setTimeout(500)) answers.push(ground.ask(url));
    await Promise.all(answers);
  };
  let asked: Promise<void> = Promise.resolve();
  await monitored.fires(
    'ResponseTimeTooLong',
    { severity: 'warning' },
    {
      cause: async () => {
        asked = asking();
      },
      mend: () => {
        slow = false;
        return asked;
      },
    },
  );
});

test('nobody asks for the service any more', async () => {
  await monitored.fires(
    'CoverageTooLow',
    { objective: 'availability', severity: 'critical' },
    {
      cause: () => ground.root('monitor1', 'systemctl stop prometheus-blackbox-exporter'),
      mend: () => ground.root('monitor1', 'systemctl start prometheus-blackbox-exporter'),
    },
  );
});

test('a disk on which hardly anything is free, and, meanwhile, a machine whose memory is filled', async () => {
  const memory = new OwnMemory(ground, 'worker2');
  const fill =
    'mkdir -p /srv/small; mount -t tmpfs -o size=20M tmpfs /srv/small; head -c 20400000 /dev/zero >/srv/small/full';
  try {
    await memory.show();
    await Promise.all([
      monitored.fires(
        'DiskRunsOut',
        { host: 'db1', mountpoint: '/srv/small' },
        { cause: () => ground.root('db1', fill), mend: () => ground.root('db1', 'rm /srv/small/full') },
      ),
      monitored.fires('MemoryRunsOut', { host: 'worker2' }, { cause: memory.fill, mend: memory.free }),
    ]);
  } finally {
    await ground.root('db1', 'umount /srv/small && rmdir /srv/small || :');
    await memory.giveBack();
  }
});

test('a rollout that ended half way leaves two releases; while it runs nobody is told, and then its silence is gone', async () => {
  const broken = await ground.release('two', on(['worker2'], faults['does not start']));
  const context = ground.context();
  const seen = ground.when(
    context,
    ({ name, host }) => name === 'switched' && host === 'worker1',
    () => monitored.silences(),
  );
  expect(await deploy(context, broken)).toMatchObject({ outcome: 'failed' });
  expect(await seen()).toEqual([expect.stringContaining(`buka ${context.run.id}`)]);
  expect(await monitored.silences()).toEqual([]);
  expect(context.reporter.lines.filter((line) => line.includes('not muted'))).toEqual([]);
  await monitored.until('firing', 'WorkersOnDifferentReleases');
  await ground.runs(one);
  await monitored.until('resolved', 'WorkersOnDifferentReleases');
});

test('a repository in which something is missing', async () => {
  const pack = '$(ls -t /var/lib/buka-backup/pos/repository/data/*/* | tail -n 1)';
  const verify = 'cd /; su buka-backup -c "/usr/local/lib/buka/backup verify pos" || :';
  await monitored.fires(
    'BackupDamaged',
    { host: 'backup1' },
    {
      cause: () =>
        ground.root(
          'backup1',
          `pack=${pack}; echo "$pack" >/root/pack; cp -p "$pack" /root/good
        printf '\\377' | dd of="$pack" bs=1 seek=200 conv=notrunc 2>/dev/null; ${verify}`,
        ),
      mend: () => ground.root('backup1', `cat /root/good >"$(cat /root/pack)"; rm /root/good /root/pack; ${verify}`),
    },
  );
});

test('a certificate that nothing has renewed', async () => {
  await monitored.end();
  const website = new Website(ground);
  try {
    const { cluster } = ground.lab;
    const { monitoring } = cluster;
    if (monitoring === undefined) throw new Error('the lab has no monitoring');
    monitored = new Monitored(ground, { ...cluster, monitoring: { ...monitoring, url: await website.begin(3) } });
    await monitored.begin();
    await monitored.until('firing', 'CertificateEnds', { severity: 'warning' });
    await website.renew(90);
    await monitored.until('resolved', 'CertificateEnds', { severity: 'warning' });
  } finally {
    await website.end();
  }
});
