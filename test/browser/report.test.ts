import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { page as reportPage, type SloReport } from '../../src/slo';
import { deployMark, reportOf } from '../slo/report';
import { type Looked, look } from './look';

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
const sizes = [
  { width: 390, height: 844 },
  { width: 1440, height: 900 },
];
const themes = ['light', 'dark'] as const;

const folder = mkdtempSync(join(tmpdir(), 'buka-browser-'));
let browser: Browser;

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Opens a report, far from UTC, and tells what the browser complains of or wants to fetch. */
async function open(report: SloReport, size: (typeof sizes)[number], theme: (typeof themes)[number]) {
  const path = join(folder, 'report.html');
  writeFileSync(path, reportPage(report));
  const page = await browser.newPage({ viewport: size, colorScheme: theme, timezoneId: 'Asia/Jakarta' });
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  const address = pathToFileURL(path).href;
  page.on('request', (request) => {
    if (request.url() !== address) complaints.push(`asks for ${request.url()}`);
  });
  await page.goto(address);
  return { page, complaints, looked: await looking(page) };
}

const looking = (page: Page) => page.evaluate<Looked>(look);

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
