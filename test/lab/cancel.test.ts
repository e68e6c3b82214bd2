import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { Job, type StepResult } from '../../demo/runner';
import type { Archive } from '../../src/release';
import { deploy, status } from '../../src/rollout';
import { clusterFile, Entries } from './entries';
import { faults, Ground } from './rollout-ground';

/** A job that is cancelled, or killed, in the middle of a deploy on real machines, with a runner's own timing. */
jest.setTimeout(240_000);

let ground: Ground;
let entries: Entries;
let workspace: string;
let one: Archive;

beforeAll(async () => {
  ground = new Ground();
  entries = await Entries.make();
  workspace = mkdtempSync(join(tmpdir(), 'buka-cancel-'));
  writeFileSync(join(workspace, 'buka.yml'), clusterFile);
  await ground.clean();
  one = await ground.release('one');
});

afterAll(async () => {
  await ground?.giveBack();
  await entries?.remove();
  rmSync(workspace, { recursive: true, force: true });
});

beforeEach(async () => {
  const report = await deploy(ground.context(), one);
  expect(report.error).toBeUndefined();
  await ground.inRotation();
});

/** An app that answers its first request `seconds` after its start. */
const slowStart = (seconds: number) =>
  `const until = Date.now() + ${seconds * 1000}; while (Date.now() < until) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);`;

interface Ended {
  readonly main: StepResult;
  readonly log: string;
  /** What the post step said. */
  readonly post: string;
}

/** Deploys as a job does, and stops it at the first line that matches. */
async function stopped(release: string, at: RegExp, stop: (job: Job) => void): Promise<Ended> {
  const lines: string[] = [];
  const job = await Job.start({ workspace });
  let stopping = false;
  const onLine = (line: string) => {
    lines.push(line);
    if (stopping || !at.test(line)) return;
    stopping = true;
    stop(job);
  };
  const inputs = {
    archive: release,
    'ssh-key': readFileSync(ground.lab.privateKeyFile, 'utf8'),
    'known-hosts': readFileSync(ground.lab.knownHostsFile, 'utf8'),
  };
  const main = await job.run(entries.action('deploy'), inputs, { onLine });
  const mains = lines.splice(0);
  await job.finish();
  expect(stopping).toBe(true);
  return { main, log: mains.join('\n'), post: lines.join('\n') };
}

const cancelled = (release: string, at: RegExp) => stopped(release, at, (job) => void job.cancel());

/** Nothing is half done: each worker on one release, healthy and in rotation, and nobody holds a lock. */
async function expectWhole(): Promise<void> {
  const now = await status(ground.context());
  expect(now.failures).toEqual([]);
  expect(now.locks).toEqual([]);
  for (const { worker, active, running, healthy, rotation } of now.workers) {
    expect({ worker, healthy, running }).toEqual({ worker, healthy: true, running: active });
    expect([...rotation.values()]).toEqual(['in', 'in']);
  }
}

describe('a deploy that is cancelled', () => {
  test('during a drain that a long request holds up gives the worker its traffic back at once', async () => {
    await ground.release('two');
    // Enough of them that each worker has some.
    const url = `http://${ground.lab.cluster.hosts.get('lb1')?.address}/long`;
    const long = Promise.all(Array.from({ length: 9 }, () => ground.ask(url)));
    const { main, log, post } = await ground.underLoad(() =>
      cancelled(ground.pathOf('two'), /worker\d +drain …: .*in flight/),
    );
    expect(main).toMatchObject({ status: 1, outputs: { outcome: 'failed' } });
    expect(log).toContain('Cancelled: ');
    expect(log).not.toContain('Stopped at once');
    expect(post).toContain('Every worker that can be reached is healthy and in rotation.');
    await expectWhole();
    expect((await long).map(({ status }) => status)).toEqual(Array(9).fill(200));
    expect(await ground.served()).toEqual(['one', 'one', 'one']);
  });

  test('during a restart that ends soon leaves the worker on the new release and in rotation', async () => {
    await ground.release('soon', slowStart(2));
    const { main, log } = await ground.underLoad(() => cancelled(ground.pathOf('soon'), /worker1 +switched/));
    expect(main.status).toBe(1);
    expect(log).not.toContain('Stopped at once');
    await expectWhole();
  });

  test('during a restart that takes longer has it finished by its post step', async () => {
    await ground.release('late', slowStart(9));
    const { main, post } = await ground.underLoad(() => cancelled(ground.pathOf('late'), /worker1 +switched/));
    expect(main.status).toBe(1);
    expect(post).toContain('did not come to its end');
    await expectWhole();
  });

  test('while it stages has touched no worker, and the same again goes on', async () => {
    const three = await ground.release('three');
    const { main } = await ground.underLoad(() => cancelled(ground.pathOf('three'), /worker\d +stage/));
    expect(main.status).toBe(1);
    expect(await ground.served()).toEqual(['one', 'one', 'one']);
    await expectWhole();
    const report = await deploy(ground.context(), three);
    expect(report).toMatchObject({ outcome: 'success', error: undefined });
  });
});

describe('a deploy whose process is killed', () => {
  test('during a restart is put right by the post step, which takes its locks over at once', async () => {
    await ground.release('killed', slowStart(1));
    const kill = (job: Job) => job.signal('SIGKILL');
    const { main, post } = await ground.underLoad(() => stopped(ground.pathOf('killed'), /worker2 +switched/, kill));
    expect(main).toMatchObject({ status: 1, outputs: {} });
    expect(post).toContain('took the lock over from the run before');
    await expectWhole();
  });
});

describe('a deploy that comes to its end', () => {
  test('leaves its post step nothing to do', async () => {
    await ground.release('four', faults.none);
    const { main, post } = await stopped(ground.pathOf('four'), /worker1 +switched/, () => {});
    expect(main.outputs.outcome).toBe('success');
    expect(post).toBe('The rollout came to its end, so there is nothing to do.');
  });
});
