import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { haproxyStateProgram } from '../../src/provision/haproxy-state';
import { contentOf, machineCluster, own, roleOf } from './cluster';

const HAPROXY = '/etc/haproxy/haproxy.cfg';
const KEEPALIVED = '/etc/keepalived/keepalived.conf';

let here: string;
beforeEach(() => {
  here = mkdtempSync(join(tmpdir(), 'buka-load-balancer-'));
});
afterEach(() => rmSync(here, { recursive: true }));

/** The part of a configuration under one of its headings. */
function section(configuration: string, heading: string): string[] {
  const lines = configuration.split('\n');
  const from = lines.indexOf(heading);
  if (from < 0) throw new Error(`there is no ${heading}`);
  const rest = lines.slice(from + 1);
  return rest
    .slice(
      0,
      rest.findIndex((one) => !one.startsWith('    ')),
    )
    .map((one) => one.trim());
}

describe('HAProxy', () => {
  const configuration = contentOf(roleOf('lb1'), HAPROXY);

  it('has every worker in every backend, by the name that buka.yml gives it, checked by the health URL', () => {
    for (const backend of ['pos', 'pos-internal']) {
      const lines = section(configuration, `backend ${backend}`);
      expect(lines.filter((one) => one.startsWith('server '))).toEqual([
        'server worker1 10.0.0.21:3000 check',
        'server web-2 10.0.0.22:3000 check',
      ]);
      expect(lines).toContain('option httpchk GET /readyz');
    }
  });

  it('closes no idle connection under the next request of a client, neither at a reload nor while that waits for it', () => {
    const lines = section(configuration, 'defaults');
    expect(lines).toContain('option idle-close-on-response');
    expect(lines).toContain('timeout http-keep-alive 50s');
  });

  it('tells clients to let go of an idle connection before it is closed', () => {
    expect(section(configuration, 'frontend pos-in')).toContain('http-after-response set-header Keep-Alive timeout=5');
  });

  it('repeats no request that may have reached a worker', () => {
    expect(configuration).not.toMatch(/retry-on/);
  });

  it('tells its own machine alone whether it has a worker', () => {
    const frontend = section(configuration, 'frontend pos-in');
    expect(frontend).toContain('acl keepalived-asks src 127.0.0.1 ::1');
    expect(frontend).toContain(
      'http-request return status 503 content-type text/plain string none if keepalived-asks whether-it-has-workers { nbsrv(pos) eq 0 }',
    );
  });

  it('has the sockets that the deploy user drives it by, for the group that this one is in', () => {
    const setup = roleOf('lb1');
    expect(section(configuration, 'global')).toContain(
      'stats socket /run/haproxy/admin.sock mode 660 group haproxy level admin expose-fd listeners',
    );
    expect(contentOf(setup, '/etc/default/haproxy')).toContain(
      'EXTRAOPTS="-S /run/haproxy-master.sock,mode,660,group,haproxy"',
    );
    expect(setup.members).toEqual([{ user: 'deploy', group: 'haproxy' }]);
    expect(setup.files.filter(({ checkedBy }) => checkedBy === 'visudo')).toEqual([]);
  });

  it('logs each request with its times', () => {
    expect(section(configuration, 'defaults')).toContain('option httplog');
    expect(section(configuration, 'global')).toContain('log /dev/log local0 info');
  });

  it('shows its figures to the monitoring host alone, and to nobody where there is none', () => {
    expect(section(configuration, 'frontend buka-metrics')).toContain(
      'http-request deny unless { src 127.0.0.1 ::1 10.0.0.51 }',
    );
    expect(contentOf(roleOf('lb1', machineCluster('monitoring: { host: monitor1 }\n', '')), HAPROXY)).not.toContain(
      'metrics',
    );
  });

  it('is reloaded for another configuration, and restarted only where that cuts nobody off', () => {
    const setup = roleOf('lb1');
    const tell = (path: string) => setup.files.find((one) => one.path === path)?.tell;
    expect(tell(HAPROXY)).toMatchObject({ unit: 'haproxy.service', how: 'reload' });
    expect(tell('/etc/default/haproxy')).toMatchObject({ how: 'restart', cutsOffWhile: 'keepalived.service' });
    const alone = roleOf('lb1', machineCluster('address: 10.0.0.10, ', ''));
    expect(alone.files.find(({ path }) => path === '/etc/default/haproxy')?.tell).toMatchObject({
      cutsOffWhile: 'haproxy.service',
    });
    expect(alone.units).toEqual(['haproxy.service']);
  });
});

