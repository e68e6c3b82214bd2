import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { attachLab, down, insideRunner, type Lab, up } from '../../lab';
import { exec } from '../../lab/exec';
import { tracesOf } from './lab-traces';

const small = join(import.meta.dirname, 'fixtures/small.yml');
const nine = join(import.meta.dirname, 'fixtures/nine.yml');
const cli = [process.execPath, '--import', 'tsx', join(import.meta.dirname, '../../lab/cli.ts')] as const;
const [node, ...script] = cli;

const own = 'labtest';
const other = 'labtest-other';
const killed = 'labtest-killed';
const hosts = ['bastion', 'lb1', 'worker1', 'worker2'];

jest.setTimeout(120_000);

let lab: Lab;
beforeAll(async () => {
  for (const name of [own, other, killed]) await down(name); // what an interrupted run of these tests left
  lab = await up({ name: own, cluster: small });
});
afterAll(async () => {
  for (const name of [own, other, killed]) await down(name);
});

const ssh = (host: string, command: string, options: readonly string[] = [], on = lab) =>
  on.execInNetwork(['ssh', ...options, ...on.sshArguments(host, [command])]);

/** Starts `lab up` as a user would, and waits for a line of it. */
async function startUp(name: string, line: string): Promise<ChildProcess> {
  const child = spawn(node, [...script, 'up', '--name', name, '--cluster', nine], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const chunk of child.stdout) if (String(chunk).includes(line)) break;
  return child;
}

describe('a machine of the lab', () => {
  test.each(hosts)('%s lets its user in over SSH, with the host key that is known beforehand', async (host) => {
    const { status, stdout } = await ssh(host, 'hostname; id -un');
    expect({ status, stdout }).toEqual({ status: 0, stdout: `${host}\ndeploy\n` });
  });

  test('is refused when it shows another key than the known one', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'buka-labtest-'));
    const file = join(folder, 'known_hosts');
    const { stdout } = await lab.shell('lb1', 'cat /etc/ssh/ssh_host_ed25519_key.pub');
    writeFileSync(file, `[10.30.0.21]:2222 ${stdout}`);
    const { status, stderr } = await ssh('worker1', 'true', ['-o', `UserKnownHostsFile=${file}`]);
    rmSync(folder, { recursive: true });
    expect(status).toBe(255);
    expect(stderr).toContain('Host key verification failed');
  });

  test('is Debian or Ubuntu with a systemd of its own, and nothing failed in its boot', async () => {
    for (const host of hosts) {
      const { stdout } = await lab.shell(host, 'cat /proc/1/comm; systemctl is-system-running');
      expect(`${host}: ${stdout}`).toBe(`${host}: systemd\nrunning\n`);
    }
  });

  test("manages its own services and doesn't see those of the others", async () => {
    expect((await lab.shell('worker1', 'systemctl kill --signal=CONT ssh.service')).stderr).toBe('');
    const { stdout } = await lab.shell('lb1', 'systemctl show --property=ControlGroup haproxy; ls /sys/fs/cgroup/*/');
    expect(stdout).toContain('ControlGroup=/system.slice/haproxy.service');
    expect(stdout).not.toContain('buka-lab');
  });

  test('lets the deploy user manage the service of its cluster and nothing else', async () => {
    const may = await ssh(
      'worker1',
      'sudo -n /usr/bin/systemctl restart pos.service; sudo -n /usr/bin/readlink /proc/1/cwd',
    );
    expect(may).toMatchObject({ status: 0, stdout: '/\n' });
    for (const command of ['systemctl restart ssh.service', 'readlink /proc/1/cwd /etc/shadow', 'cat /etc/shadow']) {
      expect((await ssh('worker1', `sudo -n ${command}`)).stderr).toContain('password is required');
    }
  });

  test('has no curl, socat or python, so that nothing relies on them', async () => {
    expect((await lab.shell('worker1', 'which curl socat python3; which node')).stdout).toBe('/usr/local/bin/node\n');
  });
});

