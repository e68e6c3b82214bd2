import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import {
  activate,
  type HistoryEntry,
  markGood,
  observeReleases,
  prune,
  type ReleaseId,
  recordHistory,
  stage,
} from '../../src/release';
import { RecordingReporter } from '../../src/reporter';
import { type LocalRemote, localRemote } from '../remote/local-remote';
import { archiveOf, temporary } from './trees';

const id = (text: string) => text as ReleaseId;
const [A, B, C, D] = ['aaaaaaa-00000001', 'bbbbbbb-00000002', 'ccccccc-00000003', 'ddddddd-00000004'].map(id) as [
  ReleaseId,
  ReleaseId,
  ReleaseId,
  ReleaseId,
];

let local: LocalRemote;
let root: string;
beforeEach(() => {
  local = localRemote();
  root = temporary();
});
afterEach(() => local.close());

const kept = () => readdirSync(join(root, 'releases')).sort();
const observed = () => local.run(observeReleases(root));

/** As staging leaves it; `good` is when it was marked so, in seconds. */
function put(release: string, good?: number): void {
  const folder = join(root, 'releases', release);
  mkdirSync(join(folder, 'tree'), { recursive: true });
  writeFileSync(join(folder, 'manifest.json'), '{"service":"pos","migrations":["1.sql"],"entries":[\n]}\n');
  if (good === undefined) return;
  writeFileSync(join(folder, 'good'), '');
  utimesSync(join(folder, 'good'), good, good);
}

describe('the releases of a worker', () => {
  it('are none before the first deploy', async () => {
    expect(await observed()).toEqual({ staged: [], history: [] });
  });

  it('are told with commit, migrations, time, and which is active and good', async () => {
    const archive = await archiveOf({ 'a\\b"c': { file: 'x' } });
    await stage(local, root, archive, new RecordingReporter());
    put(A, 1000);
    utimesSync(join(root, 'releases', A, 'manifest.json'), 1000, 1000);
    await local.run(activate(root, archive.id));
    const { staged, active } = await observed();
    expect(active).toBe(archive.id);
    expect(staged).toEqual([
      { id: A, migrations: ['1.sql'], stagedAt: new Date(1_000_000), good: true },
      { id: archive.id, migrations: [], stagedAt: expect.any(Date), good: false },
    ]);
  });

  it('leave out what is none: a stranger’s folder, an unfinished one, a link that leads elsewhere', async () => {
    put(A);
    put('backup');
    put(`.incoming-${B}.abcdef`);
    mkdirSync(join(root, 'releases', C));
    symlinkSync('/elsewhere', join(root, 'current'));
    expect(await observed()).toMatchObject({ staged: [{ id: A }], history: [] });
    expect((await observed()).active).toBeUndefined();
  });

  it('can not be told without the service’s folder', () =>
    expect(local.run(observeReleases('/not/there'))).rejects.toMatchObject({
      failure: { code: 'service-folder-missing' },
    }));
});

