import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { jest } from '@jest/globals';
import type { Archive } from '../../src/release';
import { deploy, lockStatus, releaseLocks, rollback } from '../../src/rollout';
import { acquire } from '../../src/rollout/lock';
import { seconds } from '../../src/units';
import { clusterFile, Entries } from './entries';
import { Ground, workers } from './rollout-ground';

/** Runs that want the same workers at the same time, on real machines. */
jest.setTimeout(180_000);

let ground: Ground;
let entries: Entries;
let workspace: string;
let one: Archive;
let two: Archive;

beforeAll(async () => {
  ground = new Ground();
  entries = await Entries.make();
  workspace = mkdtempSync(join(tmpdir(), 'buka-lock-'));
  writeFileSync(join(workspace, 'buka.yml'), clusterFile);
  await ground.clean();
  [one, two] = [await ground.release('one'), await ground.release('two')];
});

afterAll(async () => {
  await ground?.giveBack();
  await entries?.remove();
  rmSync(workspace, { recursive: true, force: true });
});

beforeEach(async () => {
  await ground.runs(one);
});

const patient = () => ground.cluster({ lockTimeout: seconds(90) });
const later = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** Who holds each worker's lock now. */
async function holders(): Promise<(string | undefined)[]> {
  const { locks, failures } = await lockStatus(ground.context());
  expect(failures).toEqual([]);
  return locks.map(({ lock }) => lock?.owner.run);
}

/** The `buka` command as a person has it, in a process of its own. */
class Terminal {
  readonly lines: string[] = [];
  private constructor(readonly child: ChildProcess) {}

  static start(...words: string[]): Terminal {
    const access = ['--key', ground.lab.privateKeyFile, '--known-hosts', ground.lab.knownHostsFile];
    const child = spawn(process.execPath, [entries.cli, ...words, ...access], { cwd: workspace });
    const terminal = new Terminal(child);
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on('line', (line) => terminal.lines.push(line));
    return terminal;
  }

  async line(pattern: RegExp): Promise<void> {
    while (!this.lines.some((line) => pattern.test(line))) {
      if (this.child.exitCode !== null) throw new Error(`ended without ${pattern}:\n${this.lines.join('\n')}`);
      await later(20);
    }
  }

  async end(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'close');
    return this.child.exitCode;
  }
}

describe('two runs at once', () => {
  test('of which both deploy: the second waits, tells for whom, and goes on', async () => {
    const [first, second] = [ground.context(patient()), ground.context(patient())];
    const reports = await Promise.all([deploy(first, two), deploy(second, two)]);
    expect(reports.map(({ error }) => error)).toEqual([undefined, undefined]);
    expect(reports.map(({ outcome }) => outcome).sort()).toEqual(['nothing-to-do', 'success']);
    const waited = [...first.reporter.steps, ...second.reporter.steps].filter(
      ({ name, state }) => name === 'lock' && state === 'progress',
    );
    expect(waited[0]?.detail).toMatch(/^waiting for tester \d+ \(run run-.*\), on .*; .* left$/);
    expect(await holders()).toEqual([undefined, undefined, undefined]);
  });

  test('of which one deploys and one goes back: one after the other, and no worker is between the two', async () => {
    expect((await deploy(ground.context(), two)).error).toBeUndefined();
    const three = await ground.release('three');
    const traffic = ground.traffic();
    const reports = await Promise.all([
      deploy(ground.context(patient()), three),
      rollback(ground.context(patient()), { to: one.id }),
    ]);
    expect((await traffic.stop()).failed).toEqual([]);
    expect(reports.map(({ error }) => error)).toEqual([undefined, undefined]);
    const served = await ground.served();
    expect(new Set(served).size).toBe(1);
    expect(['one', 'three']).toContain(served[0]);
  });

  test('of which the second has no patience: it says who holds the lock and where, and leaves it alone', async () => {
    const winner = ground.context();
    winner.run.url = 'https://ci.example/runs/1' as unknown as undefined;
    const lock = await acquire(winner);
    const report = await deploy(ground.context(), two);
    expect(report.error?.failure).toMatchObject({
      code: 'lock-held',
      host: 'worker1',
      seen: expect.stringContaining('https://ci.example/runs/1'),
      left: 'Nothing was changed.',
    });
    expect(await holders()).toEqual(Array(3).fill(winner.run.id));
    await lock.release();
    expect(await holders()).toEqual([undefined, undefined, undefined]);
  });
});

