import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import type { Archive } from '../../src/release';
import { deploy, type RolloutReport, releases, rollback } from '../../src/rollout';
import { faults, Ground, workers } from './rollout-ground';

/** Going back by hand, on real machines, and where that is refused. */
jest.setTimeout(240_000);

let ground: Ground;
let one: Archive;
let two: Archive;
let three: Archive;

const expand = { '1.sql': 'SELECT 1', '2.sql': 'SELECT 2' };
const contract = { ...expand, '5.sql': '-- buka: contract\nSELECT 5' };
const good = (archive: Archive) => ground.runs(archive, migrating());
/** The migration program leaves a mark on the worker where it ran. */
const migrating = () =>
  ground.cluster({}, (cluster) => ({
    ...cluster,
    release: { ...cluster.release, migrations: 'migrations', migrate: ['sh', '-c', 'echo "$PWD" >> /tmp/migrated'] },
  }));

beforeAll(async () => {
  ground = await Ground.fresh();
  one = await ground.release('one', faults.none, { '1.sql': 'SELECT 1' });
  two = await ground.release('two', faults.none, expand);
  three = await ground.release('three', faults.none, expand);
  for (const archive of [one, two, three]) await good(archive);
});

afterAll(() => ground?.giveBack());

/** What somebody at a terminal sees. */
function typed(...words: string[]): Promise<{ status: number; out: string }> {
  const { privateKeyFile, knownHostsFile } = ground.lab;
  const cli = [join('node_modules/tsx/dist/cli.mjs'), 'src/cli/main.ts', ...words];
  const hosts = ['-C', 'examples/pos', '--key', privateKeyFile, '--known-hosts', knownHostsFile];
  return new Promise((resolve) => {
    execFile(process.execPath, [...cli, ...hosts], (error, stdout, stderr) =>
      resolve({ status: error === null ? 0 : Number(error.code), out: `${stdout}\n${stderr}` }),
    );
  });
}

async function refused(work: () => Promise<RolloutReport>) {
  const before = await ground.snapshot();
  const report = await work();
  expect(report).toMatchObject({ outcome: 'failed', timeline: [] });
  expect(await ground.snapshot()).toBe(before);
  return report.error?.failure;
}

describe('a rollback', () => {
  test('goes back a release each time it is typed, over what old releases can live with, and then says that there is none', async () => {
    const first = await ground.underLoad(() => rollback(ground.context(), { reason: 'the till beeps' }));
    expect(first).toMatchObject({ outcome: 'success', from: three.id, to: two.id });
    const second = await ground.underLoad(() => rollback(ground.context()));
    expect(second).toMatchObject({ outcome: 'success', from: two.id, to: one.id });
    expect(await ground.served()).toEqual(['one', 'one', 'one']);

    const before = await ground.snapshot();
    const { status, out } = await typed('rollback');
    expect(status).toBe(1);
    expect(out).toContain(`No good release before ${one.id} is on every worker.`);
    expect(out).toContain('`buka releases` lists them');
    expect(await ground.snapshot()).toBe(before);
  });

  test('is kept with its reason and who did it, on every worker', async () => {
    const { history } = await releases(ground.context());
    const entries = history.filter(({ release, event }) => release === two.id && event === 'good');
    expect(entries[0]).toMatchObject({ reason: 'the till beeps', by: expect.stringMatching(/^tester \d+$/), workers });
    expect(history.map(({ event }) => event)).toContain('migrated');
  });

  test('goes to the release that is named, while database, backup and monitoring are off', async () => {
    const off = ['db1', 'backup1', 'monitor1'];
    await Promise.all(off.map((host) => ground.lab.powerOff(host)));
    try {
      const report = await ground.underLoad(() => rollback(ground.context(migrating()), { to: three.id }));
      expect(report).toMatchObject({ outcome: 'success', from: one.id, to: three.id });
      expect(await ground.served()).toEqual(['three', 'three', 'three']);
    } finally {
      await Promise.all(off.map((host) => ground.lab.powerOn(host)));
    }
    // What a deploy does, and a rollback doesn't: its program ran for the three deploys' new migrations only.
    expect((await ground.root('worker1', 'cat /tmp/migrated')).trim().split('\n')).toHaveLength(2);
  });

  test('that names a release which a worker lacks is refused, with the worker', async () => {
    await ground.root('worker2', `mv /srv/pos/releases/${one.id} /srv/pos/releases/away`);
    expect(await refused(() => rollback(ground.context(), { to: one.id }))).toMatchObject({
      code: 'release-not-staged',
      host: 'worker2',
      hint: expect.stringContaining('buka releases'),
    });
    await ground.root('worker2', `mv /srv/pos/releases/away /srv/pos/releases/${one.id}`);
  });

  test('goes past a failed attempt, which neither becomes the target nor takes the place of a good one', async () => {
    for (const name of ['unwell', 'unwell again']) {
      const report = await deploy(ground.context(), await ground.release(name, faults['does not start']));
      expect(report.outcome).toBe('failed');
    }
    const list = await releases(ground.context());
    expect(list.history[0]).toMatchObject({ event: 'reverted', release: three.id });
    expect(list.releases.filter(({ goodOn }) => goodOn.length > 0).map(({ id }) => id)).toEqual([
      three.id,
      two.id,
      one.id,
    ]);
    expect(list.rollbackTo).toBe(one.id);
    expect(await rollback(ground.context(), { dryRun: true })).toMatchObject({ outcome: 'planned', to: one.id });
  });
});

