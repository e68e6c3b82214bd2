import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { setupsOf } from '../../src/provision';
import { run } from '../alerts/prometheus';
import { cluster, contentOf, facts, machineCluster, own, roleOf } from './cluster';

const PROMETHEUS = '/etc/prometheus/prometheus.yml';
const BLACKBOX = '/etc/prometheus/blackbox.yml';
const ALERTMANAGER = '/etc/prometheus/alertmanager.yml';

interface Job {
  readonly job_name: string;
  readonly scrape_interval?: string;
  readonly static_configs: readonly { readonly targets: readonly string[]; readonly labels?: Record<string, string> }[];
}
const jobs = (of = machineCluster()): Job[] => parse(contentOf(roleOf('monitor1', of), PROMETHEUS)).scrape_configs;
const targets = (name: string, of = machineCluster()) =>
  jobs(of)
    .find(({ job_name }) => job_name === name)
    ?.static_configs.flatMap((one) => one.targets);

describe('the monitoring host', () => {
  it('asks every machine how it is, by the name that people know it by', () => {
    expect(jobs().find(({ job_name }) => job_name === 'node')?.static_configs).toEqual(
      [
        ['lb1', '10.0.0.11'],
        ['lb2', '10.0.0.12'],
        ['worker1', '10.0.0.21'],
        ['worker2', '10.0.0.22'],
        ['monitor1', '10.0.0.51'],
      ].map(([host, address]) => ({ targets: [`${address}:9100`], labels: { host } })),
    );
    expect(targets('haproxy')).toEqual(['10.0.0.11:8405', '10.0.0.12:8405']);
  });

  it("asks each worker's app for its own figures, which response times are read from", () => {
    expect(jobs().find(({ job_name }) => job_name === 'app')?.static_configs).toEqual([
      { targets: ['10.0.0.21:3000'], labels: { host: 'worker1' } },
      { targets: ['10.0.0.22:3000'], labels: { host: 'worker2' } },
    ]);
  });

  it('asks for the app as a customer does: through the shared address, or else through each load balancer', () => {
    expect(targets('availability')).toEqual(['http://10.0.0.10/readyz']);
    expect(targets('availability', machineCluster('10.0.0.10', "'fd00::10'"))).toEqual(['http://[fd00::10]/readyz']);
    expect(targets('availability', machineCluster('address: 10.0.0.10, ', ''))).toEqual([
      'http://10.0.0.11/readyz',
      'http://10.0.0.12/readyz',
    ]);
  });

  it('asks what customers type, where that is not the load balancers themselves', () => {
    const of = machineCluster('{ host: monitor1 }', '{ host: monitor1, url: https://shop.example.com }');
    expect(targets('availability', of)).toEqual(['https://shop.example.com/readyz']);
  });

  it("keeps its figures for five weeks, and for longer than the objectives' window", () => {
    const kept = (of = machineCluster()) =>
      /retention.time=(\w+)/.exec(contentOf(roleOf('monitor1', of), '/etc/default/prometheus'))?.[1];
    expect(kept()).toBe('35d');
    expect(kept(machineCluster('service: pos\n', 'service: pos\nslo: { window: 90d }\n'))).toBe('97d');
  });

  describe('tells', () => {
    const told = (alerts: string) => {
      const of = machineCluster('{ host: monitor1 }', `{ host: monitor1, alerts: ${alerts} }`);
      return contentOf(roleOf('monitor1', of), ALERTMANAGER);
    };
    const receivers = (alerts: string) => parse(told(alerts)).receivers;
    const mail = '{ to: [a@example.com, b@example.com], from: buka@example.com, server: mail.example.com:25 }';

    it('whom buka.yml says, when it begins and when it is over', () => {
      expect(receivers('{ webhook: https://hooks.example.com/a }')).toEqual([
        { name: 'people', webhook_configs: [{ url: 'https://hooks.example.com/a', send_resolved: true }] },
      ]);
      expect(receivers(`{ mail: ${mail} }`)).toMatchObject([
        {
          name: 'people',
          email_configs: [
            { to: 'a@example.com, b@example.com', smarthost: 'mail.example.com:25', send_resolved: true },
          ],
        },
      ]);
    });

    it('nobody without it', () => {
      expect(parse(contentOf(roleOf('monitor1'), ALERTMANAGER))).toMatchObject({
        route: { receiver: 'nobody' },
        receivers: [{ name: 'nobody' }],
      });
    });

    it('in a configuration that Alertmanager takes, as Prometheus does the rules', () => {
      const folder = mkdtempSync(join(tmpdir(), 'buka-monitoring-'));
      try {
        const path = join(folder, 'file.yml');
        for (const content of [
          told(`{ webhook: http://10.0.0.9:8080/, mail: ${mail} }`),
          told('{ webhook: https://a.example/b?c=d }'),
        ]) {
          writeFileSync(path, content);
          expect(run('amtool', ['check-config', path])).toContain('SUCCESS');
        }
        writeFileSync(path, contentOf(roleOf('monitor1'), '/etc/prometheus/buka/pos.yml'));
        expect(run('promtool', ['check', 'rules', path])).toContain('SUCCESS');
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  });

  it('lets nobody in but who is on it', () => {
    const setup = roleOf('monitor1');
    for (const name of ['prometheus', 'prometheus-alertmanager', 'prometheus-blackbox-exporter'])
      expect(contentOf(setup, `/etc/default/${name}`)).toContain('--web.listen-address=127.0.0.1:');
  });

  it('has its configurations checked by the programs that read them', () => {
    const checked = roleOf('monitor1').files.flatMap(({ path, checkedBy }) => (checkedBy ? [[path, checkedBy]] : []));
    expect(checked).toEqual([
      [BLACKBOX, 'blackbox'],
      [ALERTMANAGER, 'amtool'],
      ['/etc/prometheus/buka/pos.yml', 'promtool-rules'],
      [PROMETHEUS, 'promtool'],
    ]);
  });
});

describe('every machine', () => {
  const every = (host: string, of = machineCluster()) => {
    const [one] = setupsOf(of, host, { ...facts, own });
    if (one?.role !== 'every') throw new Error('it comes first');
    return one;
  };

  it('tells the monitoring host how it is, and nobody else', () => {
    for (const host of ['lb1', 'worker2', 'monitor1']) {
      expect(every(host).packages).toContainEqual({ name: 'prometheus-node-exporter' });
      expect(contentOf(every(host), '/etc/systemd/system/prometheus-node-exporter.service.d/buka.conf')).toContain(
        'IPAddressDeny=any\nIPAddressAllow=localhost 10.0.0.51\n',
      );
    }
  });

  it('that holds backups tells of them, too', () => {
    const of = cluster('service: pos\n', 'service: pos\nmonitoring: { host: lb1 }\n');
    expect(contentOf(every('backup1', of), '/etc/default/prometheus-node-exporter')).toContain(
      '--collector.textfile.directory=/var/lib/buka-backup/metrics',
    );
  });

  it('that is a worker tells its release, of every service on it, and each machine its addresses', () => {
    const options = contentOf(every('worker1'), '/etc/default/prometheus-node-exporter');
    expect(options).toContain('--collector.textfile.directory=/srv/*/metrics');
    expect(contentOf(every('lb1'), '/etc/default/prometheus-node-exporter')).toContain(
      '--collector.netdev.address-info',
    );
  });

  it('lets the deploy user in with the keys of buka.yml, and has none without', () => {
    const setup = every('worker1');
    expect(setup.accounts).toEqual([{ name: 'deploy', home: '/home/deploy', shell: '/bin/sh', login: true }]);
    expect(setup.files.find(({ path }) => path === '/home/deploy/.ssh/authorized_keys')).toEqual({
      path: '/home/deploy/.ssh/authorized_keys',
      content: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA== ci\n',
      ...{ owner: 'deploy', group: 'deploy', mode: 0o600 },
    });
    const [without] = setupsOf(cluster(), 'worker1', { ...facts, own });
    expect(without?.accounts).toEqual([]);
  });
});
