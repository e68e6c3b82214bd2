import { BukaError } from '../../src/errors';
import { fitSummary, rolloutSummary } from '../../src/github/summary';
import { BACKUP, NEW, OLD, reportOf, STORED } from './report';

const failure = new BukaError({
  code: 'not-healthy',
  message: 'The worker did not get healthy.',
  host: 'worker2',
  step: 'healthy',
  seen: 'GET /readyz: 503 ```\n| <img src=x> | @everyone',
  left: 'worker2 runs its old release again.',
  hint: '`buka status` tells who <b>.',
});

describe('the page of a rollout', () => {
  test('has the time line of each worker, counted from the start', () => {
    const page = rolloutSummary('pos', reportOf());
    expect(page).toContain('| worker | batch | drain started | drained | switched | healthy | readmitted |');
    expect(page).toContain('| <code>worker1</code> | 1 | +3.0 s | +5.2 s | +5.4 s | +7.0 s | +9.1 s |');
    expect(page).toContain('| <code>worker2</code> | 2 | +9.2 s | – | – | – | – |');
  });

  test('has every worker as the end found it, and what is not right stands out', () => {
    const page = rolloutSummary('pos', reportOf());
    expect(page).toContain('| worker | release | process | health | on <code>lb1</code> | on <code>lb2</code> |');
    expect(page).toContain(
      `| <code>worker1</code> | <code>${NEW}</code> | <code>${NEW}</code> | healthy | in rotation | in rotation |`,
    );
    expect(page).toContain(
      `| <code>worker2</code> | <code>${OLD}</code> | <code>${OLD}</code> | **unhealthy** | **drained** | **unknown** |`,
    );
  });

  test('says on failure where, what was seen, what is left and what to type next', () => {
    const page = rolloutSummary('pos', reportOf({ outcome: 'failed', error: failure }));
    expect(page).toMatch(/^## ❌/);
    expect(page).toContain('| <code>worker2</code> | <code>healthy</code> | <code>not-healthy</code> |');
    expect(page).toContain('\n\nNext: <code>buka status</code> tells who &#60;b&#62;.');
    const lines = new BukaError({ ...failure.failure, hint: 'Add this line:\nlb1 ssh-ed25519 AAAA' });
    const several = rolloutSummary('pos', reportOf({ outcome: 'failed', error: lines }));
    expect(several).toContain('Next:\n\n```text\nAdd this line:\nlb1 ssh-ed25519 AAAA\n```');
  });

  test('lists what was seen on several hosts', () => {
    const error = new BukaError({ ...failure.failure, seen: '- worker1: no\n- worker2: no' });
    const page = rolloutSummary('pos', reportOf({ outcome: 'failed', error }));
    expect(page).toContain('Seen:\n\n```text\n- worker1: no\n- worker2: no\n```');
  });

  test('takes nothing that a host answered for Markdown', () => {
    const page = rolloutSummary('pos', reportOf({ outcome: 'failed', error: failure }));
    // The fence is longer than the one in the answer, so all of it stays inside.
    expect(page).toContain('````text\nGET /readyz: 503 ```\n| <img src=x> | @everyone\n````');
    const named = rolloutSummary('pos', reportOf({ plan: ['a | b <script> [x](y)'], outcome: 'planned' }));
    expect(named).not.toMatch(/<script>|\[x\]\(y\)/);
  });

  test('of a dry run has the plan and says that nothing was changed', () => {
    const page = rolloutSummary('pos', reportOf({ outcome: 'planned', timeline: [], workers: [] }));
    expect(page).toContain('nothing was changed');
    expect(page).toContain('1. worker1: drain, switch, readmit\n2. worker2');
    expect(page).not.toContain('Time line');
  });

  test('says after a failure what became of the workers that had been switched', () => {
    const page = rolloutSummary('pos', reportOf({ outcome: 'failed', error: failure, afterFailure: 'revert-failed' }));
    expect(page).toContain('**not all** of the workers');
    expect(rolloutSummary('pos', reportOf())).not.toContain('After the failure');
  });

  test('names workers that were left out, and is sure of nothing that it did not see', () => {
    const unseen = { worker: 'worker3', rotation: new Map([['lb1', 'down' as const]]) };
    const page = rolloutSummary('pos', reportOf({ missed: ['worker3'], workers: [unseen] }));
    expect(page).toContain("**Left out**, since it can't be reached: <code>worker3</code>");
    expect(page).toContain('| <code>worker3</code> | – | – | **unknown** | **down** |');
  });

  test('has the backup to go back to, and the measured time that takes', () => {
    const page = rolloutSummary('pos', reportOf({ backup: BACKUP }));
    expect(page).toContain('| backup | recovery point | size | new | taken in | proven in | restored in |');
    expect(page).toContain(
      `| <code>${BACKUP.id}</code> | 2026-11-27T22:15:01.000Z | 478.0 MB | 2.8 MB | 3.2 s | 5.5 s | 4.1 s |`,
    );
    expect(rolloutSummary('pos', reportOf())).not.toMatch(/backup/i);
  });

  test('never calls proven what is only stored, and says what is', () => {
    const page = rolloutSummary('pos', reportOf({ backup: STORED }));
    expect(page).toContain('| 478.0 MB | 2.8 MB | 3.2 s | **not proven** | – |');
    expect(page).toContain(
      'The newest proven one is <code>20261127T023011Z-90c1d2</code> of 2026-11-27T02:30:12.000Z.',
    );
  });

  test('names who wanted no backup, and why, and takes neither for Markdown', () => {
    const withoutBackup = { by: 'ann_b', reason: 'it burns <img src=x>' };
    expect(rolloutSummary('pos', reportOf({ withoutBackup }))).toContain(
      '**Without a backup** from before, as ann&#95;b wanted it: it burns &#60;img src=x&#62;',
    );
  });

  test('has what the watch saw of each batch', () => {
    const watched = [{ batch: 1, verdict: 'inconclusive', seen: '0 requests | none' }] as const;
    expect(rolloutSummary('pos', reportOf({ watched }))).toContain('| 1 | ❔ inconclusive | 0 requests &#124; none |');
  });

  test('of a repair says whether there was anything to put right', () => {
    expect(rolloutSummary('pos', reportOf({ kind: 'repair' }))).toMatch(/^## 🔧 .* was put right/);
    const well = reportOf({ kind: 'repair', outcome: 'nothing-to-do', timeline: [] });
    expect(rolloutSummary('pos', well)).toMatch(/^## ✅ .* nothing was left to repair/);
    expect(rolloutSummary('pos', reportOf({ kind: 'repair', outcome: 'failed' }))).toMatch(
      /^## ❌ .*the repair failed/,
    );
  });

  test('names requests that were cut', () => {
    expect(rolloutSummary('pos', reportOf({ cut: 3 }))).toContain('**3 requests were cut**');
    expect(rolloutSummary('pos', reportOf())).not.toContain('cut');
  });

  test('above 1 MiB is cut at the end of a line, by bytes and not by characters', () => {
    const page = 'ä'.repeat(99).concat('\n').repeat(6000);
    const kept = fitSummary(page);
    expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(1024 * 1024);
    expect(kept).not.toContain('\ufffd');
    expect(kept).toMatch(/ä\n\n… cut here/);
    expect(fitSummary('short\n')).toBe('short\n');
  });
});
