import { type HistoryEntry, previousGood, type ReleaseId, type WorkerReleases } from '../../src/release';

const id = (letter: string) => `${letter.repeat(7)}-00000000` as ReleaseId;
const letter = (release: ReleaseId | undefined) => release?.[0];

/** `A B+` staged in this order, `+` good; the history as `good A`, `reverted B`, one a minute. */
function worker(staged: string, history = ''): WorkerReleases {
  const events = history === '' ? [] : history.split(', ').map((text) => text.split(' ') as [string, string]);
  return {
    staged: staged.split(' ').map((text, index) => ({
      id: id(text[0] ?? ''),
      migrations: [],
      stagedAt: new Date(index * 60_000),
      good: text.endsWith('+'),
    })),
    history: events.map(([event, release], index) => ({
      at: new Date(index * 60_000),
      event: event as HistoryEntry['event'],
      release: id(release),
      by: 'test',
    })),
  };
}

const from = (active: string | undefined, ...workers: WorkerReleases[]) =>
  letter(previousGood(workers, active === undefined ? undefined : id(active)));

describe('a rollback without a release named goes', () => {
  it('to the last good one before the present', () => {
    expect(from('c', worker('a+ b+ c+', 'good a, good b, good c'))).toBe('b');
  });
  it('to the last good one, not the last attempted', () => {
    expect(from('d', worker('a+ b+ c d', 'good a, good b, activated c, reverted b, activated d'))).toBe('b');
  });
  it('further back the second time, never forward to what was fled from', () => {
    expect(from('b', worker('a+ b+ c+', 'good a, good b, good c, activated b, good b'))).toBe('a');
    expect(from('a', worker('a+ b+ c+', 'good a, good b, good c, good b, good a'))).toBeUndefined();
  });
  it('to what was good after going back and forward again', () => {
    expect(from('d', worker('a+ b+ c+ d+', 'good a, good b, good c, good b, good d'))).toBe('b');
  });
  it('only to a release that is on every worker', () => {
    expect(from('c', worker('a+ b+ c+', 'good a, good b, good c'), worker('a+ c+', 'good c'))).toBe('a');
    expect(from('c', worker('a+ b+ c+', 'good a, good b, good c'), worker('c+', 'good c'))).toBeUndefined();
  });
  it('to a release that one worker missed to mark', () => {
    expect(from('b', worker('a+ b+', 'good a, good b'), worker('a b', ''))).toBe('a');
  });
  it('by the time of staging where the history was lost', () => {
    expect(from('c', worker('a+ b+ c+'))).toBe('b');
    expect(from('c', worker('a+ b+ c+', 'good c'))).toBe('b');
  });
  it('nowhere when there is nothing good', () => {
    expect(from('b', worker('a b'))).toBeUndefined();
    expect(from('a', worker('a+', 'good a'))).toBeUndefined();
    expect(from(undefined, { staged: [], history: [] })).toBeUndefined();
  });
  it('to the last good one when nothing is active', () => {
    expect(from(undefined, worker('a+ b+', 'good a, good b'))).toBe('b');
  });
});
