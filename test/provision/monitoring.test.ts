import { parse } from 'yaml';
import { setupsOf } from '../../src/provision';
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
    expect(contentOf(every('db1', of), '/etc/default/prometheus-node-exporter')).not.toContain('textfile');
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
