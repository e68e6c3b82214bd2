import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { letGo } from '../../src/maintenance/let-go';
import { Programs } from '../provision/programs';
import { type LocalRemote, localRemote } from '../remote/local-remote';

/** The script that takes a load balancer out of the address, in a real shell, with a master process that is played. */
let folder: string;
let programs: Programs;
let remote: LocalRemote;
let master: Server;
/** The process that a reload leaves behind: a real one, which the script may end. */
let old: ChildProcess;
let reloaded: boolean;
/** Requests in flight in the old process, a look each; the last one stays. */
let inFlight: number[];
let away: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'buka-let-go-'));
  away = join(folder, 'kept', 'away');
  programs = new Programs(folder);
  // The address is here until keepalived lets it go.
  programs.put('ip', `[ -e ${away} ] || [ -e ${folder}/elsewhere ] || echo '2: eth0 inet 10.0.0.10/32'`);
  programs.put('nft', `[ "$1" = delete ] || { cat >> ${folder}/rules; [ ! -e ${folder}/no-nft ]; }`);
  programs.put('systemctl', `touch ${folder}/reloaded`);
  remote = localRemote();
  old = spawn('sleep', ['600'], { stdio: 'ignore' });
  inFlight = [0];
  reloaded = false;
  master = createServer({ allowHalfOpen: true }, (client) => {
    let line = '';
    client.on('data', (data) => {
      line += data;
    });
    client.on('end', () => client.end(answer(line.trim())));
  });
  await new Promise<void>((resolve) => master.listen(join(folder, 'master.sock'), resolve));
});

afterEach(async () => {
  remote.close();
  old.kill('SIGKILL');
  await new Promise((resolve) => master.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

const lives = () => old.exitCode === null && old.signalCode === null;

function answer(line: string): string {
  reloaded ||= existsSync(join(folder, 'reloaded'));
  if (line === 'show proc') {
    const head = '#<PID> <type> <reloads> <uptime> <version>\n1 master 0 0d00h00m01s 2.6.12\n# workers\n';
    if (!reloaded) return `${head}${old.pid} worker 0 0d00h00m01s 2.6.12\n# old workers\n# programs\n`;
    return `${head}999999 worker 0 0d00h00m01s 2.6.12\n# old workers\n${lives() ? `${old.pid} worker 1 0d00h00m01s 2.6.12\n` : ''}# programs\n`;
  }
  const now = inFlight.length > 1 ? inFlight.shift() : inFlight[0];
  if (Number.isNaN(now)) return '# pxname,svname,qcur,qmax,scur,smax,\n\n';
  return `# pxname,svname,qcur,qmax,scur,smax,\npos,BACKEND,1,4,${Number(now) - 1},9,\nother,BACKEND,0,0,0,0,\n\n`;
}

function run(patience = '5') {
  const script = programs.with(letGo('lb1', '10.0.0.10', join(folder, 'master.sock')));
  return remote.run({ ...script, values: { ...script.values, away_file: away, patience } });
}

const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error) => error.failure,
  );

test('the address goes when no request is under way, and not before', async () => {
  inFlight = [3, 2, 1, 1, 0, 1, 0];
  mkdirSync(join(folder, 'kept'));
  const seen: [string, boolean][] = [];
  const script = programs.with(letGo('lb1', '10.0.0.10', join(folder, 'master.sock')));
  const gone = await remote.run(
    { ...script, values: { ...script.values, away_file: away, patience: '9' } },
    { onLine: (line) => seen.push([line, existsSync(away)]) },
  );
  expect(gone).toMatchObject({ kind: 'moved', held: expect.any(Number) });
  expect(seen.filter(([line]) => line.startsWith('progress')).map(([line]) => line)).toEqual([
    'progress 3',
    'progress 2',
    'progress 1',
    'progress 0',
    'progress 1',
    'progress 0',
  ]);
  expect(inFlight).toEqual([0]);
  expect(readFileSync(away, 'utf8')).toBe('1\n');
  expect(lives()).toBe(false);
  // New connections are held from before the reload until the address is gone.
  const asked = programs.asked.filter((line) => !line.startsWith('ip '));
  expect(asked).toEqual(['nft -f -', 'systemctl reload haproxy.service', 'nft delete table inet buka_hold']);
  expect(readFileSync(join(folder, 'rules'), 'utf8')).toMatch(/10\.0\.0\.10 timeout 20s/);
});

test('where requests do not end, nothing changes: the address stays, and new connections are let in again', async () => {
  inFlight = [2];
  expect(await failureOf(run('1'))).toMatchObject({
    code: 'load-balancer-busy',
    host: 'lb1',
    left: expect.stringContaining('The address is where it was'),
  });
  expect(existsSync(away)).toBe(false);
  expect(lives()).toBe(true);
  expect(programs.asked.at(-1)).toBe('nft delete table inet buka_hold');
});

test('where connections can not be held back, HAProxy is not touched', async () => {
  writeFileSync(join(folder, 'no-nft'), '');
  expect(await failureOf(run())).toMatchObject({ code: 'hold-failed' });
  expect(existsSync(away)).toBe(false);
  expect(programs.asked.filter((line) => line.startsWith('systemctl'))).toEqual([]);
});

test('where the address is on another one, nobody is held back for it', async () => {
  writeFileSync(join(folder, 'elsewhere'), '');
  expect(await run()).toEqual({ kind: 'elsewhere' });
  expect(readFileSync(away, 'utf8')).toBe('1\n');
  expect(programs.asked.filter((line) => !line.startsWith('ip '))).toEqual([]);
});

test('a process that does not tell what it holds is waited for', async () => {
  inFlight = [Number.NaN];
  expect(await failureOf(run('1'))).toMatchObject({ code: 'load-balancer-busy' });
});
