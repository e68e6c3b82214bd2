import type { Host } from '../../src/cluster';
import { hbaLine, type ProvisionOptions, provision } from '../../src/provision';
import type { Remote, Script } from '../../src/remote';
import { RecordingReporter } from '../../src/reporter';
import { cluster, facts } from './cluster';

/** Two hosts on which everything is missing, and nothing that is put right stays so. */
function bareHosts() {
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
    if ('folders' in values && 'units' in values)
      return {
        places: new Map(),
        packages: new Set(),
        accounts: new Map([
          ['ops', {}],
          ['dba', {}],
        ]),
        units: new Set(),
      };
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
    { cluster: of, remote: hosts.remote, reporter: new RecordingReporter() },
    { check: false, hosts: [], user: 'root', ...options },
  );

it('a check looks, tells what differs on each host, and runs nothing else', async () => {
  const hosts = bareHosts();
  const report = await run(hosts, { check: true });
  expect(report.outcome).toBe('differs');
  expect(new Set(report.differences.map(({ host }) => host))).toEqual(new Set(['backup1', 'db1']));
  expect(report.differences).toContainEqual({ host: 'backup1', what: '/usr/local/lib/buka/backup', seen: 'missing' });
  expect(new Set(hosts.ran.map(({ script }) => script))).toEqual(new Set(['look']));
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
  await expect(run(bareHosts())).rejects.toMatchObject({ code: 'provision-unsettled' });
});

it('a host that is not in buka.yml is a mistake, and no host is asked', async () => {
  const hosts = bareHosts();
  await expect(run(hosts, { hosts: ['backup2'] })).rejects.toMatchObject({ code: 'unknown-host' });
  expect(hosts.opened).toEqual([]);
});

it('the roles that are not set up yet are told, and their hosts are not asked', async () => {
  const hosts = bareHosts();
  expect(await run(hosts, { hosts: ['lb1', 'worker1'] })).toEqual({
    outcome: 'nothing-to-change',
    differences: [],
    byHand: [
      { host: 'lb1', roles: ['load-balancer'] },
      { host: 'worker1', roles: ['worker'] },
    ],
  });
  expect(hosts.opened).toEqual([]);
});
