/**
 * `npm test`: the tests that need nothing but this machine, then those that need real machines, on a lab of their own.
 * Arguments are passed to jest: `npm test -- test/lab/haproxy.test.ts`.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { down, up } from '../lab';
import { insideNetwork } from '../lab/network';

interface Counts {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numRuntimeErrorTestSuites: number;
}

const root = join(import.meta.dirname, '..');
const name = `test-${process.pid}`;
const patterns = process.argv.slice(2);

function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

const jest = (project: string, report: string, more: readonly string[]): string[] => [
  '--experimental-vm-modules',
  '--no-warnings',
  join(root, 'node_modules/jest/bin/jest.js'),
  '--selectProjects',
  project,
  '--passWithNoTests',
  '--json',
  `--outputFile=${report}`,
  ...more,
  ...patterns,
];

function countsOf(report: string): Counts {
  return JSON.parse(readFileSync(report, 'utf8'));
}

async function main(): Promise<number> {
  mkdirSync(join(root, 'out'), { recursive: true });
  const reports = { unit: join(root, 'out/test-unit.json'), lab: join(root, 'out/test-lab.json') };
  for (const report of Object.values(reports)) rmSync(report, { force: true });

  console.log('\n== Tests on this machine ==');
  const unit = await run(process.execPath, jest('unit', reports.unit, []));

  let onLab = 1;
  if (process.getuid?.() !== 0) {
    console.log('\nThe tests on real machines need root, for namespaces and mounts: sudo npm test. They did NOT run.');
  } else {
    console.log('\n== Tests on real machines ==');
    try {
      const lab = await up({ name, cluster: join(root, 'examples/pos/buka.yml'), say: console.log });
      const command = [process.execPath, ...jest('lab', reports.lab, ['--runInBand'])];
      onLab = await run(...insideNetwork(lab.name, command), lab.env);
    } finally {
      await down(name);
    }
  }

  const counts = Object.values(reports).flatMap((report) => {
    try {
      return [countsOf(report)];
    } catch {
      return [];
    }
  });
  const sum = (key: keyof Counts) => counts.reduce((total, each) => total + each[key], 0);
  const failed = sum('numFailedTests') + sum('numRuntimeErrorTestSuites');
  console.log(`\n${sum('numPassedTests')} passed, ${failed} failed, ${sum('numPendingTests')} skipped`);
  return unit === 0 && onLab === 0 && failed === 0 && sum('numPendingTests') === 0 ? 0 : 1;
}

process.exitCode = await main();