describe('a migration that is marked contract', () => {
  let five: Archive;
  let six: Archive;

  test('is not crossed after a deploy that migrated and died, not even where its traces were lost on a worker', async () => {
    five = await ground.release('five', faults.none, contract);
    const dying = ground.context(migrating());
    const { step } = dying.reporter;
    dying.reporter.step = (told) => {
      step.call(dying.reporter, told);
      if (told.name === 'migrate' && told.state === 'done') throw new Error('the runner dies here');
    };
    await expect(deploy(dying, five)).rejects.toThrow('the runner dies here');
    await Promise.all(workers.map((name) => ground.root(name, 'rm -f /srv/pos/lock')));
    await ground.inRotation();
    expect(await ground.served()).toEqual(['three', 'three', 'three']);
    // As when worker1 was made anew, and pruning took the release from the others.
    await ground.root('worker1', 'rm /srv/pos/history');
    await Promise.all(workers.map((name) => ground.root(name, `rm -r /srv/pos/releases/${five.id}`)));
    const failure = await refused(() => rollback(ground.context(), { to: one.id }));
    expect(failure).toMatchObject({
      code: 'migration-crossed',
      seen: `release ${five.id} ran 5.sql; ${one.id} does not list it`,
    });
    expect(await refused(() => deploy(ground.context(migrating()), two))).toMatchObject({ code: 'migration-crossed' });
  });

  test('lets the fix go forward, and is not crossed from there', async () => {
    six = await ground.release('six', faults.none, contract);
    expect((await ground.underLoad(() => deploy(ground.context(migrating()), six))).error).toBeUndefined();
    await ground.inRotation();
    // The failed attempts were removed, and counted for none that stays.
    const { releases: left } = await releases(ground.context());
    expect(left.map(({ id }) => id)).toEqual([six.id, three.id, two.id, one.id]);
    expect(await refused(() => rollback(ground.context()))).toMatchObject({ code: 'migration-crossed' });
    expect(await refused(() => rollback(ground.context(), { dryRun: true }))).toMatchObject({
      code: 'migration-crossed',
    });
  });

  test('tells a newcomer what is wrong and what to do', async () => {
    const { status, out } = await typed('rollback', one.id, '--reason', 'no totals');
    expect(status).toBe(1);
    expect(out).toContain(`Release ${one.id} can't live with the database as it is now`);
    expect(out).toContain('ran 5.sql');
    expect(out).toContain('Mend the fault in a commit that has 5.sql, and deploy that');
    expect(out).toContain('restore the database from a backup made before it');
    const list = await typed('releases');
    expect(list.status).toBe(0);
    expect(list.out).toMatch(new RegExp(`${one.id} .*no way back: before 5\\.sql`));
  });

  test('does not stand in the way of a release that has it', async () => {
    const seven = await ground.release('seven', faults.none, { ...contract, '7.sql': '' });
    await good(seven);
    const report = await ground.underLoad(() => rollback(ground.context()));
    expect(report).toMatchObject({ outcome: 'success', from: seven.id, to: six.id });
  });
});