describe('what HAProxy would forget over a reload', () => {
  const titles = '# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight';
  const rows = [
    ...['3 pos 1 worker1 10.0.0.21 2 0 1', '3 pos 2 web-2 10.0.0.22 2 8 1', '3 pos 3 worker3 10.0.0.23 0 1 1'],
    ...['4 pos-internal 1 worker1 10.0.0.21 2 4 1', '4 pos-internal 2 worker2 10.0.0.22 2 32 1'],
  ];
  let socket: Server;
  const state = () => readFileSync(join(here, 'state', 'servers'), 'utf8');

  async function run(verb: string): Promise<void> {
    const program = join(here, 'program');
    const text = haproxyStateProgram(machineCluster(), join(here, "it's home"))
      .replace('/run/haproxy/admin.sock', join(here, 'admin.sock'))
      .replace('/run/buka-haproxy/servers', join(here, 'state', 'servers'));
    writeFileSync(program, text);
    chmodSync(program, 0o755);
    await promisify(execFile)(program, [verb]);
  }

  beforeEach(async () => {
    socket = createServer((client) => {
      client.once('data', () => client.end(`1\n${titles}\n${rows.join('\n')}\n\n`));
    }).listen(join(here, 'admin.sock'));
    await new Promise((resolve) => socket.once('listening', resolve));
  });
  afterEach(() => socket.close());

  it('is kept: who was drained or in maintenance, and nothing of the others', async () => {
    await run('keep');
    expect(state()).toBe(`1\n${titles}\n${rows[1]}\n${rows[2]}\n`);
  });

  it('is not kept of a worker that Buka drained: its guard sees to that, and it may be readmitted meanwhile', async () => {
    const mark = join(here, "it's home", '.buka/pos/worker2');
    mkdirSync(mark, { recursive: true });
    writeFileSync(join(mark, 'mark'), '');
    await run('keep');
    expect(state()).toBe(`1\n${titles}\n${rows[2]}\n`);
  });

  it('is nothing at a start, and a HAProxy that does not answer is reloaded all the same', async () => {
    await run('keep');
    await run('forget');
    expect(state()).toBe('1\n');
    await new Promise((resolve) => socket.close(resolve));
    await run('keep');
    expect(state()).toBe('1\n');
  });

  it('is kept before each reload, and forgotten at each start', () => {
    const unit = contentOf(roleOf('lb1'), '/etc/systemd/system/haproxy.service.d/buka.conf').split('\n');
    expect(unit.filter((one) => one.startsWith('Exec'))).toEqual([
      'ExecStartPre=/usr/local/lib/buka/haproxy-state forget',
      'ExecReload=',
      'ExecReload=/usr/sbin/haproxy -Ws -f $CONFIG -c -q $EXTRAOPTS',
      'ExecReload=/usr/local/lib/buka/haproxy-state keep',
      'ExecReload=/bin/kill -USR2 $MAINPID',
    ]);
  });
});

describe('keepalived', () => {
  it('holds the address on one of equal load balancers, which tell each other without multicast', () => {
    const [first, second] = ['lb1', 'lb2'].map((host) => contentOf(roleOf(host), KEEPALIVED)) as [string, string];
    for (const one of [first, second]) expect(one).toMatch(/priority 150\n/);
    expect(first).toMatch(/unicast_src_ip 10\.0\.0\.11\n {4}unicast_peer \{\n {8}10\.0\.0\.12\n {4}\}/);
    expect(first).toMatch(/interface lo\n/);
    expect(first).toMatch(/10\.0\.0\.10\/32 dev lo\n/);
  });

  it('keeps the address off a machine that is taken out of service', () => {
    const setup = roleOf('lb1');
    const configuration = contentOf(setup, KEEPALIVED);
    expect(configuration).toContain('file "/var/lib/buka-load-balancer/away"');
    // Without a weight it is 1, which would only add to the priority.
    expect(configuration).toMatch(/track_file \{\n {8}away weight 0\n/);
    expect(setup.folders.map(({ path }) => path)).toContain('/var/lib/buka-load-balancer');
    expect(setup.packages.map(({ name }) => name)).toContain('nftables');
  });

  it('puts one that sees no worker below all that see some, which take the address if it lasts', () => {
    const configuration = contentOf(roleOf('lb1'), KEEPALIVED);
    expect(configuration).toMatch(/state BACKUP\n {4}preempt_delay 10\n/);
    expect(configuration).toMatch(
      /script "\/etc\/keepalived\/haproxy-serves \/buka-load-balancer\/workers"\n[^}]*weight -100\n/,
    );
    expect(configuration).toMatch(/track_script \{\n {8}haproxy\n {8}workers\n/);
  });

  it('lets one that gives way say so, on which the other tells the network whose the address is; nobody does unasked', () => {
    const configuration = contentOf(roleOf('lb1'), KEEPALIVED);
    expect(configuration).toMatch(/^ {4}higher_prio_send_advert true\n/m);
    expect(configuration).not.toContain('garp_master_refresh');
  });

  it('says what is missing where no interface has the address of buka.yml', () => {
    const setup = roleOf('lb1', machineCluster(), { ...own, interface: undefined });
    expect(setup.byHand).toMatchObject([{ what: 'the shared address', code: 'interface-unknown' }]);
    expect(setup.files.map(({ path }) => path)).not.toContain(KEEPALIVED);
  });
});
