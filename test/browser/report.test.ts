import { page as reportPage, type SloReport } from '../../src/slo';
import { deployMark, reportOf } from '../slo/report';
import { looking, Reader, sizes, themes } from './reader';

/** The report of the objectives in the browser of a person who reads it: Debian's Chromium, on a phone and on a desk. */
const week = reportOf({ down: 300, blind: 6, marks: [deployMark] });
const reports: Readonly<Record<string, SloReport>> = {
  'a week': week,
  'a week in which much was missed': { ...reportOf({ down: 9000, time: 4 }), service: 'point-of-sale-'.repeat(8) },
  'a week of which nothing is known': {
    ...week,
    verdict: 'unknown',
    marks: undefined,
    availability: { ...week.availability, verdict: 'unknown', measured: undefined },
    responseTime: { ...week.responseTime, verdict: 'unknown', requests: 0, workers: [] },
  },
};
let reader: Reader;
beforeAll(async () => {
  reader = await Reader.start();
});
afterAll(() => reader?.stop());

const open = (report: SloReport, size: (typeof sizes)[number], theme: (typeof themes)[number]) =>
  reader.open(reportPage(report), size, theme);

describe.each(sizes)('at $width pixels', (size) => {
  describe.each(themes)('%s', (theme) => {
    test.each(Object.keys(reports))('%s is legible and fits', async (name) => {
      const { page, complaints, looked } = await open(reports[name] ?? week, size, theme);
      expect(complaints).toEqual([]);
      expect(looked.sideways).toBe(0);
      expect(looked.texts).toBeGreaterThan(20);
      expect(looked.faint).toEqual([]);
      await page.close();
    });
  });
});

test.each(themes)('each chart is drawn in the colours of the theme: %s', async (theme) => {
  const { page, looked } = await open(week, { width: 390, height: 844 }, theme);
  expect(Object.keys(looked.drawn)).toEqual(['budget', 'times', 'requests']);
  for (const pixels of Object.values(looked.drawn)) expect(pixels).toBeGreaterThan(100);
  await page.emulateMedia({ colorScheme: theme === 'light' ? 'dark' : 'light' });
  await page.waitForTimeout(100);
  const { drawn } = await looking(page);
  for (const pixels of Object.values(drawn)) expect(pixels).toBeGreaterThan(100);
  await page.close();
});

test('pointing at a chart tells the time in UTC, and the figures of all charts then', async () => {
  const { page } = await open(week, { width: 1440, height: 900 }, 'light');
  await page.locator('#times .u-over').hover();
  const legend = (chart: string) => page.locator(`#${chart} .u-value`).allTextContents();
  // The middle of seven days from noon is a midnight, which begins a part or ends one.
  expect((await legend('times'))[0]).toMatch(/^2026-11-2[34] (?:23:00 to 00:00|00:00 to 01:00)$/);
  expect((await legend('budget'))[0]).toMatch(/^2026-11-2[34] (?:23:5|00:0)\d$/);
  expect((await legend('budget'))[1]).toBe('5.1 min');
  await page.close();
});

test('a time beyond the last bucket is told to be beyond it', async () => {
  const { page } = await open(reportOf({ time: 4 }), { width: 1440, height: 900 }, 'light');
  await page.locator('#times .u-over').hover();
  expect((await page.locator('#times .u-value').allTextContents())[3]).toBe('> 10 s');
  await page.close();
});

test('a phone that is turned has charts as wide as it, and again when it is turned back', async () => {
  const { page } = await open(week, { width: 390, height: 844 }, 'light');
  const width = async () => (await page.locator('#times canvas').boundingBox())?.width ?? 0;
  const upright = await width();
  await page.setViewportSize({ width: 844, height: 390 });
  await page.waitForTimeout(100);
  expect(await width()).toBeGreaterThan(2 * upright);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.waitForTimeout(100);
  expect(await width()).toBe(upright);
  expect((await looking(page)).sideways).toBe(0);
  await page.close();
});

test('what nobody measured has no chart', async () => {
  const { page, looked } = await open(
    reports['a week of which nothing is known'] ?? week,
    { width: 390, height: 844 },
    'light',
  );
  expect(looked.drawn).toEqual({});
  expect(await page.locator('main').textContent()).toContain('No worker could be asked what was deployed when.');
  await page.close();
});
