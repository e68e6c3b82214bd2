/** What would mean something to a shell. No shell runs, so it would reach the program as a word and surprise somebody. */
const shellSyntax = /[|&;<>()$`\\*?#~{}[\]!\n\r]/;

/**
 * Splits `node dist/migrate.js --to "the end"` into words. Quotes group; nothing else is special.
 * @returns the words, or what is wrong with the text, to follow "must be".
 */
export function splitWords(text: string): { words: string[] } | { wrong: string } {
  const list = 'write it as a list, [program, argument, …], or call a script of the release';
  const syntax = shellSyntax.exec(text);
  if (syntax) {
    const sign = JSON.stringify(syntax[0]).slice(1, -1);
    return { wrong: `one program with its arguments: no shell reads it, so ${sign} has no meaning; ${list}` };
  }
  if (!/^(?:[^'"]|'[^']*'|"[^"]*")*$/.test(text)) return { wrong: `a command with its quotes closed; or ${list}` };
  const words = text.match(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g) ?? [];
  if (words.length === 0) return { wrong: 'a program with its arguments' };
  return { words: words.map((word) => word.replace(/'([^']*)'|"([^"]*)"/g, '$1$2')) };
}
