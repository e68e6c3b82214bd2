import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { alertRules, pageOf } from '../../src/alerts';
import {
  CERTIFICATE,
  cluster,
  disk,
  healthy,
  memory,
  onBackup,
  PROBE,
  release,
  requests,
  server,
  sharedAddress,
  up,
} from './healthy';
import { type AllSeries, expectFiring, rulesOf } from './prometheus';

/** Three hours of values 30 s after each other. */
const COUNT = 360;
const fine = healthy(COUNT, 30);
/** For an hour all is well, then it is as told. */
const hour = (before: number | string, then: string) => `${before}x120 ${then}`;
const fires = (changed: AllSeries, expected: readonly string[], at = '2h', of = cluster()) =>
  expectFiring({ cluster: of, series: { ...fine, ...changed }, interval: '30s', at }, expected);
const without = (name: string): AllSeries => Object.fromEntries(Object.entries(fine).filter(([key]) => key !== name));

test('where nothing is wrong nobody is told anything', () => {
  for (const at of ['30m', '1h', '2h', '3h']) fires({}, [], at);
  expectFiring({ cluster: cluster(), series: fine, interval: '30s', at: '3h', wholeDay: true }, []);
});

describe('the error budget', () => {
  const DAY = 86_400 / 30;
  const burn = (probes: string, at: string, expected: readonly string[], of = cluster()) =>
    expectFiring({ cluster: of, series: { [PROBE]: probes }, interval: '30s', every: '4m', at }, [
      ...expected,
      // Of the rest of the cluster this series tells nothing.
      'BackupTooOld host=backup1',
      'BackupLogTooOld host=backup1',
    ]);

  test('burns in an hour what it may in 13: both the hour and its last minutes must tell so', () => {
    // A minute of errors is 1.7 % of an hour; 1.344 % is the limit.
    burn(`1x${DAY} 0 0 1x20`, '24h4m', ['ErrorBudgetBurns over=1h']);
    burn(`1x${DAY} 0 1x20`, '24h4m', []);
    // It is over: the last 5 min are well.
    burn(`1x${DAY} 0 0 1x200`, '24h8m', []);
  });

  test('burns slowly for hours, and for a day, and is told by the longer spans', () => {
    // One of 200 fails, 0.5 %: less than the 1.344 % of an hour, more than the 0.35 % of six and the 0.14 % of a day.
    const slowly = Array.from({ length: 16 }, () => '1x198 0').join(' ');
    burn(slowly, '24h56m', ['ErrorBudgetBurns over=1d']);
    const faster = Array.from({ length: 40 }, () => '1x78 0').join(' ');
    burn(faster, '25h40m', ['ErrorBudgetBurns over=6h', 'ErrorBudgetBurns over=1d']);
  });

  test('has the limits of the window and the objective in buka.yml', () => {
    const lazy = cluster('service: pos\n', 'service: pos\nslo: { availability: 99 }\n');
    burn(`1x${DAY} 0 0 1x20`, '24h4m', [], lazy);
    const short = cluster('service: pos\n', 'service: pos\nslo: { window: 6h }\n');
    expect(alertRules(short).filter(({ alert }) => alert === 'ErrorBudgetBurns')).toHaveLength(1);
  });
});

test('a mean response time beyond the objective is told, and one that was only slow for minutes is not', () => {
  fires({ [requests('sum')]: hour('0+60', '7200+1200x240') }, ['ResponseTimeTooLong'], '2h');
  // 3 s is the objective; six of sixty minutes at 4 s.
  fires({ [requests('sum')]: hour('0+60', '7200+1200x12 21600+60x220') }, [], '1h10m');
});