describe('the lock of a killed process', () => {
  test('gives way by itself, the next run says whose it took over, and finishes the work', async () => {
    const killed = Terminal.start('deploy', '--archive', ground.pathOf('two'));
    await killed.line(/worker2: drain/);
    killed.child.kill('SIGKILL');
    await killed.end();
    const [holder] = await holders();
    expect(holder).toBeDefined();
    const refused = await releaseLocks(ground.context());
    expect(refused.failures.map(({ code }) => code)).toEqual(['lock-held', 'lock-held', 'lock-held']);

    const next = ground.context(patient());
    const report = await deploy(next, two);
    expect(report).toMatchObject({ outcome: 'success', error: undefined });
    expect(next.reporter.steps.some(({ name, state }) => name === 'lock' && state === 'progress')).toBe(true);
    const took = next.reporter.lines.filter((line) => line.includes(`took over the lock of`) && line.includes('@'));
    expect(took.map((line) => line.split(':')[1]?.trim())).toEqual([...workers]);
    expect(await ground.served()).toEqual(['two', 'two', 'two']);
    expect(await holders()).toEqual([undefined, undefined, undefined]);
  });
});

describe('a worker that goes silent', () => {
  afterEach(() => ground.lab.heal('worker2'));

  test('holds up no other: the rest is confirmed, and the end tells that its lock expires by itself', async () => {
    const context = ground.context();
    const lock = await acquire(context);
    await ground.lab.cut('worker2');
    await later(12_000);
    await lock.confirm('worker1');
    await expect(lock.confirm('worker2')).rejects.toMatchObject({ failure: { host: 'worker2' } });
    await expect(lock.confirm()).rejects.toMatchObject({ failure: { host: 'worker2' } });
    await lock.confirm('worker3');
    await lock.release();
    // As its process ends: else the release goes on unattended, and may arrive once the cable is plugged in.
    await context.connections.close();
    const warnings = context.reporter.lines.filter((line) => line.startsWith('warning: worker2'));
    expect(warnings.at(-1)).toContain('it expires by itself within 30.0 s');
    expect(warnings.filter((line) => line.includes("can't be renewed just now")).length).toBeLessThanOrEqual(1);
    await ground.lab.heal('worker2');
    await ground.lab.waitForSsh(['worker2']);
    expect((await holders()).filter((run) => run !== undefined)).toEqual([context.run.id]);
    for (let tries = 0; tries < 40; tries += 1) {
      const { locks } = await lockStatus(ground.context());
      if (locks.every(({ lock }) => lock === undefined || lock.expired)) break;
      await later(1000);
    }
    expect((await releaseLocks(ground.context())).released.map(({ worker }) => worker)).toEqual(['worker2']);
  });
});

describe('in a terminal', () => {
  test('who holds the lock is told, and it is released only by naming the run', async () => {
    const context = ground.context();
    const lock = await acquire(context);
    const shown = Terminal.start('lock', 'status');
    expect(await shown.end()).toBe(0);
    expect(shown.lines.filter((line) => /^worker\d +held +tester/.test(line))).toHaveLength(3);
    expect(shown.lines.at(-1)).toContain(`run ${context.run.id}: process ${process.pid} on `);
    const refused = Terminal.start('lock', 'release');
    expect(await refused.end()).toBe(1);
    expect(refused.lines.join('\n')).toContain(`buka lock release --run ${context.run.id}`);
    expect(await Terminal.start('lock', 'release', '--run', context.run.id).end()).toBe(0);
    expect(await holders()).toEqual([undefined, undefined, undefined]);
    await lock.release();
  });

  test('Ctrl-C during a deploy leaves every worker in rotation and no lock, and repair finds nothing to do', async () => {
    const running = Terminal.start('deploy', '--archive', ground.pathOf('two'));
    await running.line(/worker1: drain/);
    running.child.kill('SIGINT');
    expect(await running.end()).toBe(1);
    expect(running.lines.join('\n')).toContain('cancelled: no new batch starts');
    expect(await holders()).toEqual([undefined, undefined, undefined]);
    const repaired = Terminal.start('repair');
    expect(await repaired.end()).toBe(0);
    expect(repaired.lines.join('\n')).toContain('Nothing to do: repair');
    await ground.inRotation();
  });
});
