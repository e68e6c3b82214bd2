import { setTimeout } from 'node:timers/promises';
import { backupId, programVersion, takeBackup } from '../../src/backup';
import type { BukaError } from '../../src/errors';
import { releaseId } from '../../src/release';
import { BackupGround, backedUp, ID, manifestOf, storedManifest } from './ground';

let ground: BackupGround;
beforeEach(() => {
  ground = new BackupGround();
});
afterEach(() => ground.close());

const PROOF = { at: '2026-11-27T22:15:09Z', tables: 1, rows: 12 };
const manual = { kind: 'manual' } as const;
const failing = (options: Parameters<typeof takeBackup>[1] = manual) =>
  takeBackup(ground.context, options).then(
    () => undefined,
    (error: BukaError) => error.failure,
  );

it('a backup is what the backup server says is proven, and what it says meanwhile is told', async () => {
  ground.says(['progress dumped 100 MB', 'progress proving it', `manifest ${manifestOf()}`]);
  const manifest = await takeBackup(ground.context, manual);
  expect(manifest).toMatchObject({
    id: ID,
    recoveryPoint: new Date('2026-11-27T22:15:01Z'),
    bytes: 478_000_000,
    bytesAdded: 2_800_000,
    took: { dump: 3200, prove: 5500, restore: 4100 },
  });
  expect(ground.reporter.steps.map(({ host, name, state, detail }) => [host, name, state, detail])).toEqual([
    ['backup1', 'backup', 'started', 'shop'],
    ['backup1', 'backup', 'progress', 'dumped 100 MB'],
    ['backup1', 'backup', 'progress', 'proving it'],
    ['backup1', 'backup', 'done', `${ID}, 478.0 MB, 2.8 MB new; restored in 4.1 s and compared`],
  ]);
});

it('it is asked for on standard input alone, as the account that owns the repository', async () => {
  const release = releaseId('0a1b2c3-00000001');
  ground.says([`manifest ${manifestOf({ kind: 'deploy', release })}`]);
  await takeBackup(ground.context, { kind: 'deploy', release, reason: 'before 4d5e6f7-00000002' });
  expect(ground.asked).toEqual([
    '-n -u buka-backup /usr/local/lib/buka/backup',
    'do=take',
    'service=pos',
    'kind=deploy',
    `release=${release}`,
    'run=run-1',
    'by=ann, https://ci.example/7',
    'reason=before 4d5e6f7-00000002',
    'proof=every',
    'wait=900',
    `program=${programVersion.backup}`,
  ]);
});

it.each(['one\ndo=list', 'one\r\ndo=list', 'one\u2028do=list', 'one\u0085do=list'])(
  'a reason of several lines (%j) stays one value',
  async (reason) => {
    ground.says([`manifest ${manifestOf()}`]);
    await takeBackup(ground.context, { ...manual, reason });
    expect(ground.asked).toContain('reason=one do=list');
    expect(ground.asked.filter((line) => line.startsWith('do='))).toEqual(['do=take']);
  },
);

it.each([
  ['ends without a manifest', ['progress stored; proving it'], 'It ended without a manifest'],
  ['says nothing', [], 'It ended without a manifest'],
  ['goes on after the manifest', [`manifest ${manifestOf()}`, 'oh dear'], 'It ended without a manifest'],
  ['has a manifest that is cut', [`manifest ${manifestOf().slice(0, -9)}`], "can't be read"],
  ['has a manifest without a proof', [`manifest ${manifestOf({ proof: undefined })}`], "can't be read"],
  ['is of a backup that is only stored', [`manifest ${storedManifest({ kind: 'manual' })}`], 'has no proof'],
  ['calls proven what took no time to prove', [`manifest ${storedManifest({ proof: PROOF })}`], "can't be read"],
  ['names none that is proven', [`manifest ${storedManifest({ newestProven: undefined })}`], "can't be read"],
  ['is about another service', [`manifest ${manifestOf({ service: 'till' })}`], 'of something else'],
  ['is about another database', [`manifest ${manifestOf({ database: 'till' })}`], 'of something else'],
  ['is about an earlier run', [`manifest ${manifestOf({ run: 'run-0' })}`], 'of something else'],
  ['is about another kind of backup', [`manifest ${manifestOf({ kind: 'nightly' })}`], 'of something else'],
  ['is about another release', [`manifest ${manifestOf({ release: '0a1b2c3-00000001' })}`], 'of something else'],
])('an answer that %s is no backup', async (_, lines, message) => {
  ground.says(lines);
  const failure = await failing();
  expect(failure).toMatchObject({ code: 'backup-unproven', host: 'backup1', step: 'backup' });
  expect(failure?.message).toContain(message);
  expect(failure?.left).toContain('No backup came of it');
});