describe('what nobody measures', () => {
  test('is told when probes stop', () => {
    const stopped = { [PROBE]: hour(1, '_x240') };
    fires(stopped, [], '1h10m');
    fires(stopped, ['CoverageTooLow objective=availability'], '1h30m');
  });

  test('is told when too little of the last day was, but not to a monitoring that is younger', () => {
    // A probe a minute, and none for an hour and a half.
    const old = { [up('prometheus', 'monitor1')]: '1x1600' };
    const gap = { [PROBE]: '1x600 _x90 1x900', ...old };
    const told = (series: AllSeries, at: string, expected: readonly string[]) => {
      const plain = cluster('backup: { host: backup1, mode: continuous }\n');
      expectFiring({ cluster: plain, series, interval: '1m', every: '10m', at, wholeDay: true }, expected);
    };
    told(gap, '25h30m', ['CoverageTooLow objective=availability']);
    told(gap, '20h', []);
    told({ [PROBE]: '1x1600', ...old }, '25h30m', []);
  });

  test('is told when no worker tells of its requests, but not while one does', () => {
    const silent = hour(1, '0x240');
    const [one, other] = [up('app', 'worker1'), up('app', 'worker2')];
    fires({ [one]: silent, [other]: silent }, ['CoverageTooLow objective=response-time'], '2h5m');
    fires({ [one]: silent }, [], '2h5m');
  });
});

describe('a worker', () => {
  test('that a load balancer takes for dead is told by its name in buka.yml, whatever the load balancers call it', () => {
    fires({ [server('lb1', 'worker1', 'DOWN')]: hour(0, '1x240') }, ['WorkerDown host=worker1']);
    fires({ [server('lb2', 'web.2', 'DOWN')]: hour(0, '1x240') }, ['WorkerDown host=worker2']);
  });

  test('that is back within the minute, or was put in maintenance, is not', () => {
    fires({ [server('lb1', 'worker1', 'DOWN')]: hour(0, '1 1 0x240') }, [], '1h1m');
    fires({ [server('lb1', 'worker1', 'MAINT')]: `1x${COUNT}` }, []);
  });

  test('on another release than the others is told, unless it follows soon', () => {
    const both = (when: string) => ({
      [release('worker1', 'a1')]: hour(1, '_x240'),
      [release('worker1', 'b2')]: hour('_', when),
    });
    fires(both('1x240'), ['WorkersOnDifferentReleases'], '1h30m');
    const follows = {
      [release('worker2', 'a1')]: hour(1, '1x20 _x220'),
      [release('worker2', 'b2')]: hour('_', '_x20 1x220'),
    };
    for (const at of ['1h8m', '1h30m']) fires({ ...both('1x240'), ...follows }, [], at);
  });
});

describe('a machine', () => {
  test('that tells nothing of itself is told, by each exporter', () => {
    fires({ [up('node', 'db1')]: hour(1, '0x240') }, ['HostNotMeasured host=db1']);
    fires({ [up('haproxy', 'lb2')]: hour(1, '0x240') }, ['HostNotMeasured host=lb2']);
    fires({ [up('node', 'db1')]: hour(1, '0x2 1x240') }, [], '1h1m');
  });

  test('that the shared address moved to is told for a while, and nothing where it stays or is new', () => {
    const moved = {
      [sharedAddress('lb1')]: hour(1, '_x240'),
      [sharedAddress('lb2')]: hour('_', '1x240'),
    };
    fires(moved, [], '59m');
    fires(moved, ['LoadBalancerFailedOver host=lb2'], '1h3m');
    fires(moved, [], '1h8m');
    const isNew = { [sharedAddress('lb1')]: hour('_', '1x240') };
    fires(isNew, [], '1h3m');
  });

  test('with one load balancer, or without a shared address, has nothing to fail over', () => {
    const names = (of = cluster()) => alertRules(of).map(({ alert }) => alert);
    expect(names()).toContain('LoadBalancerFailedOver');
    expect(names(cluster('hosts: [lb1, lb2]', 'hosts: [lb1]'))).not.toContain('LoadBalancerFailedOver');
    expect(names(cluster('address: 10.0.0.10, ', ''))).not.toContain('LoadBalancerFailedOver');
  });

  test('has its shared address in the form that the exporter writes', () => {
    const long = cluster('address: 10.0.0.10', "address: 'FD00:0:0:0::0010'");
    expect(rulesOf(long)).toContain('address="fd00::10"');
  });
});

