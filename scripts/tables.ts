import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';

interface ActionFile {
  readonly inputs?: Record<string, { description: string; required?: boolean; default?: string }>;
  readonly outputs?: Record<string, { description: string }>;
}

const marked = /(<!-- (inputs|outputs) of (\S+) -->\n)[\s\S]*?(\n<!-- end -->)/g;

/**
 * A page of the docs with its tables as the action files have them now. A table stands between
 * `<!-- inputs of actions/deploy/action.yml -->`, or `outputs of`, and `<!-- end -->`.
 */
export async function withTables(page: string): Promise<string> {
  const files = new Map<string, ActionFile>();
  for (const [, , , path = ''] of page.matchAll(marked)) files.set(path, parse(await readFile(path, 'utf8')));
  return page.replace(marked, (_, start, kind, path, end) => `${start}${tableOf(kind, files.get(path) ?? {})}${end}`);
}

function tableOf(kind: string, { inputs = {}, outputs = {} }: ActionFile): string {
  const rows =
    kind === 'inputs'
      ? [
          ['input', 'meaning', 'default'],
          ...Object.entries(inputs).map(([name, { description, required, default: value }]) => [
            `\`${name}\``,
            description,
            required ? '**required**' : value === undefined ? '' : `\`${value}\``,
          ]),
        ]
      : [
          ['output', 'meaning'],
          ...Object.entries(outputs).map(([name, { description }]) => [`\`${name}\``, description]),
        ];
  const [head = [], ...body] = rows.map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  return [head, head.map(() => '---'), ...body].map((row) => `| ${row.join(' | ')} |`).join('\n');
}
