import { readFileSync } from 'node:fs';

/** A fenced block of a page. */
export interface Block {
  readonly language: string;
  readonly text: string;
}

export const pageOf = (path: string): string => readFileSync(path, 'utf8');

/** Also those that are indented, in a list. */
export function blocksOf(page: string): Block[] {
  return [...page.matchAll(/^( *)```([a-z]*)\n([\s\S]*?)^ *```$/gm)].map(
    ([, indent = '', language = '', text = '']) => ({
      language,
      text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    }),
  );
}

const START = /^(?:buka|node buka\/dist\/cli\.js|npx --allow-git=root --yes github:simplifypos\/buka#v1) /;

/** Every `buka …` that a page says to type: what follows the program, word for word. */
export function commandsOf(page: string): string[][] {
  const typed = blocksOf(page)
    .filter(({ language }) => language === 'sh')
    .flatMap(({ text }) => text.replaceAll(/\\\n\s*/g, '').split('\n'));
  const prose = page.replaceAll(/^ *```[\s\S]*?^ *```$/gm, '');
  const named = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, text = '']) => text);
  return [...typed, ...named].filter((line) => START.test(line)).map((line) => wordsOf(line.replace(START, '')));
}

/** As a shell splits it, without a comment or a redirection at the end. */
function wordsOf(line: string): string[] {
  const words = line.match(/'[^']*'|"[^"]*"|[^\s'"]+/g) ?? [];
  const end = words.findIndex((word) => word === '#' || word === '<' || word === '>' || word === '|' || word === '&&');
  return (end < 0 ? words : words.slice(0, end)).map((word) => word.replace(/^(['"])([\s\S]*)\1$/, '$2'));
}
