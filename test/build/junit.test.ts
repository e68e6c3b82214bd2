import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, type TestResults } from '../../src/build';
import { readJUnit } from '../../src/build/junit';
import { countsOf } from '../../src/build/test-results';
import { RecordingReporter } from '../../src/reporter';
import { clusterOf } from '../rollout/ground';

describe('results of tests', () => {
  test('of pytest are counted, and a failure is at its file and line', () => {
    const xml = `<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest" errors="1"
      failures="1" skipped="1" tests="4" time="1.5" hostname="vm"><testcase classname="tests.test_sale" name="test_books"
      file="tests/test_sale.py" line="3" time="0.5"/><testcase classname="tests.test_sale" name="test_once"
      file="tests/test_sale.py" line="7" time="1"><failure message="assert 1 == 2">def test_once():
&gt;       assert 1 == 2
E       assert 1 == 2

tests/test_sale.py:9: AssertionError</failure></testcase><testcase classname="tests.test_sale" name="test_db" time="0"><error
      message="failed on setup with &quot;no database&quot;">trace</error></testcase><testcase
      classname="tests.test_sale" name="test_later" time="0"><skipped type="pytest.skip" message="later">x</skipped>
      </testcase></testsuite></testsuites>`;
    const results = readJUnit(xml);
    expect(countsOf(results)).toBe('1 passed, 2 failed, 1 skipped, 1.5 s');
    expect(results.failures).toEqual([
      {
        name: 'tests.test_sale: test_once',
        message: 'assert 1 == 2',
        detail: expect.stringMatching(/^def test_once.*> {7}assert/s),
        file: 'tests/test_sale.py',
        line: 9,
      },
      expect.objectContaining({ message: 'failed on setup with "no database"', detail: 'trace' }),
    ]);
  });

  test('of suites in suites count each test once, and a suite tells where its tests are', () => {
    const xml = `<testsuites tests="2" failures="2"><testsuite name="shop" tests="2" file="shop.test.js">
      <testsuite name="sale" tests="1"><testcase name="once" classname="sale once"><failure><![CDATA[Error: <b> 1
      at Object (shop.test.js:12:3)]]></failure></testcase></testsuite><testcase name="twice"/></testsuite></testsuites>`;
    const { tests, failed, failures } = readJUnit(xml);
    expect({ tests, failed }).toEqual({ tests: 2, failed: 1 });
    expect(failures).toMatchObject([{ name: 'once', message: 'Error: <b> 1', file: 'shop.test.js', line: 12 }]);
  });

  test('take a flaky test that passed in the end for passed, and output that speaks of failure for output', () => {
    const xml = `<testsuite><testcase name="a"><flakyFailure message="once"/><system-out>&lt;failure/&gt;</system-out>
      </testcase><testcase name="b"><system-err><![CDATA[<failure message="x"/>]]></system-err></testcase></testsuite>`;
    expect(readJUnit(xml)).toMatchObject({ tests: 2, failed: 0 });
  });

  test.each([
    ['that ends too soon', '<testsuite><testcase name="a">'],
    ['that is no XML', '{"tests": 3}'],
    ['with entities that grow', '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><testsuite name="&b;"/>'],
  ])('in a file %s are refused', (_, xml) => {
    expect(() => readJUnit(xml)).toThrow();
  });

  test('keep the start of a stack, however long it is', () => {
    const xml = `<testsuite><testcase name="a"><failure message="m">${'x'.repeat(1_000_000)}</failure></testcase></testsuite>`;
    expect(readJUnit(xml).failures[0]?.detail).toHaveLength(10_000);
  });
});

describe('a build', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'buka-junit-'));
    mkdirSync(join(folder, 'dist'));
    writeFileSync(join(folder, 'dist/app.js'), '');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const run = async (test: string) => {
    const reporter = new RecordingReporter();
    const release = { include: ['dist'], test, testResults: ['reports/*.xml'] };
    let told: TestResults | undefined;
    const tested = async (results: TestResults) => {
      told = results;
    };
    const output = join(folder, 'out', 'release.tar.zst');
    const built = build({ cluster: clusterOf({ release }), folder, output, reporter, tested });
    const failure = await built.then(
      () => undefined,
      (error) => error.code,
    );
    return { told, failure, lines: reporter.lines };
  };

  test("whose tests fail tells which, by Node's own test runner", async () => {
    const test = `const { test } = require('node:test');
test('a sale is booked', () => {});
test('a sale is booked once', () => { throw new Error('twice'); });
`;
    writeFileSync(join(folder, 'sale.test.js'), test);
    const report = '--test-reporter=junit --test-reporter-destination=reports/node.xml';
    // Jest's own runs of Node's test runner would be taken for children of one.
    const { told, failure, lines } = await run(
      `mkdir -p reports; env -u NODE_TEST_CONTEXT '${process.execPath}' --test ${report} sale.test.js`,
    );
    expect(failure).toBe('test-failed');
    expect(lines.join('\n')).toMatch(/Tests: 1 passed, 1 failed, /);
    expect(told?.failures).toMatchObject([
      { message: 'twice', file: expect.stringMatching(/sale\.test\.js$/), line: 3 },
    ]);
  });

  test("counts none of yesterday's results, which a self-hosted runner still has", async () => {
    mkdirSync(join(folder, 'reports'));
    const file = join(folder, 'reports/old.xml');
    writeFileSync(file, '<testsuite><testcase name="a"/></testsuite>');
    const yesterday = new Date(Date.now() - 24 * 3600 * 1000);
    utimesSync(file, yesterday, yesterday);
    const { told, lines } = await run('true');
    expect(told).toBeUndefined();
    expect(lines.join('\n')).toContain('warning: The tests left no results: reports/*.xml matches 1 from before');
  });

  test('is not failed by results that cannot be read; that is told, and the others count', async () => {
    const passed = '<testsuite><testcase name="a"/></testsuite>';
    const { told, failure, lines } = await run(
      `mkdir -p reports; printf '%s' '${passed}' > reports/a.xml; echo '<testsuite>' > reports/b.xml`,
    );
    expect({ failure, tests: told?.tests }).toEqual({ failure: undefined, tests: 1 });
    expect(lines.join('\n')).toMatch(/warning: reports\/b\.xml is no JUnit XML: /);
  });
});
