import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BukaError } from '../../src/errors';
import { observeReleases } from '../../src/release';
import { RecordingReporter } from '../../src/reporter';
import { acquireLock } from '../../src/rollout/lock/scripts';
import { migrate } from '../../src/rollout/migrate';
import { plan } from '../../src/rollout/plan';
import { type LocalRemote, localRemote } from '../remote/local-remote';
import { clusterOf, observationOf, r1, r2 } from './ground';

/** What a migration leaves in the history, by a program that really runs. */
let root: string;
let remote: LocalRemote;
const owner = JSON.stringify({ run: 'mine', by: 'ann', machine: 'm', pid: 1 });

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'buka-migrate-'));
  mkdirSync(join(root, 'releases', r2, 'tree'), { recursive: true });
  remote = localRemote();
  await remote.run(acquireLock(root, owner));
});

afterEach(() => {
  remote.close();
  rmSync(root, { recursive: true, force: true });
});

/** worker1 is this machine; worker2 can't be reached. */
async function migrating(program: string, { as = owner, gone = 'worker2' } = {}) {
  const made = clusterOf({ workers: 2, release: { migrate: ['sh', '-c', program], migrations: 'db' } });
  const cluster = { ...made, workers: { ...made.workers, root, envFile: undefined } };
  const reporter = new RecordingReporter();
  const context = {
    cluster,
    reporter,
    run: { id: 'mine', by: 'ann', url: 'https://ci.example/7' },
    remote: async ({ name }: { name: string }) => {
      if (name === gone) throw new BukaError({ code: 'unreachable', message: `${name} is off`, host: name });
      return remote;
    },
  };
  const target = { kind: 'deploy' as const, id: r2, migrations: ['1.sql', '2.sql'] };
  const error = await migrate(context, plan(cluster, target, observationOf(cluster)), as, ['2.sql']).then(
    () => undefined,
    (failed: BukaError) => failed.failure,
  );
  return { error, reporter, history: (await remote.run(observeReleases(root))).history };
}

const noted = [{ event: 'migrated', release: r2, from: r1, by: 'ann, https://ci.example/7', contract: ['2.sql'] }];

it('the program finds its trace in the history when it starts', async () => {
  const { error, history } = await migrating(`cp ${root}/history ${root}/seen`);
  expect(error).toBeUndefined();
  expect(history).toMatchObject(noted);
  expect(readFileSync(join(root, 'seen'), 'utf8')).toBe(readFileSync(join(root, 'history'), 'utf8'));
});

it('the trace stays when the program fails, and the failure tells what follows from it', async () => {
  const { error, history } = await migrating('echo no such table; exit 3');
  expect(history).toMatchObject(noted);
  expect(error).toMatchObject({
    code: 'migration-failed',
    seen: expect.stringContaining('no such table'),
    left: expect.stringContaining('2.sql'),
    hint: expect.stringContaining('under the same name'),
  });
});

it('a worker that went away does not stop it, and is named', async () => {
  const { error, reporter } = await migrating('true');
  expect(error).toBeUndefined();
  expect(reporter.lines.join('\n')).toContain('warning: worker2 could not note the migration');
});

it('nothing is migrated where it could not be noted on the worker that migrates', async () => {
  const { error, history } = await migrating(`touch ${root}/ran`, { gone: 'worker1' });
  expect(error).toMatchObject({
    code: 'unreachable',
    step: 'migrate',
    left: expect.stringMatching(/^Nothing was mig/),
  });
  expect(history).toEqual([]);
  expect(() => readFileSync(join(root, 'ran'))).toThrow();
});

it('a run that lost its lock neither migrates nor leaves a trace', async () => {
  const as = owner.replace('mine', 'late');
  const { error, history } = await migrating(`touch ${root}/ran`, { as });
  expect(error).toMatchObject({ code: 'lock-lost' });
  expect(history).toEqual([]);
  expect(() => readFileSync(join(root, 'ran'))).toThrow();
});
