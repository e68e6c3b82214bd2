import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseManifest } from '../../src/backup/manifest';
import { common } from '../../src/backup/programs/common';
import { continuous } from '../../src/backup/programs/continuous';
import { metrics } from '../../src/backup/programs/metrics';
import { prove } from '../../src/backup/programs/prove';
import { retention } from '../../src/backup/programs/retention';
import { take } from '../../src/backup/programs/take';
import { manifestOf } from './ground';

/** The program's own decisions on what is proven, with all that reaches for a database or a repository played. */
let state: string;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'buka-proof-'));
  for (const folder of ['manifests', 'metrics', 'repository', 'scratch']) mkdirSync(join(state, folder));
});
afterEach(() => rmSync(state, { recursive: true, force: true }));

const played = String.raw`
state=$1; HOME=$1; work=$1/scratch/1; RESTIC_REPOSITORY=$1/repository
service=pos; database=shop; database_bytes=1; engine=postgresql; engine_name=PostgreSQL; dumper=pg_dump; server=15.8; client=15.8
mode=dump; wait=0; run=run-1; by=ann; keep_last=2; keep_daily=1; keep_weekly=1; keep_releases=2
lock() { :; }; open_repository() { :; }; preflight() { :; }; retain_wal() { :; }; choose_client_for() { :; }
need_backup() { manifests=$state/manifests; stored=11aa; }; version_of_backup() { :; }
open_work() { rm -rf "$work"; mkdir "$work"; proved=; failed=; trap unexpected EXIT; }
open_snapshot() { recovery_point=$(date -u +%FT%T.000Z); printf 'table\tpublic.sales\t12\tf00d\nlarge-objects\t0\t0\n' >"$work/fingerprint"; : >"$work/create"; }
store() { stored=11aa; bytes=478; added=28; }
dump_globals() { : >"$work/globals"; }; close_snapshot() { :; }
restic() { case $* in version) echo 'restic 0.14.0' ;; esac; }
prove() { echo "proof of $id" >>"$state/proofs"; if [ -e "$state/rotten" ]; then die proof-failed 'public.sales: 12 rows, 11 restored'; fi; prove_seconds=5.5; restore_seconds=4.1; }
`;

function run(text: string): { status: number | null; told: string[] } {
  const script = ['set -eu', common, continuous, take, prove, retention, metrics, played, text].join('\n');
  const { status, stdout, stderr } = spawnSync('sh', ['-c', script, '/bin/sh', state], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return { status, told: stdout.trimEnd().split('\n') };
}
const deploys = (more = '') => run(`kind=deploy; proof=nightly; ${more}\ntake`);
const madeBy = ({ told }: { told: string[] }) => parseManifest(told.at(-1)?.replace(/^manifest /, '') ?? '');
const proofs = () => (existsSync(join(state, 'proofs')) ? readFileSync(join(state, 'proofs'), 'utf8').split('\n') : []);
const metric = () => {
  const told = readFileSync(join(state, 'metrics', 'pos.prom'), 'utf8');
  return Number(/^buka_backup_newest_proven_timestamp_seconds\S* (\d+)$/m.exec(told)?.[1]);
};

interface Past {
  readonly release?: string;
  readonly stored?: boolean;
  readonly beside?: readonly ('proved' | 'broken')[];
}
const NOW = Date.now();
const at = (hoursAgo: number) => new Date(NOW - hoursAgo * 3_600_000);
const idAt = (hoursAgo: number) =>
  `${at(hoursAgo)
    .toISOString()
    .replace(/[-:]|\.\d+/g, '')}-000000`;
/** A backup from so many hours ago. */
function past(hoursAgo: number, { release, stored, beside }: Past = {}): string {
  const id = idAt(hoursAgo);
  const unproven = {
    seconds: { dump: 3.2, prove: null, restore: null },
    newestProven: { id, of: at(100).toISOString() },
    // It ends with this.
    proof: null,
  };
  const about = { id, release: release ?? null, recoveryPoint: at(hoursAgo).toISOString() };
  const file = join(state, 'manifests', id);
  const { proof: _, ...rest } = JSON.parse(manifestOf(about));
  writeFileSync(`${file}.json`, `${stored ? JSON.stringify({ ...rest, ...unproven }) : manifestOf(about)}\n`);
  writeFileSync(`${file}.fingerprint`, '');
  if (beside?.includes('proved')) writeFileSync(`${file}.proved`, `proved ${id} ${at(0).toISOString()} 6\n`);
  if (beside?.includes('broken')) writeFileSync(`${file}.broken`, `broken ${id} a pack is damaged\n`);
  return id;
}
const kept = () =>
  readdirSync(join(state, 'manifests'))
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.replace('.json', ''));

