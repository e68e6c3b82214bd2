// `tsx scripts/github-openapi.ts [version]`: cuts GitHub's own OpenAPI description (npm package @octokit/openapi, MIT) to the
// paths that src/github calls, and writes test/github/openapi.json, which the tests judge every request and answer by.
// The package takes 400 MB unpacked, so it is fetched for this alone and is no dependency.
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const repository = '/repos/{owner}/{repo}';
const used: Record<string, readonly string[]> = {
  [`${repository}/issues`]: ['get', 'post'],
  [`${repository}/issues/{issue_number}`]: ['patch'],
  [`${repository}/issues/{issue_number}/comments`]: ['get', 'post'],
  [`${repository}/issues/comments/{comment_id}`]: ['patch', 'delete'],
  [`${repository}/compare/{basehead}`]: ['get'],
  [`${repository}/pulls`]: ['get'],
  '/user': ['get'],
};

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type JsonObject = { [name: string]: Json };

/** Nothing of these is judged by. */
const prose = new Set(['description', 'summary', 'example', 'examples', 'externalDocs', 'tags', 'x-github', 'title']);
/** Their members are names that users chose, not words of OpenAPI: `title` is one of an issue's. */
const named = new Set(['properties', 'schemas', 'parameters', 'responses', 'headers']);

function plain(value: Json, parent = ''): Json {
  if (Array.isArray(value)) return value.map((one) => plain(one));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([name]) => named.has(parent) || !prose.has(name));
  const all = kept.map(([name, one]) => [name, plain(one, named.has(parent) ? '' : name)] as const);
  if (parent !== 'responses') return Object.fromEntries(all);
  // A response without a description is none.
  return Object.fromEntries(all.map(([name, one]) => [name, { description: '', ...(one as JsonObject) }]));
}

function referencesIn(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, one]) =>
    name === '$ref' && typeof one === 'string' ? [one] : referencesIn(one),
  );
}

/** The paths that are used, and of the components what they refer to, however far. */
function cut(whole: JsonObject): JsonObject {
  const all = whole.paths as Record<string, JsonObject>;
  const paths = Object.fromEntries(
    Object.entries(used).map(([path, methods]) => {
      const item = all[path] ?? {};
      const missing = methods.find((method) => item[method] === undefined);
      if (missing !== undefined) throw new Error(`GitHub describes no ${missing} ${path} any more`);
      return [path, plain(Object.fromEntries(methods.map((method) => [method, item[method] as Json])))];
    }),
  );
  const components: Record<string, JsonObject> = {};
  const known = whole.components as Record<string, JsonObject>;
  const open = referencesIn(paths);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [, , kind = '', name = ''] = next.split('/');
    components[kind] ??= {};
    if (components[kind][name] !== undefined) continue;
    const found = plain(known[kind]?.[name] ?? {});
    components[kind][name] = found;
    open.push(...referencesIn(found));
  }
  const { openapi = '', info = {} } = whole;
  return { openapi, info, paths, components };
}

async function main(version = 'latest'): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'buka-openapi-'));
  try {
    const packed = execFileSync('npm', ['pack', '--silent', `@octokit/openapi@${version}`], { cwd: folder }).toString();
    const file = 'package/generated/api.github.com.json';
    execFileSync('tar', ['-xzf', packed.trim(), file], { cwd: folder });
    const whole = JSON.parse(await readFile(join(folder, file), 'utf8')) as JsonObject;
    await writeFile('test/github/openapi.json', `${JSON.stringify(cut(whole), undefined, 1)}\n`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

main(process.argv[2]);
