/**
 * `npm test`: the tests that need nothing but this machine, then pages in a browser, then tests on real machines, then some
 * faults of the fault matrix (`npm run test:faults` is all of it), then the main job as a person runs it. Words after `--`
 * choose test files: `npm test -- test/lab/haproxy.test.ts`.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { down, ensureTools, insideNetwork, type Lab, up } from '../lab';
import { ensureBase, newerSuite } from '../lab/base';

type Project = 'unit' | 'browser' | 'lab' | 'faults' | 'main-job';

/** What jest writes with `--json`. */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numRuntimeErrorTestSuites: number;
}

const root = join(import.meta.dirname, '..');
/** The tests on real machines wait half of their time, so two labs share them. */
const labs = [1, 2].map((number) => `test-${process.pid}-${number}`);
/** Programs that judge in tests on this machine what Buka writes for them, or are asked by it, and their packages. */
const judges = {
  promtool: 'prometheus',
  amtool: 'prometheus-alertmanager',
  visudo: 'sudo',
  pg_createcluster: 'postgresql',
  'mariadb-install-db': 'mariadb-server',
};
const patterns = process.argv.slice(2);
const folder = join(root, 'out');

function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

const jest = (project: Project, ...args: readonly string[]): [string, ...string[]] => [
  process.execPath,
  '--experimental-vm-modules',
  '--no-warnings',
  join(root, 'node_modules/jest/bin/jest.js'),
  ...['--selectProjects', project],
  ...args,
];
const chosen = patterns.length > 0 ? ['--passWithNoTests', ...patterns] : [];
const reportTo = (name: string) => ['--json', `--outputFile=${join(folder, `test-${name}.json`)}`];
// Machines and load are shared by all tests of a project but the first.
const inBand = '--runInBand';

/** The files of the tests on real machines, the long ones first. */
function labTests(): string[] {
  const [command, ...args] = jest('lab', '--listTests', ...chosen);
  const listed = execFileSync(command, args, { cwd: root, encoding: 'utf8' });
  const files = listed.split('\n').filter((line) => line.startsWith('/'));
  return files.sort((one, other) => statSync(other).size - statSync(one).size);
}

/** What moved the shared address, and when, as its load balancers tell it: that is gone with the lab. */
async function tellOfAddress(lab: Lab): Promise<void> {
  const recent = 'journalctl --unit keepalived --lines 20 --no-pager --output short-precise';
  for (const { name } of lab.cluster.loadBalancers.hosts)
    if (lab.isOn(name)) console.log((await lab.shell(name, recent)).stdout);
}

/**
 * Runs one file after the other from those that no other lab has taken. A test that failed may have left machines off or
 * full: the next file gets new ones.
 */
async function onLab(name: string, files: string[]): Promise<number> {
  const make = () => up({ name, cluster: join(root, 'examples/pos/buka.yml'), say: console.log });
  try {
    let lab = await make();
    let worst = 0;
    for (let file = files.shift(); file !== undefined; file = files.shift()) {
      const report = reportTo(`lab-${basename(file, '.test.ts')}`);
      const command = insideNetwork(lab.name, jest('lab', ...report, inBand, '--runTestsByPath', file));
      const status = await run(...command, lab.env);
      worst = Math.max(worst, status);
      if (status === 0) continue;
      await tellOfAddress(lab);
      if (files.length === 0) continue;
      await down(name);
      lab = await make();
    }
    return worst;
  } finally {
    await down(name);
  }
}

/** Every lab is gone before one that could not be made is told of. */
async function onLabs(): Promise<number> {
  const files = labTests();
  // What a lab's machines are copied from is made here, where it is missing: the tests run in a network without a way out.
  if (files.length > 0) {
    await ensureTools(console.log);
    await ensureBase({ kind: 'set-up', say: console.log });
  }
  const some = (prefix: string) => files.some((file) => basename(file).startsWith(prefix));
  if (some('bare')) await ensureBase({ kind: 'bare', say: console.log });
  if (some('newer')) await ensureBase({ kind: 'bare', suite: newerSuite(), say: console.log });
  const ends = await Promise.allSettled(labs.slice(0, files.length).map((name) => onLab(name, files)));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed) throw failed.reason;
  return Math.max(0, ...ends.map((end) => (end.status === 'fulfilled' ? end.value : 1)));
}

const reports = () =>
  readdirSync(folder)
    .filter((name) => /^test-.*\.json$/.test(name))
    .map((name) => join(folder, name));

const here = (project: Project) => {
  const [command, ...args] = jest(project, ...reportTo(project), ...(project === 'unit' ? [] : [inBand]), ...chosen);
  return run(command, args);
};

async function main(): Promise<number> {
  mkdirSync(folder, { recursive: true });
  for (const file of reports()) rmSync(file);
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void Promise.allSettled(labs.map((name) => down(name))).then(() => process.exit(130)));

  const statuses: number[] = [];
  console.log('\n== Tests on this machine ==');
  if (process.getuid?.() === 0) await ensureTools(console.log, judges);
  statuses.push(await here('unit'));
  if (process.getuid?.() === 0) {
    console.log('\n== Pages in a browser ==');
    await ensureTools(console.log, { chromium: 'chromium' });
    statuses.push(await here('browser'));
    console.log('\n== Tests on real machines ==');
    statuses.push(await onLabs());
    console.log('\n== Faults in the middle of a rollout ==');
    statuses.push(await here('faults'));
    console.log('\n== The main job, as a person runs it ==');
    statuses.push(await here('main-job'));
  } else {
    console.log(
      '\nThe tests in a browser and on real machines need root, for packages, namespaces and mounts: sudo npm test. They did NOT run.',
    );
    statuses.push(1);
  }

  const sum = (key: keyof Report) =>
    reports().reduce((total, file) => total + (JSON.parse(readFileSync(file, 'utf8')) as Report)[key], 0);
  const failed = sum('numFailedTests') + sum('numRuntimeErrorTestSuites');
  console.log(`\n${sum('numPassedTests')} passed, ${failed} failed, ${sum('numPendingTests')} skipped`);
  const whole = statuses.every((status) => status === 0) && sum('numPassedTests') > 0;
  return whole && failed + sum('numPendingTests') === 0 ? 0 : 1;
}

void main().then((status) => {
  process.exitCode = status;
});
