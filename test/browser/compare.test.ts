import { type CompareReport, comparePage } from '../../src/drill';
import { reportOf } from '../drill/compare/report';
import { Reader, sizes, themes } from './reader';

/** The comparison in the browser of a person who reads it, on a phone and on a desk. */
const none = { leftOut: 'it was cancelled' };
const nothing = {
  target: 'http://10.0.0.10',
  throughput: none,
  situations: { quiet: none, deploy: none, 'worker-down': none, 'load-balancer-lost': none },
};
const reports: Readonly<Record<string, CompareReport>> = {
  'a whole comparison': reportOf(),
  'one with long names': reportOf({
    service: 'point-of-sale-'.repeat(8),
    worker: 'worker-in-the-second-hall-'.repeat(3),
  }),
  'one that was cancelled at once': reportOf({ cancelled: true, alone: nothing, distributed: nothing }),
};
let reader: Reader;
beforeAll(async () => {
  reader = await Reader.start();
});
afterAll(() => reader?.stop());

const open = (report: CompareReport, size: (typeof sizes)[number], theme: (typeof themes)[number]) =>
  reader.open(comparePage(report), size, theme);

describe.each(sizes)('at $width pixels', (size) => {
  describe.each(themes)('%s', (theme) => {
    test.each(Object.keys(reports))('%s is legible and fits', async (name) => {
      const { page, complaints, looked } = await open(reports[name] ?? reportOf(), size, theme);
      expect(complaints).toEqual([]);
      expect(looked.sideways).toBe(0);
      expect(looked.texts).toBeGreaterThan(10);
      expect(looked.faint).toEqual([]);
      await page.close();
    });
  });

  test('each bar is as long as its figure says, in a colour of its own', async () => {
    const { page } = await open(reportOf(), size, 'light');
    const bars = await page.locator('.charts .card').first().locator('.track i').all();
    const boxes = await Promise.all(bars.map((bar) => bar.boundingBox()));
    const [alone = 0, all = 0] = boxes.map((box) => box?.width);
    expect(alone / all).toBeCloseTo(612.4 / 704, 1);
    const colours = await page.evaluate<string[]>(
      "Array.from(document.querySelectorAll('.charts .card:first-child i'), (bar) => getComputedStyle(bar).backgroundColor)",
    );
    expect(colours).toHaveLength(2);
    expect(new Set(colours).size).toBe(2);
    await page.close();
  });
});