describe('where buka.yml leaves the proof to the night', () => {
  const taken = (kind: 'deploy' | 'manual') => {
    const cluster = backedUp();
    const backup = cluster.backup && { ...cluster.backup, proof: 'nightly' as const };
    return takeBackup({ ...ground.context, cluster: { ...cluster, backup } }, { kind });
  };

  it("a deploy's backup may be stored only, which is told, and what is proven", async () => {
    ground.says([`manifest ${storedManifest()}`]);
    expect(await taken('deploy')).toMatchObject({ proof: null, newestProven: { id: '20261127T023011Z-90c1d2' } });
    expect(ground.asked).toContain('proof=nightly');
    expect(ground.reporter.steps.at(-1)).toMatchObject({
      state: 'done',
      detail: `${ID}, 478.0 MB, 2.8 MB new; stored, not proven; the newest proven one is 20261127T023011Z-90c1d2 of 2026-11-27T02:30:12.000Z`,
    });
  });

  it('one that was proven after all is told as that, and why', async () => {
    ground.says([`manifest ${manifestOf({ kind: 'deploy', proofDue: 'none is proven' })}`]);
    await taken('deploy');
    expect(ground.reporter.steps.at(-1)?.detail).toMatch(/restored in 4\.1 s and compared, after all: none is proven$/);
  });

  it('one that a person asks for is proven all the same', async () => {
    ground.says([`manifest ${storedManifest({ kind: 'manual' })}`]);
    await expect(taken('manual')).rejects.toMatchObject({ code: 'backup-unproven' });
    expect(ground.asked).toContain('proof=every');
  });
});

// The contract with the program on the backup server.
const codes = [
  ...['program-missing', 'program-outdated', 'not-set-up', 'bad-request', 'repository-missing', 'repository-password'],
  ...['repository-broken', 'database-unreachable', 'client-too-old', 'migration-running', 'backup-running'],
  ...['too-little-space', 'dump-failed', 'globals-failed', 'store-failed', 'proof-failed', 'no-such-backup'],
  'interrupted',
];

it.each(codes)('%s is told with what was seen, what is left, and what to do next', async (code) => {
  ground.says(['progress dumped 1 MB', `error ${code} what was seen: a=b`], 20);
  const failure = await failing();
  expect(failure).toMatchObject({ code, host: 'backup1', step: 'backup', seen: 'what was seen: a=b' });
  expect(failure?.hint?.length).toBeGreaterThan(20);
  expect(failure?.left).toContain('are as they were');
});

it.each([
  [
    'sudo refuses',
    'echo "sudo: a password is required" >&2; exit 1',
    'program-missing',
    'sudo: a password is required',
  ],
  ['there is no sudo', 'exit 127', 'program-missing', 'status 127'],
  ['the program dies', 'echo "progress dumped 1 MB"; kill -9 $$', 'interrupted', 'Killed'],
  ['it fails without a word', 'exit 20', 'interrupted', 'status 20'],
  ['it tells of a failure and ends well', 'echo "error dump-failed x"', 'backup-unproven', 'error dump-failed x'],
  ['its code is of another time', 'echo "error moon-phase full"; exit 20', 'answer-unreadable', 'moon-phase full'],
])('where %s, there is no backup, and it is said why', async (_, text, code, seen) => {
  ground.answers(text);
  expect(await failing()).toMatchObject({ code, seen, hint: expect.any(String) });
});

it('a run that is cancelled ends at once and says that the backup goes on', async () => {
  ground.answers('echo "progress dumped 1 MB"; sleep 3');
  const failed = failing();
  while (ground.reporter.steps.length < 2) await setTimeout(20);
  const began = performance.now();
  ground.cancel();
  expect(await failed).toMatchObject({ code: 'cancelled', left: expect.stringContaining('goes on with the backup') });
  expect(performance.now() - began).toBeLessThan(1500);
  expect(ground.reporter.lines.join('\n')).toContain('backup1 goes on with the backup by itself');
});

it('without a backup server in buka.yml it is said what to add', async () => {
  const { backup: _, ...cluster } = ground.context.cluster;
  await expect(takeBackup({ ...ground.context, cluster }, manual)).rejects.toMatchObject({
    code: 'backup-not-configured',
  });
});

it('what is no id of a backup is refused before anything is asked', () => {
  expect(backupId(ID)).toBe(ID);
  for (const text of ['', 'newest', '../../etc/passwd', `${ID}\nid=x`, ID.toUpperCase()])
    expect(() => backupId(text)).toThrow('is not the id of a backup');
});

it('tables that could not be compared, since production was never quiet, are told', async () => {
  const about = { base: ID, stream: 's', first: '1', last: '2', point: 'p', exact: false, busy: ['public.sales'] };
  ground.says([`manifest ${manifestOf({ continuous: about })}`]);
  await takeBackup(ground.context, manual);
  expect(ground.reporter.lines.join()).toContain('public.sales came back and could be read, but could not be compared');
});