describe('activating', () => {
  it('makes current lead to the release, by a relative link, over and over', async () => {
    put(A);
    put(B);
    for (const release of [A, B, B, A]) {
      await local.run(activate(root, release));
      expect(readlinkSync(join(root, 'current'))).toBe(`releases/${release}/tree`);
      expect(realpathSync(join(root, 'current'))).toBe(join(realpathSync(root), 'releases', release, 'tree'));
    }
    expect(readdirSync(root).sort()).toEqual(['current', 'metrics', 'releases']);
  });

  it('tells the monitoring which release it is, of which service, and switches where it can not', async () => {
    put(A);
    put(B);
    await local.run(activate(root, A));
    const told = () => readFileSync(join(root, 'metrics/release.prom'), 'utf8');
    expect(told()).toMatch(
      new RegExp(`^buka_worker_release\\{service="${basename(root)}",release="${A}"\\} 1\n$`, 'm'),
    );
    await local.run(activate(root, B));
    expect(told()).toContain(`release="${B}"`);
    expect(told()).not.toContain(`release="${A}"`);
    expect(readdirSync(join(root, 'metrics'))).toEqual(['release.prom']);
    rmSync(join(root, 'metrics'), { recursive: true });
    writeFileSync(join(root, 'metrics'), 'in the way');
    await local.run(activate(root, A));
    expect(readlinkSync(join(root, 'current'))).toBe(`releases/${A}/tree`);
  });

  it('refuses a release that is not there, and leaves the active one', async () => {
    put(A);
    await local.run(activate(root, A));
    await expect(local.run(activate(root, B))).rejects.toMatchObject({
      failure: { code: 'release-not-staged', message: expect.stringContaining(B) },
    });
    expect((await observed()).active).toBe(A);
  });

  it('leaves no moment in which current leads nowhere', async () => {
    for (const release of [A, B]) {
      put(release);
      writeFileSync(join(root, 'releases', release, 'tree/file'), 'x');
    }
    await local.run(activate(root, A));
    const reader = spawn('sh', ['-c', 'while [ ! -e stop ]; do cat current/file > /dev/null; done'], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let complaints = '';
    reader.stderr.on('data', (chunk) => {
      complaints += chunk;
    });
    for (let turn = 0; turn < 60; turn += 1) await local.run(activate(root, turn % 2 ? A : B));
    writeFileSync(join(root, 'stop'), '');
    await once(reader, 'close');
    expect(complaints).toBe('');
  });

  it('goes over what a dead run left', async () => {
    put(A);
    put(B);
    await local.run(activate(root, A));
    symlinkSync(`releases/${A}/tree`, join(root, '.current.next'));
    await local.run(activate(root, B));
    expect((await observed()).active).toBe(B);
  });

  it('never takes away a folder that somebody made in the place of the link', async () => {
    put(A);
    mkdirSync(join(root, 'current'));
    await expect(local.run(activate(root, A))).rejects.toMatchObject({ failure: { code: 'release-script-failed' } });
    expect(readdirSync(join(root, 'current'))).toEqual([]);
  });
});

describe('the history', () => {
  const entry = (release: ReleaseId, more: Partial<HistoryEntry> = {}): HistoryEntry => ({
    at: new Date('2026-01-02T03:04:05.678Z'),
    event: 'activated',
    release,
    by: 'https://example.com/run/1',
    ...more,
  });

  it('tells what happened in order, whatever the texts hold', async () => {
    const entries = [
      entry(A),
      entry(B, { event: 'good', from: A, by: 'o\'brien@"box" $(reboot)\n', reason: '`x`\\\u0000\u2028%s ü' }),
      entry(A, { event: 'reverted', from: B }),
    ];
    for (const one of entries) await local.run(recordHistory(root, one));
    expect((await observed()).history).toEqual(entries);
  });

  it('survives a line that a dying run tore, and does not glue the next one to it', async () => {
    await local.run(recordHistory(root, entry(A)));
    appendFileSync(join(root, 'history'), '{"at":"2026-01-02T03:04:05.678Z","event":"acti');
    expect((await observed()).history).toEqual([entry(A)]);
    await local.run(recordHistory(root, entry(B)));
    expect((await observed()).history).toEqual([entry(A), entry(B)]);
  });

  it('passes over lines that are no entries', async () => {
    const lines = ['', 'null', '7', '{}', '[]', '{"at":"never","event":"good","release":"aaaaaaa-00000001","by":""}'];
    writeFileSync(join(root, 'history'), `${lines.join('\n')}\n`);
    await local.run(recordHistory(root, entry(A)));
    expect((await observed()).history).toEqual([entry(A)]);
  });

  const restored = entry(A, { event: 'restored', backup: '20261127T221500Z-3f2a91', recoveryPoint: new Date(5) });

  it('tells to which backup and instant the database was restored, and passes over a line that does not', async () => {
    const torn = { ...restored, recoveryPoint: 'soon' };
    const bare = { ...restored, backup: undefined };
    writeFileSync(join(root, 'history'), `${JSON.stringify(torn)}\n${JSON.stringify(bare)}\n`);
    await local.run(recordHistory(root, restored));
    expect((await observed()).history).toEqual([restored]);
  });

  it('is told of months, and a restore and a contract migration however long they are ago', async () => {
    await local.run(recordHistory(root, entry(A, { event: 'migrated', contract: ['1.sql'] })));
    await local.run(recordHistory(root, restored));
    appendFileSync(join(root, 'history'), `${JSON.stringify(entry(B))}\n`.repeat(600));
    const { history } = await observed();
    expect(history.map(({ event }) => event).slice(0, 3)).toEqual(['migrated', 'restored', 'activated']);
    expect(history).toHaveLength(502);
  });

  it('keeps a line short, however long its reason is', async () => {
    await local.run(recordHistory(root, entry(A, { reason: 'x'.repeat(100_000) })));
    expect(readFileSync(join(root, 'history'), 'utf8').length).toBeLessThan(4096);
  });
});

describe('pruning', () => {
  it('can only call good what is there', async () => {
    await expect(local.run(markGood(root, A))).rejects.toMatchObject({ failure: { code: 'release-not-staged' } });
  });

  // Each release with the second at which it was marked good, or undefined for a failed attempt.
  const rules: {
    what: string;
    has: [ReleaseId, number?][];
    active?: ReleaseId;
    keep: number;
    protect?: ReleaseId[];
    removed: ReleaseId[];
  }[] = [
    {
      what: 'keeps the active one and the last good one before it',
      has: [
        [A, 1],
        [B, 2],
        [C, 3],
      ],
      active: C,
      keep: 0,
      removed: [A],
    },
    {
      what: 'keeps as many good ones besides as it is told',
      has: [
        [A, 1],
        [B, 2],
        [C, 3],
        [D, 4],
      ],
      active: D,
      keep: 1,
      removed: [A],
    },
    {
      what: 'counts no failed attempt, and removes it',
      has: [[A, 1], [B], [C], [D, 4]],
      active: D,
      keep: 1,
      removed: [B, C],
    },
    {
      what: 'keeps the last good one when many attempts failed since',
      has: [[A, 1], [B], [C], [D]],
      active: D,
      keep: 0,
      removed: [B, C],
    },
    {
      what: 'keeps the active one, though it is old',
      has: [
        [A, 1],
        [B, 2],
        [C, 3],
      ],
      active: A,
      keep: 0,
      removed: [B],
    },
    {
      what: 'keeps the active one, though it was never good',
      has: [[A], [B, 2], [C, 3], [D, 4]],
      active: A,
      keep: 0,
      removed: [B, C],
    },
    {
      what: 'keeps the running one, though another is active',
      has: [
        [A, 1],
        [B, 2],
        [C, 3],
        [D, 4],
      ],
      active: D,
      keep: 0,
      protect: [A],
      removed: [B],
    },
    {
      what: 'keeps a failed attempt that still runs',
      has: [[A, 1], [B], [C, 3]],
      active: C,
      keep: 0,
      protect: [B],
      removed: [],
    },
    {
      what: 'keeps what is good again',
      has: [
        [A, 9],
        [B, 2],
        [C, 3],
        [D, 4],
      ],
      active: A,
      keep: 1,
      removed: [B],
    },
    { what: 'removes nothing when there is little', has: [[A, 1]], active: A, keep: 5, removed: [] },
    { what: 'keeps the last good one when nothing is active', has: [[A, 1], [B, 2], [C]], keep: 0, removed: [A, C] },
  ];
  it.each(rules)('$what', async ({ has, active, keep, protect = [], removed }) => {
    for (const [release, good] of has) put(release, good);
    if (active) await local.run(activate(root, active));
    expect((await local.run(prune(root, { keep, protect }))).sort()).toEqual(removed);
    expect(kept()).toEqual(has.map(([release]) => release).filter((release) => !removed.includes(release)));
  });

  it('clears what dead runs left, read-only folders too, and leaves what is not Buka’s', async () => {
    put(A, 1);
    put(`.incoming-${B}.abcdef`);
    put(`.removed-${C}`);
    put('backup');
    writeFileSync(join(root, 'releases/notes'), '');
    const archive = await archiveOf({ 'a/b/c': { file: 'x' }, 'a/b': { folder: 0o555 }, a: { folder: 0o555 } });
    await stage(local, root, archive, new RecordingReporter());
    put(`.incoming-${B}.abcdef`);
    expect(await local.run(prune(root, { keep: 5, protect: [] }))).toEqual([archive.id]);
    expect(kept()).toEqual([A, 'backup', 'notes']);
  });

  it('that dies while it deletes leaves no half release', async () => {
    const archive = await archiveOf({ 'a/b': { file: 'x' }, 'a/c': { file: 'y' } });
    await stage(local, root, archive, new RecordingReporter());
    put(A, 1);
    const tools = temporary();
    const halfway = '#!/bin/sh\nfor last; do :; done\nfind "$last" -name b -delete\nkill -9 0\n';
    writeFileSync(join(tools, 'rm'), halfway, { mode: 0o755 });
    const mortal = localRemote({ path: [tools] });
    await expect(mortal.run(prune(root, { keep: 0, protect: [] }))).rejects.toThrow();
    mortal.close();
    expect(kept()).toEqual([`.removed-${archive.id}`, A]);
    expect(await local.run(prune(root, { keep: 0, protect: [] }))).toEqual([]);
    expect(kept()).toEqual([A]);
  });

  it('does nothing before the first deploy', async () => {
    expect(await local.run(prune(root, { keep: 5, protect: [] }))).toEqual([]);
    expect(existsSync(join(root, 'releases'))).toBe(false);
    rmSync(root, { recursive: true });
  });
});
