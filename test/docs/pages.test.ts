import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { parse } from 'yaml';
import { pages } from '../../scripts/pages';
import { withTables } from '../../scripts/tables';
import { actions, calleeOf, type Job, reusable, type Step } from '../workflows/files';

const all = (await pages()).map((path) => ({ path, text: readFileSync(path, 'utf8') }));

/** The blocks of a page that are marked as of that language, without what indents them all. */
const blocks = (text: string, language: string) =>
  [...text.matchAll(new RegExp(`^( *)\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\`$`, 'gm'))].map(
    ([, indent = '', block = '']) => block.replace(new RegExp(`^${indent}`, 'gm'), ''),
  );

/** As GitHub makes them: <https://docs.github.com/en/get-started/writing-on-github>, "Section links". */
const anchorsOf = (text: string) =>
  [...text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );

test.each(all)('each link in $path leads somewhere', ({ path, text }) => {
  const broken = [...text.replace(/```[\s\S]*?```/g, '').matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = '']) => {
    if (/^(?:https?:|mailto:)/.test(link)) return [];
    const [file = '', anchor] = link.split('#');
    const target = file === '' ? path : normalize(join(dirname(path), file));
    if (!existsSync(target)) return [link];
    return anchor && target.endsWith('.md') && !anchorsOf(readFileSync(target, 'utf8')).includes(anchor) ? [link] : [];
  });
  expect(broken).toEqual([]);
});

test.each(all)('the tables in $path are what the actions and workflows say', async ({ text }) => {
  expect(await withTables(text)).toBe(text);
});

test.each([...actions.values()])('$path has a page with its inputs and outputs', ({ name, path }) => {
  const page = readFileSync(name === '' ? 'docs/pipeline.md' : `actions/${name}/README.md`, 'utf8');
  for (const kind of ['inputs', 'outputs']) expect(page).toContain(`<!-- ${kind} of ${path} -->`);
});

test('each reusable workflow is described with its inputs and outputs', () => {
  const page = readFileSync('docs/github.md', 'utf8');
  for (const { path } of reusable.values())
    for (const kind of ['inputs', 'outputs']) expect(page).toContain(`<!-- ${kind} of ${path} -->`);
});

/** Each step and each job in an example, whole or a part. */
function usesIn(value: unknown): (Step & Job)[] {
  if (Array.isArray(value)) return value.flatMap(usesIn);
  if (typeof value !== 'object' || value === null) return [];
  const found = Object.values(value).flatMap(usesIn);
  return 'uses' in value ? [value as Step & Job, ...found] : found;
}

const examples = all.flatMap(({ path, text }) =>
  blocks(text, 'yaml')
    .filter((block) => block.includes('simplifypos/buka'))
    .map((block) => ({ path, block })),
);

test.each(examples)('an example in $path gives what there is, and all that is required', ({ block }) => {
  for (const one of usesIn(parse(block))) {
    const [, folder = ''] = /^simplifypos\/buka(?:\/actions\/(\w+))?@v1$/.exec(one.uses ?? '') ?? ['', '?'];
    const takes = actions.get(folder)?.inputs ?? calleeOf(one)?.on.workflow_call?.inputs;
    if (takes === undefined) expect(one.uses).toMatch(/^actions\//);
    else {
      const given = Object.keys(one.with ?? {});
      expect(Object.keys(takes)).toEqual(expect.arrayContaining(given));
      expect(given).toEqual(expect.arrayContaining(Object.keys(takes).filter((name) => takes[name]?.required)));
    }
  }
  expect(block).not.toContain('inherit');
});

test('the example by hand is a whole workflow, also after it was changed for GitHub Enterprise Server', async () => {
  const { NoOperationTraceWriter, parseWorkflow } = await import('@actions/workflow-parser');
  const page = await readFile('docs/github-by-hand.md', 'utf8');
  const [workflow = ''] = blocks(page, 'yaml');
  const [change = ''] = blocks(page, 'sh');
  const folder = await mkdtemp(join(tmpdir(), 'buka-docs-'));
  try {
    const path = join(folder, '.github/workflows/deploy.yml');
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, workflow);
    execFileSync('sh', ['-ec', change], { cwd: folder });
    const changed = await readFile(path, 'utf8');
    for (const content of [workflow, changed]) {
      const { context } = parseWorkflow({ name: path, content }, new NoOperationTraceWriter());
      expect(context.errors.getErrors()).toEqual([]);
    }
    expect(changed).not.toMatch(/simplifypos|queue:|artifact@v[4-9]/);
    expect(changed).toContain('uses: platform/buka/actions/deploy@v1');
    expect(changed).toContain('uses: actions/upload-artifact@v3-node20');
  } finally {
    await rm(folder, { recursive: true });
  }
});
