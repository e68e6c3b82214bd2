import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';

interface Input {
  readonly description: string;
  readonly required?: boolean;
  readonly default?: string | number | boolean;
  readonly type?: string;
}

type Described = Record<string, { description: string }>;

/** What an `action.yml` and the `workflow_call` of a reusable workflow have in common. */
interface Interface {
  readonly inputs?: Record<string, Input>;
  readonly outputs?: Described;
  readonly secrets?: Described;
}

interface File extends Interface {
  readonly on?: { readonly workflow_call?: Interface };
}

type Row = readonly string[];

const marked = /(<!-- (inputs|outputs|secrets) of (\S+) -->\n)[\s\S]*?(\n<!-- end -->)/g;

/**
 * A page of the docs with its tables as the actions and workflows have them now. A table stands between
 * `<!-- inputs of actions/deploy/action.yml -->`, or `outputs of`, or `secrets of`, and `<!-- end -->`.
 */
export async function withTables(page: string): Promise<string> {
  const files = new Map<string, Interface>();
  for (const [, , , path = ''] of page.matchAll(marked)) {
    const file: File = parse(await readFile(path, 'utf8'));
    files.set(path, file.on?.workflow_call ?? file);
  }
  return page.replace(marked, (_, start, kind, path, end) => `${start}${tableOf(kind, files.get(path) ?? {})}${end}`);
}

function tableOf(kind: string, { inputs = {}, outputs = {}, secrets = {} }: Interface): string {
  if (kind === 'outputs') return table(['output', 'meaning'], meanings(outputs));
  if (kind === 'secrets') return table(['secret', 'meaning'], meanings(secrets));
  return table(
    ['input', 'meaning', 'default'],
    Object.entries(inputs).map(([name, { description, required, default: value }]) => [
      code(name),
      description,
      required ? '**required**' : value === undefined || value === '' ? '' : code(String(value)),
    ]),
  );
}

const meanings = (all: Described): Row[] =>
  Object.entries(all).map(([name, { description }]) => [code(name), description]);

const code = (text: string) => `\`${text}\``;

function table(head: Row, body: readonly Row[]): string {
  return [head, head.map(() => '---'), ...body]
    .map((row) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
}
