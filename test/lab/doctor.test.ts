import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DoctorReport, doctorCommand } from '../../src/cli/doctor';
import { toldOutput } from '../cli/told';
import { clusterFile } from './entries';
import { Ground } from './rollout-ground';

let ground: Ground;
let folder: string;

beforeAll(async () => {
  ground = await Ground.fresh();
  folder = mkdtempSync(join(tmpdir(), 'buka-doctor-'));
  writeFileSync(join(folder, 'buka.yml'), clusterFile.replace('backend: pos', 'address: 10.20.0.10, backend: pos'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await ground?.giveBack();
});

async function doctor() {
  const { out, ended } = toldOutput<DoctorReport>();
  const { privateKeyFile: key, knownHostsFile: knownHosts } = ground.lab;
  const status = await doctorCommand({ workingDirectory: folder, config: 'buka.yml', key, knownHosts }, out);
  const { findings } = ended().result;
  const of = (host: string, what: string) =>
    findings.find((one) => one.host === host && one.what === what) ?? { verdict: 'missing', seen: '' };
  const wrong = findings.filter(({ verdict }) => verdict === 'wrong').map(({ host, what }) => `${host} ${what}`);
  return { status, of, wrong };
}

test('before the first deploy nothing is wrong, and no app is called well', async () => {
  const { status, of, wrong } = await doctor();
  expect(wrong).toEqual([]);
  expect(status).toBe(0);
  expect(of('worker1', 'app').verdict).toBe('unchecked');
  for (const [host, what] of [
    ['lb2', 'HAProxy'],
    ['lb2', 'worker names'],
    ['worker3', 'sudo'],
    ['worker3', 'unit'],
    ['worker3', 'env file'],
    ['this machine', 'clock'],
  ] as const)
    expect([host, what, of(host, what).verdict]).toEqual([host, what, 'ok']);
});

test('a running release is seen by the workers and the load balancers', async () => {
  await ground.runs(await ground.release('one'));
  const { of, wrong } = await doctor();
  expect(wrong).toEqual([]);
  expect(of('worker2', 'app').seen).toBe('/readyz answers 200');
  expect(of('lb1', 'checks')).toMatchObject({ verdict: 'ok', seen: expect.stringContaining('worker3') });
});

test('a closed socket, a missing unit and a host that is cut off are each told, and nothing besides', async () => {
  const { lab } = ground;
  await lab.cut('worker3');
  await ground.root('lb1', 'chmod 600 /run/haproxy-master.sock');
  await ground.root(
    'worker1',
    'mv /etc/systemd/system/pos.service /root/; systemctl stop pos.service; systemctl daemon-reload',
  );
  try {
    const { status, of, wrong } = await doctor();
    expect(status).toBe(2);
    expect(wrong).toEqual(expect.arrayContaining(['worker3 reachable', 'lb1 HAProxy', 'worker1 unit']));
    // The app there is down with its unit.
    expect(wrong.filter((one) => !/worker3 reachable|lb1 HAProxy|worker1 (?:unit|app)/.test(one))).toEqual([]);
    expect(of('lb1', 'HAProxy')).toMatchObject({ code: 'socket-denied', next: expect.stringContaining('mode,660') });
    expect(of('lb2', 'HAProxy').verdict).toBe('ok');
    expect(of('worker1', 'unit')).toMatchObject({ code: 'unit-missing' });
    expect(of('worker3', 'sudo').verdict).toBe('unchecked');
  } finally {
    await ground.root(
      'worker1',
      'mv /root/pos.service /etc/systemd/system/; systemctl daemon-reload; systemctl start pos.service',
    );
    await ground.root('lb1', 'chmod 660 /run/haproxy-master.sock');
    await lab.heal('worker3');
    await lab.waitForSsh(['worker3']);
  }
});
