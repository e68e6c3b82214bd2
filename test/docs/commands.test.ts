import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandLine } from '../../src/cli';
import { initCommand } from '../../src/cli/init';
import { parseCluster } from '../../src/cluster';
import { questions } from '../../src/init';
import { toldOutput } from '../cli/told';
import { blocksOf, commandsOf, pageOf } from './commands';

const quickStarts = ['docs/quick-start.md', 'docs/quick-start.id.md'];
const pages = [...quickStarts, 'docs/without-github.md', 'docs/adopting.md', 'docs/coming-from.md'];

describe.each(pages)('%s', (path) => {
  const commands = commandsOf(pageOf(path));

  test('tells commands', () => {
    expect(commands.length).toBeGreaterThan(4);
  });

  test.each(commands.map((words) => [words.join(' '), words]))('buka %s is a command', async (_, words) => {
    let performed = 0;
    const program = commandLine(async () => {
      performed += 1;
    });
    await program.parseAsync([...words], { from: 'user' });
    expect(performed).toBe(1);
  });
});

describe.each(quickStarts)("%s: the app's repository", (path) => {
  const blocks = blocksOf(pageOf(path));
  const block = (language: string) => blocks.find((one) => one.language === language)?.text ?? '';
  const { HOME } = process.env;
  let folder: string;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'buka-quick-'));
    await mkdir(join(folder, '.ssh'));
    process.env.HOME = folder;
  });
  afterEach(() => {
    process.env.HOME = HOME;
    rmSync(folder, { recursive: true });
  });

  test('its buka.yml is one that loads, with three machines', () => {
    const { hosts, workers } = parseCluster(block('yaml'));
    expect([hosts.size, workers.hosts.length]).toEqual([3, 2]);
  });

  test('what `buka init` is told there writes exactly that buka.yml', async () => {
    writeFileSync(join(folder, 'package.json'), block('json'));
    writeFileSync(join(folder, 'server.js'), block('js'));
    const [, key = ''] = /authorized-keys: \[(.*)\]/.exec(block('yaml')) ?? [];
    writeFileSync(join(folder, '.ssh/buka.pub'), `${key}\n`);
    const [init = []] = commandsOf(pageOf(path)).filter(([name]) => name === 'init');
    const options: Record<string, unknown> = {};
    for (const { name } of questions) {
      const at = init.indexOf(`--${name}`);
      if (at > 0) options[name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())] = init[at + 1];
    }
    await initCommand({ workingDirectory: folder, yes: true, force: false, ...options }, toldOutput().out);
    expect(await readFile(join(folder, 'buka.yml'), 'utf8')).toBe(block('yaml'));
  });
});

test('the Indonesian page says to type what the English one does', () => {
  const typed = (path: string) => commandsOf(pageOf(path)).map((words) => words.filter((word) => !word.includes(' ')));
  const [english = [], indonesian = []] = quickStarts.map(typed);
  expect(indonesian).toEqual(english);
});
