import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { cells, sample } from './matrix';
import type { Results } from './report';

const root = join(import.meta.dirname, '../..');
const written = join(root, 'out/faults-part.json');
jest.setTimeout(20 * 60_000);

let results: Results = { seed: 0, of: 0, cells: [] };
beforeAll(async () => {
  rmSync(written, { force: true });
  const child = spawn('npx', ['tsx', 'test/faults/run.ts', '--short', '--labs', '2'], { cwd: root, stdio: 'inherit' });
  await new Promise((resolve) => child.once('close', resolve));
  results = JSON.parse(readFileSync(written, 'utf8')) as Results;
});

describe('nothing is left half done', () => {
  test.each(sample)('$step: $fault', ({ step, fault }) => {
    const cell = results.cells.find((one) => one.step === step && one.fault === fault);
    expect(cell).toMatchObject({ ok: true, salesLost: 0, salesDoubled: 0 });
    expect(cell?.explained).toBe(cell?.requestsFailed);
  });
});

test('the whole matrix has at least a hundred cells', () => {
  expect(cells.length).toBeGreaterThanOrEqual(100);
});
