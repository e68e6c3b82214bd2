import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DoctorReport, doctorCommand } from '../../src/cli/doctor';
import { toldOutput } from '../cli/told';
import { makeKey } from '../remote/keys';
import { SshHost } from '../remote/ssh-host';

/** The whole command, over SSH, with keys that ssh-keygen made; the hosts are this machine. */
let folder: string;
let mine: ReturnType<typeof makeKey>;
let theirs: ReturnType<typeof makeKey>;
let foreign: ReturnType<typeof makeKey>;
let good: SshHost;
let forged: SshHost;
let closed: number;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'buka-doctor-'));
  mine = makeKey(folder, 'mine', '-t', 'ed25519');
  theirs = makeKey(folder, 'theirs', '-t', 'ed25519');
  foreign = makeKey(folder, 'foreign', '-t', 'ed25519');
  good = await SshHost.listen(theirs.secret, mine.shared);
  forged = await SshHost.listen(foreign.secret, mine.shared);
  const unused = createServer().listen(0, '127.0.0.1');
  await new Promise<void>((resolve) => unused.once('listening', resolve));
  closed = (unused.address() as { port: number }).port;
  await new Promise<void>((resolve) => unused.close(() => resolve()));
  const at = (port: number) => `{ address: 127.0.0.1, port: ${port} }`;
  writeFileSync(
    join(folder, 'buka.yml'),
    `service: pos
hosts: { lb1: ${at(good.port)}, worker1: ${at(forged.port)}, worker2: ${at(closed)} }
load-balancers: { kind: haproxy, hosts: [lb1], backend: pos, master-socket: /nowhere/master.sock }
workers: { hosts: [worker1, worker2], port: 3000, health: /readyz }
release: { include: [dist] }
`,
  );
  const known = [good.port, forged.port, closed].map((port) => `[127.0.0.1]:${port} ${theirs.shared}`);
  writeFileSync(join(folder, 'known_hosts'), `${known.join('\n')}\n`);
});
afterAll(() => {
  good?.close();
  forged?.close();
  rmSync(folder, { recursive: true });
});

async function doctor(options: { key?: string; knownHosts?: string; config?: string } = {}) {
  const { out, ended } = toldOutput<DoctorReport>();
  const files = { key: mine.path, knownHosts: join(folder, 'known_hosts'), config: 'buka.yml', ...options };
  const status = await doctorCommand({ workingDirectory: folder, ...files }, out);
  const { result, text } = ended();
  const found = result.findings;
  const of = (host: string, what: string) => found.find((one) => one.host === host && one.what === what);
  return { status, found, of, text };
}

test('a wrong key, a host that is away and one that is well are each told for themselves', async () => {
  const { status, of } = await doctor();
  expect(status).toBe(2);
  expect(of('lb1', 'login')?.verdict).toBe('ok');
  expect(of('lb1', 'host key')?.seen).toContain('ssh-ed25519');
  expect(of('lb1', 'disk')?.seen).toMatch(/free on \//);
  expect(of('lb1', 'HAProxy')).toMatchObject({
    verdict: 'wrong',
    code: expect.stringMatching(/master-socket|load-balancer/),
  });
  expect(of('worker1', 'reachable')?.verdict).toBe('ok');
  expect(of('worker1', 'host key')).toMatchObject({ verdict: 'wrong', code: 'host-key-mismatch' });
  expect(of('worker1', 'sudo')?.verdict).toBe('unchecked');
  expect(of('worker2', 'reachable')).toMatchObject({ verdict: 'wrong', code: 'unreachable' });
  expect(of('worker2', 'host key')?.verdict).toBe('unchecked');
});

test('a key that nobody lets in is told as that, for each host', async () => {
  const { of } = await doctor({ key: foreign.path });
  expect(of('lb1', 'host key')?.verdict).toBe('ok');
  expect(of('lb1', 'login')).toMatchObject({ verdict: 'wrong', code: 'authentication-failed' });
  expect(of('lb1', 'login')?.next).toMatch(/buka provision.*authorized_keys/);
});

test('without a key no host is called well, and buka.yml is judged all the same', async () => {
  const { status, found, of } = await doctor({ key: join(folder, 'none') });
  expect(status).toBe(2);
  expect(of('this machine', 'key')).toMatchObject({ verdict: 'wrong', code: 'key-missing' });
  expect(of('this machine', 'buka.yml')?.verdict).toBe('ok');
  expect(found.filter(({ host }) => host === 'lb1').map(({ verdict }) => verdict)).toEqual(['unchecked']);
});

test('without known hosts each host tells the key that it shows, to compare', async () => {
  const { of } = await doctor({ knownHosts: join(folder, 'none') });
  expect(of('this machine', 'known hosts')?.verdict).toBe('wrong');
  expect(of('lb1', 'host key')).toMatchObject({ verdict: 'wrong', code: 'host-key-unknown' });
  expect(of('lb1', 'host key')?.next).toContain(theirs.shared);
});

test('a mistake in buka.yml is told with its place, and nothing else is called well but what is', async () => {
  writeFileSync(join(folder, 'broken.yml'), 'servce: pos\n');
  const { status, of, found } = await doctor({ config: 'broken.yml' });
  expect(status).toBe(2);
  expect(of('this machine', 'buka.yml')?.seen).toContain('broken.yml:1:1');
  expect(of('this machine', 'key')?.seen).toContain('SHA256:');
  expect(found.filter(({ verdict }) => verdict === 'ok').map(({ what }) => what)).toEqual(['key', 'known hosts']);
});

test('a person reads a line for each, and what to type below what is wrong', async () => {
  const { text } = await doctor();
  expect(text).toMatch(/^ok {11}lb1 +login +as deploy$/m);
  expect(text).toMatch(/^WRONG {8}worker2 +reachable .*\n +next: /m);
  expect(text).toMatch(/^not checked {2}worker1 +clock, tools, folder, room, unit, sudo, app +nobody could log in$/m);
  expect(text).toMatch(/\d+ ok, \d+ wrong, \d+ not checked\. Mend what is wrong/);
});
