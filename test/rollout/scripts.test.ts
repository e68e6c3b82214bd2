import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { acquireLock, releaseLock, renewLock } from '../../src/rollout/lock/scripts';
import { migration } from '../../src/rollout/migrate';
import { releaseOf } from '../../src/rollout/probe';
import { type LocalRemote, localRemote } from '../remote/local-remote';
import { r1 } from './ground';

/** The scripts of the rollout, through a real shell on this machine. */
let root: string;
let remote: LocalRemote;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'buka-scripts-'));
  remote = localRemote();
});

afterEach(() => {
  remote.close();
  rmSync(root, { recursive: true, force: true });
});

const owner = (run: string, more: object = {}) => JSON.stringify({ run, by: 'ann', machine: 'm', pid: 1, ...more });
const [mine, theirs] = [owner('mine'), owner('theirs')];
const acquire = (who: string) => remote.run(acquireLock(root, who));
const expireIn = (seconds: number) => utimesSync(join(root, 'lock'), 0, Date.now() / 1000 + seconds);

describe('the lock of a worker', () => {
  it('is held by one run at a time', async () => {
    expect(await acquire(mine)).toEqual({ kind: 'acquired', from: undefined });
    expect(await acquire(theirs)).toMatchObject({
      kind: 'held',
      by: { expired: false, owner: { run: 'mine', by: 'ann' } },
    });
  });

  it('goes to one of many that ask at the same moment', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, (_, index) => acquire(owner(`run ${index}`))));
    expect(answers.filter(({ kind }) => kind === 'acquired')).toHaveLength(1);
  });

  it('can be asked for twice by its owner, whose connection may have died before the answer came', async () => {
    await acquire(mine);
    expect(await acquire(mine)).toEqual({ kind: 'acquired', from: undefined });
  });

  it('is taken over once it has expired, and the dead run is named', async () => {
    await acquire(theirs);
    expireIn(-1);
    expect(await acquire(mine)).toMatchObject({ kind: 'acquired', from: { run: 'theirs' } });
  });

  it('does not stay for ever when a clock jumped back', async () => {
    await acquire(theirs);
    expireIn(86_400);
    expect(await acquire(mine)).toMatchObject({ kind: 'acquired', from: { run: 'theirs' } });
  });

  it('lives on while its owner renews it, and tells an owner that lost it', async () => {
    await acquire(mine);
    expireIn(1);
    expect(await remote.run(renewLock(root, mine))).toBe('renewed');
    expect(await acquire(theirs)).toMatchObject({ kind: 'held' });
    expireIn(-1);
    await acquire(theirs);
    expect(await remote.run(renewLock(root, mine))).toMatchObject({ lost: { owner: { run: 'theirs' } } });
  });

  it('is given back by its owner only', async () => {
    await acquire(mine);
    await remote.run(releaseLock(root, theirs));
    expect(await acquire(theirs)).toMatchObject({ kind: 'held' });
    await remote.run(releaseLock(root, mine));
    expect(await acquire(theirs)).toEqual({ kind: 'acquired', from: undefined });
  });

  it('keeps who took it, whatever a person is called', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 80 }), async (by) => {
        fc.pre(by.isWellFormed() && !by.includes('\0'));
        const them = owner('theirs', { by, url: `https://ci.example/${encodeURIComponent(by)}` });
        await acquire(them);
        expect(await acquire(mine)).toMatchObject({ kind: 'held', by: { owner: { by } } });
        await remote.run(releaseLock(root, them));
      }),
      { numRuns: 20 },
    );
  });

  it('stands in the way of nobody when its file holds nonsense and is old', async () => {
    writeFileSync(join(root, 'lock'), 'not ours');
    expireIn(-1);
    expect(await acquire(mine)).toMatchObject({ kind: 'acquired', from: { run: 'unknown' } });
  });
});

describe('the migration program', () => {
  const run = async (words: readonly string[], env = '') => {
    const tree = join(root, 'releases', r1, 'tree');
    mkdirSync(tree, { recursive: true });
    const envFile = join(root, 'env');
    writeFileSync(envFile, env);
    const said: string[] = [];
    await acquire(mine);
    await remote.run(migration({ root, envFile }, r1, words, mine), { onLine: (line) => said.push(line) });
    return said;
  };
  const print = ['printenv', '-0'];
  const variables = async (env: string) => {
    const text = (await run(print, env)).join('\n');
    return new Map(
      text.split('\0').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
  };

  it('gets its words as they are, whatever a shell would make of them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'grapheme', maxLength: 30 }), { maxLength: 5 }), async (words) => {
        fc.pre(words.every((word) => word.isWellFormed() && !/[\0\n]/.test(word)));
        const said = await run(['printf', '[%s]\n', '--', ...words]);
        expect(said.slice(0, words.length + 1)).toEqual(['[--]', ...words.map((word) => `[${word}]`)]);
      }),
      { numRuns: 30 },
    );
  });

  it('gets the variables of the env file, none of them evaluated', async () => {
    const env = [
      '# a comment',
      '; another',
      '',
      'DATABASE_URL=postgres://pos:p$(id)`id`$HOME&x=1@db/pos?a=b',
      'QUOTED="with spaces and a \\"quote\\""',
      "SINGLE='$HOME stays'",
      'SPACED = around ',
      'EMPTY=',
      'not a variable',
      '9LIVES=no',
      'buka_line=harmless',
      'root=/elsewhere',
      'LAST=without a newline',
    ].join('\n');
    const seen = await variables(env);
    expect(Object.fromEntries(seen)).toMatchObject({
      DATABASE_URL: 'postgres://pos:p$(id)`id`$HOME&x=1@db/pos?a=b',
      QUOTED: 'with spaces and a "quote"',
      SINGLE: '$HOME stays',
      SPACED: 'around',
      EMPTY: '',
      LAST: 'without a newline',
    });
    expect(seen.has('9LIVES')).toBe(false);
  });

  it('works in the folder of the staged release', async () => {
    expect((await run(['pwd']))[0]).toBe(join(root, 'releases', r1, 'tree'));
  });

  it('does not run for a run that has lost the lock', async () => {
    await run(['true']);
    writeFileSync(join(root, 'lock'), theirs);
    const outcome = remote.run(migration({ root }, r1, ['touch', join(root, 'ran')], mine));
    await expect(outcome).rejects.toMatchObject({ failure: { code: 'lock-lost' } });
    expect(() => readFileSync(join(root, 'ran'))).toThrow();
  });
});

describe('the release that a process runs', () => {
  const roots = ['/data/pos', '/srv/pos'];
  it.each([
    ['the tree of a release', `/srv/pos/releases/${r1}/tree`, r1],
    ['by the folder that the service folder is a link to', `/data/pos/releases/${r1}/tree`, r1],
    ['not a folder below it', `/srv/pos/releases/${r1}/tree/dist`, undefined],
    ['not a release that was deleted', `/srv/pos/releases/${r1}/tree (deleted)`, undefined],
    ['not some other folder', '/', undefined],
    ['not a folder of another service', `/srv/posh/releases/${r1}/tree`, undefined],
  ])('is told from its folder: %s', (_, folder, expected) => {
    expect(releaseOf(folder, roots)).toBe(expected);
  });
});
