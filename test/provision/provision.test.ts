import type { Host } from '../../src/cluster';
import { hbaLine, type ProvisionOptions, provision } from '../../src/provision';
import type { Found } from '../../src/provision/survey';
import type { Remote, Script } from '../../src/remote';
import { RecordingReporter } from '../../src/reporter';
import { cluster, facts } from './cluster';

const people = ['ops', 'dba', 'deploy'];
const bare: Found = {
  places: new Map(),
  packages: new Set(),
  accounts: new Map(people.map((name) => [name, { id: 1000, home: '/home/x', shell: '/bin/sh', groups: [] }])),
  units: new Map(),
  claims: new Map(),
};

/** Hosts on which everything is missing, unless told otherwise, and nothing that is put right stays so. */
function bareHosts(more: Partial<Found> = {}) {
  const found = { ...bare, ...more };
  const opened: Host[] = [];
  const ran: { readonly host: string; readonly script: string }[] = [];
  const answer = ({ values }: Script<unknown>): unknown => {
    if ('authorized' in values) return { ...facts, reading: { kind: 'not-yet' } };
    if ('known' in values) {
      const hba = { path: '/hba', content: hbaLine(cluster()) };
      return {
        restoreKey: undefined,
        postgres: { kind: 'up', major: '15', reader: true, hba },
        source: { kind: 'not-yet' },
      };
    }
    if ('address' in values) return { interface: 'eth0', deploy: { home: '/home/deploy', group: 'deploy' } };
    if ('folders' in values && 'units' in values) return found;
    return undefined;
  };
  const remote = async (host: Host): Promise<Remote> => {
    opened.push(host);
    return {
      host,
      run: async (script) => {
        ran.push({ host: host.name, script: script.name });
        return answer(script) as never;
      },
    };
  };
  return { remote, opened, ran };
}

const run = (hosts: ReturnType<typeof bareHosts>, options: Partial<ProvisionOptions> = {}, of = cluster()) =>
  provision(
    { cluster: of, remote: hosts.remote, reporter: new RecordingReporter(), run: { id: 'run', by: 'somebody' } },
    { check: false, hosts: [], user: 'root', ...options },
  );

it('a check looks, tells what differs on each host, and runs nothing else', async () => {
  const hosts = bareHosts();
  const report = await run(hosts, { check: true, hosts: ['backup1', 'db1'] });
  expect(report.outcome).toBe('differs');
  expect(new Set(report.differences.map(({ host }) => host))).toEqual(new Set(['backup1', 'db1']));
  expect(report.differences).toContainEqual({ host: 'backup1', what: '/usr/local/lib/buka/backup', seen: 'missing' });
  expect(new Set(hosts.ran.map(({ script }) => script))).toEqual(new Set(['look']));
});

it('a check tells each thing that a host lacks once, whoever of its roles needs it', async () => {
  const key = 'authorized-keys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA== ci]';
  const made = cluster('{ user: deploy }', `{ user: deploy, ${key} }`);
  const told = (await run(bareHosts({ accounts: new Map() }), { check: true }, made)).differences;
  expect(told).toContainEqual({ host: 'lb1', what: 'account deploy', seen: 'missing' });
  expect(told.map((one) => JSON.stringify(one))).toEqual([...new Set(told.map((one) => JSON.stringify(one)))]);
});

it('logs in as the user that is named, whoever the deploy user is', async () => {
  const hosts = bareHosts();
  await run(hosts, { check: true, user: 'admin' });
  expect(new Set(hosts.opened.map(({ user }) => user))).toEqual(new Set(['admin']));
});

it('only the hosts that are named are changed, in an order in which each thing finds what it needs', async () => {
  const hosts = bareHosts();
  await run(hosts, { hosts: ['backup1'] }).catch(() => {});
  const changes = hosts.ran.filter(({ script }) => script !== 'look');
  expect(changes.filter(({ host }) => host !== 'backup1')).toEqual([]);
  expect(changes.map(({ script }) => script)).toEqual([
    'files',
    'packages',
    'accounts',
    'folders',
    'files',
    'secrets',
    'units',
  ]);
});

it('gives up, and says so, when what it puts right does not stay', async () => {
  await expect(run(bareHosts(), { hosts: ['backup1', 'db1'] })).rejects.toMatchObject({ code: 'provision-unsettled' });
});

it('a host that is not in buka.yml is a mistake, and no host is asked', async () => {
  const hosts = bareHosts();
  await expect(run(hosts, { hosts: ['backup2'] })).rejects.toMatchObject({ code: 'unknown-host' });
  expect(hosts.opened).toEqual([]);
});

it('a role whose configuration somebody else wrote is told, and left alone', async () => {
  const claims = new Map([
    ['/etc/haproxy/haproxy.cfg', 'somebody'],
    ['/etc/systemd/system/pos.service', 'somebody'],
  ] as const);
  const hosts = bareHosts({ claims });
  expect(await run(hosts, { hosts: ['lb1', 'worker1'] })).toEqual({
    outcome: 'nothing-to-change',
    differences: [],
    byHand: [
      { host: 'lb1', roles: ['load-balancer'] },
      { host: 'worker1', roles: ['worker'] },
    ],
  });
  expect(new Set(hosts.ran.map(({ script }) => script))).toEqual(new Set(['look']));
});

it('a host without the deploy user, and no key to make one with, is not touched', async () => {
  const hosts = bareHosts({ accounts: new Map() });
  await expect(run(hosts, { hosts: ['worker1'] })).rejects.toMatchObject({
    code: 'deploy-user-missing',
    failure: { host: 'worker1', left: 'Nothing was changed.' },
  });
  expect(new Set(hosts.ran.map(({ script }) => script))).toEqual(new Set(['look']));
});

it('an app that would run as the deploy user is refused before a host is asked', async () => {
  const hosts = bareHosts();
  await expect(run(hosts, {}, cluster('ssh: { user: deploy }', 'ssh: { user: pos }'))).rejects.toMatchObject({
    code: 'app-user',
  });
  expect(hosts.opened).toEqual([]);
});

it("an app that would run as an account of the distribution's own is refused, and no host is touched", async () => {
  const accounts = new Map([
    ...bare.accounts,
    ['backup', { id: 34, home: '/var/backups', shell: '/bin/sh', groups: [] }],
  ]);
  const hosts = bareHosts({ accounts });
  await expect(run(hosts, { hosts: ['worker1'] }, cluster('service: pos', 'service: backup'))).rejects.toMatchObject({
    code: 'account-taken',
    failure: { left: 'Nothing was changed.' },
  });
  expect(new Set(hosts.ran.map(({ script }) => script))).toEqual(new Set(['look']));
});
