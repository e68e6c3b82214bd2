import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { parse } from 'yaml';
import { runAction } from '../../src/actions';
import { drillSummary } from '../../src/actions/drill-summary';
import { machineDrill, machineDrills } from '../../src/drill';
import { Played } from '../drill/machine/played';
import { BUILDS, makeApp } from './app';

let scratch: string;
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'buka-drill-action-'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Runs the action from its sources, in this process. */
async function run(inputs: Record<string, string>) {
  const workspace = await makeApp(BUILDS);
  const files = { GITHUB_OUTPUT: join(scratch, 'output'), GITHUB_STEP_SUMMARY: join(scratch, 'summary') };
  for (const file of Object.values(files)) writeFileSync(file, '');
  const before = { ...process.env };
  const written = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    Object.assign(process.env, files, { GITHUB_WORKSPACE: workspace, RUNNER_TEMP: scratch });
    for (const [name, value] of Object.entries(inputs)) process.env[`INPUT_${name.toUpperCase()}`] = value;
    await runAction('drill');
    const { exitCode } = process;
    return {
      status: exitCode,
      log: written.mock.calls.map(([text]) => String(text)).join(''),
      output: readFileSync(files.GITHUB_OUTPUT, 'utf8'),
      summary: readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8'),
    };
  } finally {
    written.mockRestore();
    process.exitCode = undefined;
    process.env = before;
    rmSync(workspace, { recursive: true, force: true });
  }
}

const good = { drill: 'worker-cut', host: 'worker1', 'known-hosts': 'x', confirm: 'pos/worker1' };

it.each<[Record<string, string>, string, string]>([
  [{ drill: 'database-loss' }, 'input-invalid', 'must be one of worker-crash'],
  [{ host: '' }, 'input-missing', 'The input host is empty.'],
  [{ rate: '5000' }, 'input-invalid', 'from 1 to 200'],
  [{ host: 'nobody' }, 'drill-host', 'is no worker of this buka.yml'],
  [{ confirm: '' }, 'drill-not-confirmed', 'a machine of'],
  [{ confirm: 'worker1' }, 'drill-not-confirmed', 'a machine of'],
])('with %j it is refused before anything is asked of a host', async (inputs, code, message) => {
  const { status, log, output, summary } = await run({ ...good, ...inputs });
  expect(status).toBe(1);
  expect(log).toContain(message);
  expect(output).toMatch(/outcome[^\n]*\nfailed/);
  expect(summary).toContain(`<code>${code}</code>`);
});

it('its summary has what customers saw, how the cluster took it, and what that means for the objectives', async () => {
  const played = new Played();
  const options = { drill: 'worker-slow', host: 'worker1', user: 'root', confirm: 'pos/worker1', rate: 10 } as const;
  const report = await machineDrill(played.context, { ...options, customers: played.customers });
  const summary = drillSummary(report);
  expect(summary).toMatch(
    /^## 🧯 <code>pos<\/code>: worker-slow of <code>worker1<\/code>, all as before after 20\.9 s$/m,
  );
  expect(summary).toMatch(/^\| failed \| 0 \| 20 \| 0 \|$/m);
  expect(summary).toMatch(/^\| p95 \| 20 ms \| 900 ms \| 20 ms \|$/m);
  expect(summary).toContain('after 900 ms');
  expect(summary).toContain('✅ With this as the only incident of 7 d');
  expect(drillSummary({ ...report, outcome: 'not-recovered', recovered: undefined })).toContain('NOT as before');
});

it('its action.yml tells of every drill that there is', () => {
  const { inputs } = parse(readFileSync('actions/drill/action.yml', 'utf8'));
  for (const drill of machineDrills) expect(inputs.drill.description).toContain(`\`${drill}\``);
});
