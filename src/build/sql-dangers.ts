import type { Token } from './sql';

/** A statement that a release from before may not live with. */
export interface Danger {
  readonly line: number;
  /** The statement, without what is in its strings, cut where it is long. */
  readonly statement: string;
  /** Reads on after the statement: `drops the column vat`. */
  readonly why: string;
}

/** Kinds of things that a release may use, by their words after DROP, CREATE and ALTER. */
const kinds = [
  'MATERIALIZED VIEW',
  'FOREIGN TABLE',
  'TABLE',
  'VIEW',
  'FUNCTION',
  'PROCEDURE',
  'ROUTINE',
  'AGGREGATE',
  'TRIGGER',
  'SEQUENCE',
  'SCHEMA',
  'DOMAIN',
  'TYPE',
];

/** What the statements of one migration take away from a release that knows nothing of them. */
export function dangersIn(statements: readonly (readonly Token[])[]): Danger[] {
  const made = statements.map(madeBy);
  return statements.flatMap((tokens, index) => {
    const makesIt = (thing: Thing, where: readonly (Thing | undefined)[]) =>
      where.some((other) => other !== undefined && other.kind === thing.kind && other.name === thing.name);
    // A table that the same file made is new to every release; a view or function that it makes again stays.
    const known = (thing: Thing) => !makesIt(thing, thing.kind === 'TABLE' ? made.slice(0, index) : made);
    return dangersOf(tokens, known).map(({ at, why }) => ({
      line: (tokens[at] as Token).line,
      statement: written(tokens),
      why,
    }));
  });
}

interface Thing {
  readonly kind: string;
  readonly name: string;
}

interface Found {
  /** Index of the token that it begins with. */
  readonly at: number;
  readonly why: string;
}

const before = new Set([
  'OR',
  'REPLACE',
  'TEMP',
  'TEMPORARY',
  'UNLOGGED',
  'GLOBAL',
  'LOCAL',
  'RECURSIVE',
  'CONSTRAINT',
]);

function madeBy(tokens: readonly Token[]): Thing | undefined {
  if (tokens[0]?.word !== 'CREATE') return undefined;
  let at = 1;
  while (before.has(tokens[at]?.word ?? '')) at += 1;
  return thingAt(tokens, at)?.thing;
}

/** A kind and a name, as in `TABLE IF EXISTS ONLY shop.sales`; `next` is the index after it. */
function thingAt(tokens: readonly Token[], at: number): { thing: Thing; next: number } | undefined {
  const kind = kinds.find((words) => words.split(' ').every((word, index) => tokens[at + index]?.word === word));
  if (kind === undefined) return undefined;
  const named = nameAt(tokens, skip(tokens, at + kind.split(' ').length, 'IF', 'NOT', 'EXISTS', 'ONLY'));
  return { thing: { kind, name: named.name }, next: named.next };
}

const skip = (tokens: readonly Token[], from: number, ...words: readonly string[]): number => {
  let at = from;
  while (words.includes(tokens[at]?.word ?? '')) at += 1;
  return at;
};

/** `shop.sales` and `"shop"."sales"` are one name. */
function nameAt(tokens: readonly Token[], from: number): { name: string; next: number } {
  const bare = ({ text, word }: Token) => (word === '' ? text.slice(1, -1) : text.toLowerCase());
  let name = tokens[from] ? bare(tokens[from]) : '';
  let next = from + 1;
  while (tokens[next]?.text === '.' && tokens[next + 1] !== undefined) {
    name += `.${bare(tokens[next + 1] as Token)}`;
    next += 2;
  }
  return { name, next };
}

function dangersOf(tokens: readonly Token[], known: (thing: Thing) => boolean): Found[] {
  const [first, second] = tokens;
  if (first?.word === 'RENAME' && second?.word === 'TABLE') return [{ at: 0, why: 'renames a table' }];
  const found = thingAt(tokens, 1);
  if (found === undefined || !known(found.thing)) return [];
  const { thing, next } = found;
  const kind = thing.kind.toLowerCase();
  if (first?.word === 'DROP') return [{ at: 0, why: `drops the ${kind} ${thing.name}` }];
  if (first?.word !== 'ALTER') return [];
  if (kind !== 'table' && kind !== 'foreign table') return ofOther(tokens, next, `${kind} ${thing.name}`);
  return actionsFrom(tokens, next).flatMap((action) => ofTable(action, thing.name));
}

