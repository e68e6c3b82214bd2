import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countsOf, type FailedTest, type TestResults } from '../../src/build';
import { annotateTests, testsMarkdown } from '../../src/github/tests';
import { milliseconds } from '../../src/units';

const resultsOf = (...failures: Partial<FailedTest>[]): TestResults => ({
  tests: 120,
  failed: failures.length,
  skipped: 0,
  took: milliseconds(4200),
  failures: failures.map((one) => ({ name: 'a sale', message: 'twice', detail: '', ...one })),
});

let folder: string;
const before = process.env.GITHUB_WORKSPACE;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'buka-tests-'));
  process.env.GITHUB_WORKSPACE = folder;
  mkdirSync(join(folder, 'shop/test'), { recursive: true });
  writeFileSync(join(folder, 'shop/test/sale.js'), '');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  if (before === undefined) delete process.env.GITHUB_WORKSPACE;
  else process.env.GITHUB_WORKSPACE = before;
});

/** The runner's commands that are written. */
function annotations(results: TestResults): string[] {
  const written: string[] = [];
  const write = process.stdout.write;
  process.stdout.write = ((text: string) => written.push(text) > 0) as typeof write;
  try {
    annotateTests(results, join(folder, 'shop'));
  } finally {
    process.stdout.write = write;
  }
  return written.join('').trim().split('\n').filter(Boolean);
}

describe('an annotation', () => {
  test.each([
    ['relative to the app', 'test/sale.js'],
    ['relative to the repository', 'shop/test/sale.js'],
    ['absolute', () => join(folder, 'shop/test/sale.js')],
    ['as a URL', () => `file://${join(folder, 'shop/test/sale.js')}`],
  ])('is at the line of the test, whose file is given %s', (_, file) => {
    const [line] = annotations(resultsOf({ file: typeof file === 'string' ? file : file(), line: 12 }));
    expect(line).toBe('::error title=a sale,file=shop/test/sale.js,line=12::twice');
  });

  test.each(['/etc/passwd', '../../etc/passwd', 'test/none.js'])('is at no file outside the repository: %s', (file) => {
    const [line] = annotations(resultsOf({ file, line: 12 }));
    expect(line).toBe('::error title=a sale::twice');
  });

  test('is made for the first nine, so that the failure of the whole is seen too', () => {
    expect(annotations(resultsOf(...Array(30).fill({})))).toHaveLength(9);
  });

  test('is made for no test that passed', () => {
    expect(annotations(resultsOf())).toEqual([]);
  });

  test('is one command, whatever a test is called or says', () => {
    const name = 'x::error::y,file=z\n::add-mask::q';
    const lines = annotations(resultsOf({ name, message: '\n::set-output name=a::b\r::stop-commands::x' }));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^::error title=x%3A%3Aerror%3A%3Ay%2Cfile=z %3A%3Aadd-mask%3A%3Aq::/);
  });
});

const shown = (results: TestResults) => testsMarkdown(results, countsOf(results));

describe('the summary of tests', () => {
  test('has the counts, and each failure folded, with its place', () => {
    const page = shown(resultsOf({ file: 'test/sale.js', line: 3, detail: 'Error: twice\n  at sale' }));
    expect(page).toContain('### ❌ Tests: 119 passed, 1 failed, 4.2 s');
    expect(page).toContain('<details><summary>a sale (test/sale.js:3)</summary>');
    expect(page).toContain('```text\nError: twice\n  at sale\n```');
    expect(shown(resultsOf({ file: join(folder, 'shop/test/sale.js') }))).toContain('(shop/test/sale.js)');
    expect(shown(resultsOf())).toBe('### ✅ Tests: 120 passed, 4.2 s');
  });

  test('takes nothing of a test for markup', () => {
    const page = shown(resultsOf({ name: '</summary><img src=x> @all', detail: 'twice ```\n</details>' }));
    expect(page).not.toMatch(/<img|@all/);
    expect(page).toContain('````text\ntwice ```\n</details>\n````');
  });

  test('of a thousand failures lists fifty', () => {
    const page = shown(resultsOf(...Array(1000).fill({})));
    expect(page.match(/<details>/g)).toHaveLength(50);
    expect(page).toContain('And 950 more');
  });
});
