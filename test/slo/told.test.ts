import { sloText } from '../../src/cli/slo';
import { sloSummary } from '../../src/github/slo-summary';
import { badge, failOn, formatLength, formatPercent, formatTime, gateFailure, page } from '../../src/slo';
import uplot from '../../src/slo/page/uplot.json' with { type: 'json' };
import { milliseconds, seconds } from '../../src/units';
import { deployMark, reportOf } from './report';

const met = reportOf({ marks: [deployMark] });
const missed = reportOf({ down: 900 });
const unknown = reportOf({ blind: 12 });

describe('figures', () => {
  test('a percentage is never rounded up to an objective that was missed', () => {
    expect(formatPercent(99.8999)).toBe('99.899 %');
    expect(formatPercent(99.9)).toBe('99.9 %');
    expect(formatPercent(99.99999, 2)).toBe('99.99 %');
    expect(formatPercent(undefined)).toBe('not measured');
  });

  test('lengths have their two largest units', () => {
    expect(formatLength(seconds(604.8))).toBe('10 min 5 s');
    expect(formatLength(seconds(7 * 86_400))).toBe('7 d');
    expect(formatLength(seconds(-90))).toBe('-1 min 30 s');
    expect(formatLength(milliseconds(4500))).toBe('4.5 s');
    expect(formatTime(milliseconds(2414))).toBe('2.41 s');
  });
});

describe('the summary of a job', () => {
  test('has verdict, figures, budget and incidents', () => {
    const told = sloSummary(met);
    expect(told).toContain('## ✅ Objectives of <code>pos</code>: met');
    expect(told).toContain('| availability | at least 99.9 % | **99.96 %** | ✅ met | 100 % |');
    expect(told).toContain('**Error budget**: 6 min 5 s left of 10 min 5 s (60.3 %), 4 min spent.');
    expect(told).toContain('| 2026-11-21 12:00 UTC | 2026-11-21 12:04 UTC | 4 min | 4 min |');
    expect(told).toContain('| 2026-11-22 12:00 UTC | deploy | <code>a1b2c3d-0123abcd</code> |');
    expect(told).not.toContain('<b>');
  });

  test('tells a miss and an unknown apart, and what was not measured', () => {
    expect(sloSummary(missed)).toContain('## ❌ Objectives of <code>pos</code>: missed');
    expect(sloSummary(missed)).toContain('which is more than there was');
    const told = sloSummary(unknown);
    expect(told).toContain('## ❔ Objectives of <code>pos</code>: not known: too little was measured');
    expect(told).toContain('**Not measured**: 12 h.');
    expect(told).toContain('### Nobody looked');
    expect(sloSummary({ ...met, marks: undefined })).toContain('No worker could be asked what was deployed when.');
  });
});

test('the terminal has the same', () => {
  expect(sloText(met)).toMatch(/availability +>= 99\.9 % +99\.96 % +100 % +met/);
  expect(sloText(missed)).toMatch(/availability .* MISSED/);
  expect(sloText(unknown)).toMatch(/nobody looked from +to +length\n2026-11-24 12:00 UTC +2026-11-25 00:00 UTC +12 h/);
});

test('a burn rate that nobody measured is not told to be fine', () => {
  const blind = reportOf({ blind: 72 });
  expect(sloSummary(blind)).toContain('| 1 d | not measured | 2 h | not measured | 1.4 × | not known |');
  expect(page(blind)).toContain('not known');
  expect(page(met)).not.toContain('not known');
});

describe('the page', () => {
  test('needs nothing from anywhere, and lets nothing in', () => {
    const html = page(met);
    expect(html).toContain("default-src 'none'");
    expect(html).not.toMatch(/<(?:link|img|iframe|script src)|url\(|@import|\bfetch\(/);
    expect(html).not.toContain('<script>alert(1)');
    expect(html).not.toContain('<b>ann');
    expect(html.match(/<script>/g)).toHaveLength(2);
    expect(html.match(/<\/script>/g)).toHaveLength(2);
  });

  test('carries the charting library along, with its licence', () => {
    expect(uplot.js.length).toBeGreaterThan(30_000);
    expect(uplot.js).toMatch(/^\/\*[\s\S]*Permission is hereby granted/);
    expect(page(met)).toContain(uplot.js);
  });

  test('has the charts, and their data as one value', () => {
    const html = page(met);
    for (const id of ['budget', 'times', 'requests']) expect(html).toContain(`id="${id}"`);
    const data = JSON.parse(/var data = (\{.*?\});\n?\(/s.exec(html)?.[1] ?? 'null');
    expect(data).toMatchObject({ whole: 604.8, objective: 3, down: [[1_795_262_400, 1_795_262_640]] });
    expect(data.course.mean[13]).toBeNull();
    expect(data.budget[1].at(-1)).toBeCloseTo(364.8, 6);
  });
});

test('the badge has both figures, and none where they are unknown', () => {
  expect(badge(met)).toMatch(/99\.96 % · \d+ ms/);
  expect(badge(missed)).toContain('#cf222e');
  expect(badge(unknown)).toContain('aria-label="objectives: unknown, unknown"');
});

describe('the gate', () => {
  test.each([
    ['nothing', [undefined, undefined, undefined]],
    ['missed', [undefined, 'objectives-missed', undefined]],
    ['unknown', [undefined, 'objectives-missed', 'objectives-unknown']],
  ] as const)('fail-on: %s', (on, codes) => {
    expect([met, missed, unknown].map((report) => gateFailure(report, on)?.code)).toEqual(codes);
  });

  test('a word that is none of them is refused', () => {
    expect(failOn('missed')).toBe('missed');
    expect(() => failOn('always')).toThrow(/one of nothing, missed, unknown/);
  });
});