/** ALTER of what isn't a table. */
function ofOther(tokens: readonly Token[], at: number, what: string): Found[] {
  const rest = tokens.slice(at).map(({ word }) => word);
  const begins = (words: string) => new RegExp(`(?:^| )${words}(?: |$)`).test(rest.join(' '));
  if (begins('RENAME') && !begins('RENAME CONSTRAINT')) return [{ at: 0, why: `renames the ${what}, or a part of it` }];
  if (begins('SET SCHEMA')) return [{ at: 0, why: `moves the ${what} to another schema` }];
  if (begins('SET NOT NULL')) return [{ at: 0, why: `forbids NULL in the ${what}` }];
  if (begins('DROP ATTRIBUTE') || begins('DROP DEFAULT')) return [{ at: 0, why: `drops a part of the ${what}` }];
  return [];
}

/** The actions of an ALTER TABLE, cut at commas that are in no brackets. */
function actionsFrom(tokens: readonly Token[], from: number): { at: number; words: readonly Token[] }[] {
  const actions: { at: number; words: Token[] }[] = [];
  let depth = 0;
  let begun: { at: number; words: Token[] } | undefined;
  for (let at = skip(tokens, from, '*'); at < tokens.length; at += 1) {
    const token = tokens[at] as Token;
    if (token.text === '(') depth += 1;
    if (token.text === ')') depth -= 1;
    if (token.text === ',' && depth === 0) {
      begun = undefined;
      continue;
    }
    if (begun === undefined) {
      begun = { at, words: [] };
      actions.push(begun);
    }
    begun.words.push(token);
  }
  return actions;
}

const notColumns = new Set(
  'CONSTRAINT CHECK UNIQUE PRIMARY FOREIGN EXCLUDE INDEX KEY FULLTEXT SPATIAL PARTITION PERIOD SYSTEM'.split(' '),
);
/** A column with one of these has a value in every row, whoever writes it. */
const filled = new Set(
  'DEFAULT GENERATED AS AUTO_INCREMENT SERIAL BIGSERIAL SMALLSERIAL SERIAL4 SERIAL8 SERIAL2'.split(' '),
);

function ofTable(action: { at: number; words: readonly Token[] }, table: string): Found[] {
  const { at, words } = action;
  const verb = words[0]?.word ?? '';
  const danger = (why: string): Found[] => [{ at, why }];
  const column = skip(words, 1, 'COLUMN', 'IF', 'NOT', 'EXISTS');
  const { name, next } = nameAt(words, column);
  const word = (offset: number) => words[offset]?.word ?? '';
  const follows = (sequence: string) => sequence.split(' ').every((one, index) => word(next + index) === one);
  const of = `${name} of ${table}`;

  if (verb === 'RENAME') {
    if (['CONSTRAINT', 'INDEX', 'KEY'].includes(word(1))) return [];
    return danger(['TO', 'AS'].includes(word(1)) ? `renames the table ${table}` : `renames the column ${of}`);
  }
  if (verb === 'DROP' && !notColumns.has(word(1))) return danger(`drops the column ${of}`);
  if (verb === 'SET' && word(1) === 'SCHEMA') return danger(`moves the table ${table} to another schema`);
  if (verb === 'MODIFY' || verb === 'CHANGE') return danger(`changes the column ${of}`);
  if (verb === 'ALTER' && !['CONSTRAINT', 'INDEX', 'KEY'].includes(word(1))) {
    if (follows('TYPE') || follows('SET DATA TYPE')) return danger(`changes the type of the column ${of}`);
    if (follows('SET NOT NULL')) return danger(`forbids NULL in the column ${of}`);
    if (follows('DROP DEFAULT') || follows('DROP IDENTITY')) return danger(`drops the default of the column ${of}`);
  }
  if (verb === 'ADD' && !notColumns.has(word(1)) && words[1]?.text !== '(') {
    const rest = words.slice(next).map(({ word: one }) => one);
    const needed = /(?:^| )(?:NOT NULL|PRIMARY KEY)(?: |$)/.test(rest.join(' '));
    if (needed && !rest.some((one) => filled.has(one)))
      return danger(`adds the column ${of}, which nobody from before fills`);
  }
  return [];
}

function written(tokens: readonly Token[]): string {
  const text = tokens.reduce((sum, { text: next }) => {
    const tight = sum === '' || /[(.]$/.test(sum) || /^[),.;(]/.test(next);
    return `${sum}${tight ? '' : ' '}${next}`;
  }, '');
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}
