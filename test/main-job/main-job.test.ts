import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';

const root = join(import.meta.dirname, '../..');
jest.setTimeout(15 * 60_000);

/** Runs a command as a person would, its output shown as it comes. */
function run(...command: string[]): Promise<number> {
  const child = spawn('npx', command, { cwd: root, stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

const written = (file: string) => JSON.parse(readFileSync(join(root, 'out', file), 'utf8'));

describe('customers, while a release goes forward and back', () => {
  it('notice nothing in the demo', async () => {
    expect(await run('tsx', 'demo/run.ts')).toBe(0);
    const { requests, sales, releases } = written('demo.json');
    expect(requests.sent).toBeGreaterThan(1000);
    expect(requests.failed).toBe(0);
    expect(sales.acknowledged).toBeGreaterThan(100);
    expect(sales).toMatchObject({ lost: 0, doubled: 0 });
    expect(JSON.stringify(releases)).toMatch(/-[0-9a-f]{8}/);
  });

  it('notice nothing with an app that exits at once on SIGTERM, through both load balancers', async () => {
    expect(await run('tsx', 'bench/rollouts.ts', '--count', '4', '--app', 'exit-on-sigterm')).toBe(0);
    const { requests, sales, byTarget } = written('bench-rollouts.json');
    expect(requests.failed).toBe(0);
    expect(sales).toMatchObject({ lost: 0, doubled: 0 });
    for (const { sent } of byTarget) expect(sent).toBeGreaterThan(500);
  });

  it('are seen to suffer when the draining is left out', async () => {
    const bench = ['tsx', 'bench/rollouts.ts', '--count', '1', '--app', 'exit-on-sigterm', '--without-drain'];
    expect(await run(...bench)).toBe(0);
    expect(written('bench-rollouts.json').requests.failed).toBeGreaterThan(0);
  });
});