describe("a deploy's backup whose proof is left to the night", () => {
  it('is stored and not restored, and says so, and what is proven', () => {
    const proven = past(35);
    const made = deploys();
    expect(proofs()).toEqual([]);
    expect(madeBy(made)).toMatchObject({
      kind: 'deploy',
      proof: null,
      took: { prove: null, restore: null },
      newestProven: { id: proven, of: expect.any(Date) },
      tables: { 'public.sales': { rows: 12 } },
    });
    expect(made.told.join('\n')).toContain(`its proof is left to the night, the newest proven one is ${proven}`);
    expect(metric()).toBe(Math.floor(at(35).getTime() / 1000));
  });

  it.each<[string, () => unknown, string]>([
    ['none is proven', () => past(1, { stored: true }), 'none is proven'],
    ['there is none yet', () => {}, 'none is proven'],
    ['the newest proven one is too old', () => [past(37), past(1, { stored: true })], 'more than 36 hours ago'],
    ['the only one was found broken', () => past(2, { beside: ['broken'] }), 'none is proven'],
    [
      'one that was proven later was found broken since',
      () => past(2, { stored: true, beside: ['proved', 'broken'] }),
      'none',
    ],
  ])('is proven after all where %s', (_, before, why) => {
    before();
    const made = deploys();
    expect(proofs()).toHaveLength(2);
    expect(madeBy(made)).toMatchObject({
      proof: { tables: 1, rows: 12 },
      proofDue: expect.stringContaining(why),
      took: { prove: 5500, restore: 4100 },
    });
    expect(made.told.join('\n')).toMatch(new RegExp(`^progress .*proving it after all: .*${why}`, 'm'));
  });

  it('may lean on one that was proven later', () => {
    const proven = past(3, { stored: true, beside: ['proved'] });
    expect(madeBy(deploys())).toMatchObject({ proof: null, newestProven: { id: proven } });
  });

  it.each(['take', 'id=$2; prove_again'])(
    'is proven after all once a proof has failed (%s), until one ends well',
    (failing) => {
      past(60);
      const id = past(1);
      writeFileSync(join(state, 'rotten'), '');
      const failed = run(`kind=nightly; ${failing.replace('$2', id)}`);
      expect({ status: failed.status, end: failed.told.at(-1) }).toMatchObject({ status: 20 });
      // The deploy that proves it stops as well, for as long as that stays so.
      expect(deploys().told.at(-1)).toMatch(/^error proof-failed/);
      rmSync(join(state, 'rotten'));
      expect(madeBy(deploys())?.proof).not.toBeNull();
      expect(madeBy(deploys())?.proof).toBeNull();
    },
  );
});

it.each([
  ['kind=nightly; proof='],
  ['kind=nightly; proof=nightly'],
  ['kind=manual; proof=nightly'],
  ['kind=deploy; proof=every'],
  ['kind=deploy; proof='],
])('every other backup is proven (%s)', (asked) => {
  past(1);
  const made = madeBy(run(`${asked}\ntake`));
  expect(made?.proof).not.toBeNull();
  expect(made).not.toHaveProperty('proofDue');
});

it('a wish that means nothing is refused', () => {
  expect(run('kind=deploy; proof=never\ntake')).toMatchObject({
    status: 20,
    told: [expect.stringMatching(/^error bad-request/)],
  });
});

describe('in continuous mode', () => {
  const point = (exact: boolean, base: string) => String.raw`
    mode=continuous; open_stream() { stream=s; }; stored_size() { echo 0; }; await_point() { :; }
    choose_base() { base='${base}'; first=1; stored=11aa; bytes=1; }; take_base() { base=$id; first=1; stored=11aa; bytes=1; }
    set_point() { open_snapshot; exact=${exact}; point=$id-1; last=2; }
    prove_point() { prove; }; compare_point() { :; }`;

  it('a nightly backup is proven as ever, and not after all', () => {
    const made = madeBy(run(`kind=nightly; ${point(true, '')}\ntake`));
    expect(made?.proof).not.toBeNull();
    expect(made).not.toHaveProperty('proofDue');
  });

  it('a point after a base that was proven is stored', () => {
    past(1);
    expect(madeBy(deploys(point(true, idAt(1))))).toMatchObject({
      proof: null,
      continuous: { base: idAt(1), busy: [] },
    });
    expect(proofs()).toEqual([]);
  });

  it.each([
    ['a new base', point(true, ''), 'a new base'],
    ['a point at which production was not quiet', point(false, idAt(1)), 'never quiet'],
  ])('%s is proven at once', (_, about, why) => {
    past(1);
    const made = deploys(about);
    expect(madeBy(made)?.proof).not.toBeNull();
    expect(made.told.join('\n')).toMatch(new RegExp(`proving it after all: .*${why}`));
  });
});

it('a stored backup counts for the monitoring once it is proven', () => {
  past(30);
  const id = past(2, { stored: true });
  run('metrics');
  expect(metric()).toBe(Math.floor(at(30).getTime() / 1000));
  expect(run(`id=${id}; prove_again`).told.at(-1)).toMatch(`proved ${id} `);
  expect(metric()).toBe(Math.floor(at(2).getTime() / 1000));
});

describe('the retention', () => {
  // Two of the newest, and the newest of one day and of one week, are proven ones.
  it('keeps what is not proven while it is newer than what is, and counts it for nothing', () => {
    const newer = [past(1, { stored: true }), past(2, { stored: true })];
    const proven = [past(30), past(31)];
    past(3 * 24 + 30);
    past(32, { stored: true });
    run('retain');
    expect(kept()).toEqual([...newer, ...proven].sort());
  });

  it('keeps the newest of each of the last releases, and the newest proven one of it', () => {
    past(1);
    past(2);
    const of = {
      b: [past(200, { release: 'b', stored: true }), past(202, { release: 'b' })],
      a: [past(300, { release: 'a' })],
    };
    past(201, { release: 'b', stored: true });
    past(203, { release: 'b' });
    past(301, { release: 'a', stored: true });
    past(302, { release: 'a' });
    past(400, { release: 'too-old', stored: true });
    run('retain');
    expect(kept().filter((id) => id < idAt(100))).toEqual([...of.b, ...of.a].sort());
  });

  it('counts one that was proven later like any other', () => {
    const last = [past(30, { stored: true, beside: ['proved'] }), past(31)];
    past(32);
    past(33, { stored: true });
    run('retain');
    expect(kept()).toEqual(last.sort());
  });
});
