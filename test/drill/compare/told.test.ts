import { compareMarkdown, comparePage } from '../../../src/drill';
import { indicators } from '../../../src/drill/compare/words';
import { reportOf, seen } from './report';

const linesOf = (text: string) => text.split('\n');
const textOf = (name: string, of: ReturnType<typeof seen>) => indicators.find((one) => one.name === name)?.text(of);

describe('as Markdown', () => {
  const markdown = compareMarkdown(reportOf());
  it('all figures are in one table, one system beside the other', () => {
    const table = linesOf(markdown).filter((line) => line.startsWith('|'));
    expect(table[0]).toBe('| while | figure | worker1 alone | 3 workers, 2 load balancers |');
    expect(table[2]).toBe('| at its limit | throughput | 612 a second | at least 704 a second |');
    expect(table).toContain('| nothing happens | requests | 1,002 | 1,002 |');
    expect(table).toContain('|  | mean response time | 6.2 ms | 7.4 ms |');
    expect(table).toContain('|  | availability | 0 % | 99.96 % |');
    expect(table).toContain('|  | mean response time | nobody was served | 41 ms |');
    expect(table).toContain('| a load balancer is lost | requests | - | 1,002 |');
    expect(table).toContain('|  | sent late, p95 | 2 ms | 2 ms |');
    expect(new Set(table.map((line) => line.match(/(?<!\\)\|/g)?.length))).toEqual(new Set([5]));
  });

  it('what was not measured, what the customers could not do, and who shares processors is said below', () => {
    expect(markdown).toContain('- worker1 alone, a load balancer is lost: not measured, it has none.');
    expect(markdown).toContain(
      "- 3 workers, 2 load balancers: where the objectives didn't hold any more, the customers",
    );
    expect(markdown).toContain('- On one kernel, sharing its 2 processors (AMD EPYC): lb1, lb2,');
  });

  it('a name can not leave its cell', () => {
    const table = compareMarkdown(reportOf({ worker: 'a|b\n<b>' }));
    expect(table).toContain('| a\\|b \\<b\\> alone |');
  });
});

it('a situation that neither was in has no rows', () => {
  const none = { leftOut: 'no --archive was given' };
  const { alone, distributed } = reportOf();
  const without = <T extends typeof alone>(one: T) => ({ ...one, situations: { ...one.situations, deploy: none } });
  const markdown = compareMarkdown(reportOf({ alone: without(alone), distributed: without(distributed) }));
  expect(linesOf(markdown).some((line) => line.startsWith('| a deploy runs'))).toBe(false);
  expect(markdown).toContain('a deploy runs: not measured, no --archive was given');
});

it('what failed is never rounded away', () => {
  expect(textOf('error rate', seen({ errorRate: 0.0001 }))).toBe('0.001 %');
  expect(textOf('error rate', seen({ errorRate: 0 }))).toBe('0 %');
  expect(textOf('availability', seen({ availability: 99.99999 }))).toBe('99.999 %');
});

describe('as a page', () => {
  const page = comparePage(reportOf());
  it('has a chart for each indicator, and all figures in one table', () => {
    const titles = [...page.matchAll(/<h2>(.*?)<\/h2>/g)].map(([, title]) => title);
    for (const name of ['throughput', ...indicators.map(({ name }) => name), 'All figures'])
      expect(titles).toContain(name);
    expect(page.match(/<table>/g)).toHaveLength(1);
  });

  it('a bar is as long as its share of the longest one, and availability of 100 %', () => {
    expect(page).toContain(
      '<i class="alone" style="width:max(2px, 86.99%)"></i></span><span class="value">612 a second',
    );
    expect(page).toContain('<i class="distributed" style="width:max(2px, 99.96%)"></i>');
    expect(page).toContain('<i class="alone" style="width:0"></i></span><span class="value">nobody was served');
  });

  it('needs nothing besides, runs nothing, and takes names for text', () => {
    const strange = comparePage(reportOf({ service: '<img src=x>', worker: '"><script>' }));
    expect(strange).not.toMatch(/<script|<img|<link|src=x>/);
    expect(page).toContain("default-src 'none'; style-src 'unsafe-inline'");
    expect(page.match(/https?:\/\/[^\s<"]+/g)).toEqual(['http://10.0.0.21:3000', 'http://10.0.0.10.']);
  });
});
