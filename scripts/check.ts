// `npm run check`: all that must hold besides the tests. Each check says its name and how it went; the exit status is 1
// when one failed. `npm run check -- types dist` runs only those.
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pages } from './pages';
import { schemaText } from './schema';
import { withTables } from './tables';
import { uplotText } from './uplot';
import { workflowProblems } from './workflow-files';

/** Says what is wrong, or nothing. */
type Check = () => Promise<string>;

const checks: Record<string, Check> = {
  types: () => run('tsc', []),
  lint: () => run('biome', ['ci', '--colors=off', '.']),
  imports: () => run('depcruise', ['src', 'lab', 'demo', 'test', 'bench', '--config', '.dependency-cruiser.cjs']),
  workflows: async () => (await workflowProblems()).join('\n'),
  schema: async () => {
    const published = await readFile('docs/buka.schema.json', 'utf8').catch(() => '');
    return published === schemaText() ? '' : 'docs/buka.schema.json is stale: npm run generate';
  },
  uplot: async () => {
    const carried = await readFile('src/slo/page/uplot.json', 'utf8').catch(() => '');
    return carried === (await uplotText()) ? '' : 'src/slo/page/uplot.json is stale: npm run generate';
  },
  tables: async () => {
    const stale: string[] = [];
    for (const path of await pages()) {
      const page = await readFile(path, 'utf8');
      if ((await withTables(page)) !== page) stale.push(`${path} is stale: npm run generate`);
    }
    return stale.join('\n');
  },
  dist: checkDist,
};

/** dist/ is what the sources make, byte for byte, and holds nothing else. */
async function checkDist(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'buka-dist-'));
  try {
    const failure = await run('node', ['scripts/build.mjs', folder]);
    if (failure) return failure;
    const [fresh, committed] = await Promise.all([contentOf(folder), contentOf('dist')]);
    const stale = [...new Set([...fresh.keys(), ...committed.keys()])].filter(
      (path) => !fresh.get(path)?.equals(committed.get(path) ?? Buffer.alloc(0)),
    );
    return stale.length === 0 ? '' : `dist/ is stale: npm run bundle\n${stale.map((path) => `  ${path}`).join('\n')}`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function contentOf(folder: string): Promise<Map<string, Buffer>> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(files.map(async (path) => [path.slice(folder.length + 1), await readFile(path)] as const)),
  );
}

/** The output of a program that failed. npm puts the programs of node_modules on the path. */
function run(program: string, words: string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(program, words, { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      resolve(error ? `${stdout}${stderr}`.trim() || error.message : '');
    });
  });
}

async function main(chosen: string[]): Promise<void> {
  const unknown = chosen.filter((name) => !(name in checks));
  if (unknown.length > 0)
    throw new Error(`no such check: ${unknown.join(', ')}; known are ${Object.keys(checks).join(', ')}`);
  for (const [name, check] of Object.entries(checks)) {
    if (chosen.length > 0 && !chosen.includes(name)) continue;
    const wrong = await check();
    console.log(wrong ? `FAIL ${name}\n${wrong}` : `ok   ${name}`);
    if (wrong) process.exitCode = 1;
  }
}

main(process.argv.slice(2));
