/** A word, name, number or sign of SQL. What is in comments and strings is nobody's statement and isn't kept. */
export interface Token {
  /** As written; a string is `'…'`. */
  readonly text: string;
  /** For comparing: in capitals, and empty where it is quoted and so no keyword. */
  readonly word: string;
  /** Counted from 1. */
  readonly line: number;
}

export type Dialect = 'postgresql' | 'mariadb';

/**
 * Cuts SQL into statements: what a check needs and no more, so it has to know no grammar and never fails. Comments,
 * strings, bodies in dollar quotes, psql's commands and COPY's data are left out, and so is what undoes a migration in the
 * same file (`-- Down Migration`, `-- migrate:down`, `-- +goose Down`).
 */
export function statementsOf(sql: string, dialect: Dialect = 'postgresql'): Token[][] {
  const statements: Token[][] = [];
  const patterns = spelling[dialect];
  let tokens: Token[] = [];
  let undoing = false;
  let line = 1;
  let at = 0;
  const end = () => {
    if (tokens.length > 0 && !undoing) statements.push(tokens);
    tokens = [];
  };
  while (at < sql.length) {
    const next = nextPiece(sql, at, patterns);
    const { kind, text } = next;
    if (kind === 'comment' && direction(text) !== undefined) {
      end();
      undoing = direction(text) === 'down';
    } else if (kind === 'sign' && text === ';') {
      if (isCopy(tokens)) next.text += dataAfter(sql, at + 1);
      end();
    } else if (kind === 'string') tokens.push({ text: "'…'", word: '', line });
    else if (kind === 'quoted') tokens.push({ text, word: '', line });
    else if (kind === 'word' || kind === 'sign') tokens.push({ text, word: text.toUpperCase(), line });
    line += next.text.split('\n').length - 1;
    at += next.text.length;
  }
  end();
  return statements;
}

type Kind = 'space' | 'comment' | 'string' | 'quoted' | 'word' | 'sign';
type Patterns = readonly (readonly [Kind, RegExp])[];

const lineComment = String.raw`--[^\n]*`;
// One that isn't ended goes to the end of the file, as the database would read it.
const inQuotes = (quote: string) => `${quote}[^${quote}]*(?:${quote}${quote}[^${quote}]*)*(?:${quote}|$)`;
const escaped = (quote: string) =>
  String.raw`${quote}[^${quote}\\]*(?:(?:\\[^]|${quote}${quote})[^${quote}\\]*)*(?:${quote}|$)`;
const piece = (kind: Kind, source: string): readonly [Kind, RegExp] => [kind, new RegExp(source, 'yu')];
const common: Patterns = [
  piece('space', String.raw`\s+`),
  piece('word', String.raw`[\p{L}\p{N}_][\p{L}\p{N}_$]*`),
  piece('sign', '[^]'),
];

/** PostgreSQL manual, 4.1 "Lexical Structure"; MariaDB, "Comment Syntax" and "String Literals". */
const spelling: Readonly<Record<Dialect, Patterns>> = {
  postgresql: [
    piece('comment', lineComment),
    piece('string', `[eE]${escaped("'")}`),
    piece('string', inQuotes("'")),
    piece('string', String.raw`(\$(?:[\p{L}_][\p{L}\p{N}_]*)?\$)[^]*?(?:\1|$)`),
    piece('quoted', inQuotes('"')),
    piece('space', String.raw`(?<=^|\n)\\[^\n]*`),
    ...common,
  ],
  mariadb: [
    piece('comment', `(?:${lineComment}|#[^\\n]*)`),
    piece('string', escaped("'")),
    piece('string', escaped('"')),
    piece('quoted', inQuotes('`')),
    ...common,
  ],
};

function nextPiece(sql: string, at: number, patterns: Patterns): { kind: Kind; text: string } {
  if (sql.startsWith('/*', at)) return { kind: 'comment', text: blockComment(sql, at) };
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = at;
    const [text] = pattern.exec(sql) ?? [];
    if (text) return { kind, text };
  }
  return { kind: 'sign', text: sql.charAt(at) };
}

/** With comments inside it, as PostgreSQL has them; in MariaDB nobody writes that. */
function blockComment(sql: string, from: number): string {
  const edge = /\/\*|\*\//g;
  edge.lastIndex = from;
  let depth = 0;
  for (let found = edge.exec(sql); found !== null; found = edge.exec(sql)) {
    depth += found[0] === '/*' ? 1 : -1;
    if (depth === 0) return sql.slice(from, edge.lastIndex);
  }
  return sql.slice(from);
}

/** The comment by which a migration tool tells the way forward from the way back. */
function direction(comment: string): 'up' | 'down' | undefined {
  const tool = /^--\s*(?:(?:\+goose|\+migrate|@)\s*|migrate:)?(up|down)(?:\s+migration)?(?:\s+\w+:\w+)*\s*$/i;
  return tool.exec(comment)?.[1]?.toLowerCase() as 'up' | 'down' | undefined;
}

const isCopy = (tokens: readonly Token[]) => tokens[0]?.word === 'COPY' && tokens.some(({ word }) => word === 'STDIN');

/** The data of a COPY, to the line `\.` that ends it. */
function dataAfter(sql: string, at: number): string {
  const end = /\n\\\.\r?(?=\n|$)/g;
  end.lastIndex = at;
  return end.exec(sql) === null ? sql.slice(at) : sql.slice(at, end.lastIndex);
}
