import { printable } from '../printable';

/** Plain text in Markdown: nothing in it becomes a link, an image, a tag or a mention. */
export function text(value: string): string {
  return printable(value)
    .replace(/[\\`*_{}[\]()#+!|~<>&@]/g, (sign) => `&#${sign.charCodeAt(0)};`)
    .replace(/\s+/g, ' ');
}

/** A short word in monospace. */
export const code = (value: string): string => `<code>${text(value)}</code>`;

/** Plain text in which what one types stands between backticks. */
export const prose = (value: string): string =>
  value
    .split('`')
    .map((part, at) => (at % 2 === 0 ? text(part) : code(part)))
    .join('');

/** Several lines, exactly as they are. */
export function block(value: string): string {
  // A fence longer than any run of backticks inside can't be closed from inside (CommonMark 0.31, section 4.5).
  const longest = Math.max(2, ...(value.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${printable(value)}\n${fence}`;
}

/** Cells are Markdown already. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