describe('the network of the lab', () => {
  test('has no way out, from its machines or from the runner beside them', async () => {
    const script = 'ip -4 route show default; ip -6 route show default; ip route get 192.0.2.1';
    for (const { stdout, stderr } of [await lab.shell('lb1', script), await lab.execInNetwork(['sh', '-c', script])]) {
      expect(stdout).toBe('');
      expect(stderr).toContain('Network is unreachable');
    }
    const { stdout } = await lab.execInNetwork(['ip', '-brief', 'link']);
    const links = stdout
      .trim()
      .split('\n')
      .map((line) => line.split(/[\s@]/)[0]);
    expect(links.toSorted()).toEqual(['bridge', 'lo', 'vb-m0', 'vb-m1', 'vb-m2', 'vb-m3', 'vb-runner']);
  });

  test('a runner that is cut off reaches nobody, while others beside the machines still do', async () => {
    const fromRunner = (command: string) => exec(...insideRunner(own, ['ssh', ...lab.sshArguments('lb1', [command])]));
    expect((await fromRunner('echo $SSH_CLIENT')).stdout).toMatch(/^10\.30\.0\.253 /);
    await lab.cutRunner();
    expect((await fromRunner('true')).stderr).toMatch(/timed out|No route to host|unreachable/);
    expect((await ssh('lb1', 'true')).status).toBe(0);
    await lab.healRunner();
    // The neighbours that it asked for in vain are asked for again in a moment.
    while ((await fromRunner('true')).status !== 0) await new Promise((resolve) => setTimeout(resolve, 100));
  });

  test('carries the virtual address of the load balancers', async () => {
    const get = `exec 3<>/dev/tcp/10.30.0.10/80; printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3; head -1 <&3`;
    // HAProxy answers by itself: no worker has a release yet.
    expect((await lab.execInNetwork(['bash', '-c', get])).stdout).toContain('503 Service Unavailable');
  });
});

describe('an accident of a machine', () => {
  test('a host that is cut off answers nobody, and everybody once it is healed', async () => {
    await lab.cut('lb1');
    expect((await ssh('lb1', 'true')).stderr).toMatch(/timed out|No route to host/);
    expect((await ssh('worker1', 'true')).status).toBe(0);
    await lab.heal('lb1');
    await lab.waitForSsh(['lb1']);
  });

  test('a cut outlasts a power cycle', async () => {
    await lab.cut('lb1');
    await lab.powerOff('lb1');
    await lab.powerOn('lb1');
    await expect(lab.waitForSsh(['lb1'], 3000 as never)).rejects.toMatchObject({ code: 'lab-no-ssh' });
    await lab.heal('lb1');
    await lab.waitForSsh(['lb1']);
  });

  test('a host that lost its power is gone at once, and boots again with what it had written', async () => {
    await lab.shell('worker1', 'echo kept >/srv/pos/note');
    const bootId = async () => (await lab.shell('worker1', 'cat /run/boot-mark 2>&1')).stdout;
    await lab.shell('worker1', 'echo first >/run/boot-mark');
    await lab.powerOff('worker1');
    expect(lab.isOn('worker1')).toBe(false);
    await expect(lab.shell('worker1', 'true')).rejects.toMatchObject({ code: 'lab-machine-off' });
    await lab.powerOn('worker1');
    await lab.waitForSsh(['worker1']);
    expect((await lab.shell('worker1', 'cat /srv/pos/note')).stdout).toBe('kept\n');
    expect(await bootId()).toContain('No such file');
  });

  test('a full disk stops the writes of that machine only, until it is freed', async () => {
    const write = 'dd if=/dev/zero of=/srv/blob bs=1M count=4 conv=fsync status=none; rm -f /srv/blob';
    await lab.fillDisk('worker1');
    expect((await lab.shell('worker1', write)).stderr).toContain('No space left on device');
    expect((await lab.shell('lb1', write)).stderr).toBe('');
    await lab.freeDisk('worker1');
    expect((await lab.shell('worker1', write)).stderr).toBe('');
  });
});

describe('labs side by side', () => {
  test('a second lab with the same addresses does not disturb the first', async () => {
    const second = await up({ name: other, cluster: small });
    await lab.shell('worker1', 'echo first >/srv/pos/which');
    await second.shell('worker1', 'echo second >/srv/pos/which');
    expect((await ssh('worker1', 'cat /srv/pos/which')).stdout).toBe('first\n');
    expect((await ssh('worker1', 'cat /srv/pos/which', [], second)).stdout).toBe('second\n');

    await second.powerOff('worker1');
    expect((await ssh('worker1', 'true')).status).toBe(0);
    await down(other);
    expect(tracesOf(other)).toEqual([]);
    expect((await ssh('worker1', 'cat /srv/pos/which')).stdout).toBe('first\n');
  });

  test('a lab that is up is not brought up again, and stays as it is', async () => {
    await expect(up({ name: own, cluster: small })).rejects.toMatchObject({ code: 'lab-already-up' });
    expect((await ssh('worker1', 'true')).status).toBe(0);
  });
});