describe('what runs out', () => {
  const GB = 1_000_000_000;
  /** A gigabyte in 4 h, 6 in a day. */
  const falling = (from: number) => `${from * GB}-${GB / 480}x${COUNT}`;

  test('is told four days before, of disk and memory', () => {
    const of = { cluster: cluster(), interval: '30s', at: '2h' };
    // 23 GB are nearly four days; 38 are more than six.
    expectFiring({ ...of, series: { ...fine, [disk('node_filesystem_avail_bytes')]: falling(23) } }, [
      'DiskRunsOut host=db1 mountpoint=/var',
    ]);
    expectFiring({ ...of, series: { ...fine, [disk('node_filesystem_avail_bytes')]: falling(38) } }, []);
    const leaks = `1500000000-300000x${COUNT}`;
    expectFiring({ ...of, series: { ...fine, [memory('node_memory_MemAvailable_bytes')]: leaks } }, [
      'MemoryRunsOut host=worker1',
    ]);
  });

  test('is told when hardly any is left, of inodes too', () => {
    fires({ [disk('node_filesystem_avail_bytes')]: `${4 * GB}x${COUNT}` }, ['DiskRunsOut host=db1 mountpoint=/var']);
    fires({ [disk('node_filesystem_files_free')]: `40000x${COUNT}` }, ['DiskRunsOut host=db1 mountpoint=/var']);
    fires({ [memory('node_memory_MemAvailable_bytes')]: `${GB / 10}x${COUNT}` }, ['MemoryRunsOut host=worker1']);
  });

  test('is not told of what fills a disk that is nearly empty, as it is when it was just set up', () => {
    fires({ [disk('node_filesystem_avail_bytes')]: `${90 * GB}-${GB / 10}x${COUNT}` }, []);
  });
});

describe('backups', () => {
  const PROVEN = onBackup('buka_backup_newest_proven_timestamp_seconds');
  const SAFE = onBackup('buka_backup_wal_safe_timestamp_seconds');

  test('are told of when the newest proven one is older than 36 h, when there is none, and when nothing tells of them', () => {
    // Time is counted from 1970 there, so the newest one is from before.
    fires({ [PROVEN]: `-140000x${COUNT}` }, ['BackupTooOld host=backup1']);
    fires({ [PROVEN]: `-100000x${COUNT}` }, []);
    const of = { cluster: cluster(), interval: '30s', at: '2h' };
    expectFiring({ ...of, series: without(PROVEN) }, ['BackupTooOld host=backup1']);
  });

  test('are told of when the log does not arrive, in continuous mode alone', () => {
    fires({ [SAFE]: hour('0+30', '3600x240') }, ['BackupLogTooOld host=backup1'], '2h');
    fires({ [SAFE]: hour('0+30', '3600x240') }, [], '1h12m');
    expectFiring({ cluster: cluster(), series: without(SAFE), interval: '30s', at: '2h' }, [
      'BackupLogTooOld host=backup1',
    ]);
    expectFiring({ cluster: cluster(', mode: continuous'), series: without(SAFE), interval: '30s', at: '2h' }, []);
  });

  test('are told of when the repository can not all be read', () => {
    fires({ [onBackup('buka_backup_repository_readable')]: hour(1, '0x240') }, ['BackupDamaged host=backup1']);
  });
});

test('a certificate is told of two weeks before its end, where customers come by https', () => {
  fires({ [CERTIFICATE]: `${13 * 86_400}x${COUNT}` }, ['CertificateEnds']);
  fires({ [CERTIFICATE]: `${15 * 86_400}x${COUNT}` }, []);
  expect(rulesOf(cluster(", url: 'https://shop.example.com'"))).not.toContain('CertificateEnds');
});

describe('each alert', () => {
  const pages = join(import.meta.dirname, '../../docs/alerts');
  const names = [...new Set(alertRules(cluster()).map(({ alert }) => alert))];

  test('leads to a page that says what to do, and each page is of one', () => {
    const found = readdirSync(pages).filter((name) => name.endsWith('.md') && name !== 'README.md');
    expect(found.sort()).toEqual(names.map((name) => `${pageOf(name)}.md`).sort());
    for (const { alert, annotations } of alertRules(cluster())) {
      expect(annotations.runbook_url).toMatch(new RegExp(`/docs/alerts/${pageOf(alert)}\\.md$`));
      expect(readFileSync(join(pages, `${pageOf(alert)}.md`), 'utf8')).toMatch(new RegExp(`^# ${alert}\n`));
    }
  });

  test('is in the list of all', () => {
    const list = readFileSync(join(pages, 'README.md'), 'utf8');
    for (const name of names) expect(list).toContain(`[${name}](${pageOf(name)}.md)`);
    expect(existsSync(pages)).toBe(true);
  });
});