describe('the end of a lab', () => {
  test('nine machines survive the process that brought them up, and down leaves nothing of them', async () => {
    const process = await startUp(killed, 'is up');
    await once(process, 'exit');
    const nineHosts = attachLab(killed);
    expect(nineHosts.machines.map(({ host }) => nineHosts.isOn(host))).toEqual(Array(9).fill(true));
    await nineHosts.waitForSsh();
    const guest = spawn('nsenter', ['--net=/run/netns/buka-labtest-killed', 'sleep', '600'], { stdio: 'ignore' });
    await once(guest, 'spawn');
    const ended = once(guest, 'exit');
    await down(killed);
    await ended;
    expect(tracesOf(killed)).toEqual([]);
    await down(killed);
  });

  test.each(['starting 9 machines', 'all answer SSH'])(
    'of an up that is killed after "%s", down leaves nothing',
    async (line) => {
      const process = await startUp(killed, line);
      await new Promise((resolve) => setTimeout(resolve, line.startsWith('starting') ? 700 : 0));
      process.kill('SIGKILL');
      await once(process, 'exit');
      expect(tracesOf(killed)).not.toEqual([]);
      await down(killed);
      expect(tracesOf(killed)).toEqual([]);
    },
  );

  test('up cleans the remains of a killed up first, and those of a lab whose processes were killed', async () => {
    const process = await startUp(killed, 'starting 9 machines');
    process.kill('SIGKILL');
    await once(process, 'exit');
    const said: string[] = [];
    await up({ name: killed, cluster: small, say: (line) => said.push(line) });
    expect(said[0]).toContain('cleaning up');

    const holder = tracesOf(killed).find((trace) => trace.endsWith(': buka-lab holder'));
    globalThis.process.kill(Number(holder?.split(' ')[1]), 'SIGKILL');
    // A signal is delivered when its process next runs.
    while (tracesOf(killed).some((trace) => trace === holder)) await new Promise((resolve) => setTimeout(resolve, 50));
    said.length = 0;
    await up({ name: killed, cluster: small, say: (line) => said.push(line) });
    expect(said[0]).toContain('cleaning up');
    await down(killed);
    expect(tracesOf(killed)).toEqual([]);
  });

  test('an interrupted up takes its machines away by itself', async () => {
    const process = await startUp(killed, 'starting 9 machines');
    process.kill('SIGINT');
    const [status] = await once(process, 'exit');
    expect(status).toBe(130);
    expect(tracesOf(killed)).toEqual([]);
  });
});

describe('the lab command', () => {
  test('without root it says so, and ends non-zero', async () => {
    const nobody = ['--reuid=65534', '--regid=65534', '--clear-groups', node, ...script];
    for (const command of ['up', 'down', 'status']) {
      const { status, stderr } = await exec('setpriv', [...nobody, command, '--name', own]);
      expect(status).toBe(1);
      expect(stderr).toContain('only root may do that');
    }
  });

  test('run passes on the exit status, the arguments as they are, and where the lab is', async () => {
    const inside = 'printf "%s|" "$BUKA_LAB" "$@"; exit 7';
    const run = ['run', '--name', own, '--', 'sh', '-c', inside, 'sh', '--name', 'a b'];
    const { status, stdout } = await exec(node, [...script, ...run]);
    expect({ status, stdout }).toEqual({ status: 7, stdout: `/run/buka-lab/${own}|--name|a b|` });
  });

  test('a size for a host that is not there is a mistake, and nothing is made', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'buka-labtest-'));
    const sizes = join(folder, 'sizes.yml');
    writeFileSync(sizes, 'hosts: { worker9: { disk: 2G } }');
    const failure = { code: 'lab-sizes', message: expect.stringContaining('the cluster has no worker9') };
    await expect(up({ name: other, cluster: small, sizes })).rejects.toMatchObject(failure);
    rmSync(folder, { recursive: true });
    expect(tracesOf(other)).toEqual([]);
  });

  test('an unknown host is named, with those that there are', async () => {
    const { status, stderr } = await exec(node, [...script, 'power-off', '--name', own, 'worker9']);
    expect(status).toBe(1);
    expect(stderr).toContain('no host "worker9"');
    expect(stderr).toContain('bastion, lb1, worker1, worker2');
  });
});
