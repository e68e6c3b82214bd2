import { distance } from 'fastest-levenshtein';
import { z } from 'zod';

export type Path = readonly (string | number)[];

/** One thing that is wrong in the file. */
export interface Problem {
  readonly path: Path;
  readonly message: string;
  /** Whether the key itself is wrong, or what it is set to. */
  readonly at: 'key' | 'value';
}

/** Turns what the schema refused into sentences that name the key, what it must be and what was found. */
export function schemaProblems(schema: z.ZodType, error: z.ZodError, raw: unknown): Problem[] {
  return error.issues.flatMap((issue) => problemsOf(schema, issue, [], raw));
}

function problemsOf(schema: z.ZodType, issue: z.core.$ZodIssue, base: Path, raw: unknown): Problem[] {
  const path = [...base, ...issue.path.map((part) => (typeof part === 'number' ? part : String(part)))];
  const found = valueAt(raw, path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ path: [...path, key], message: unknownKey(schema, path, key), at: 'key' }));
    case 'invalid_key':
      return [{ path, message: `${show(path.at(-1))} must be ${issue.issues[0]?.message}`, at: 'key' }];
    case 'invalid_union': {
      // The branch for the kind of value that was written; where there is none, every branch's own meaning.
      const written = issue.errors.find((branch) => branch.some((one) => !isWrongKind(one)));
      if (written) return written.flatMap((one) => problemsOf(schema, one, path, raw));
      const meanings = new Set(issue.errors.flatMap((branch) => branch.map(meaning)));
      return [{ path, message: sentence(path, [...meanings].join(', or '), found), at: 'value' }];
    }
    default:
      return [{ path, message: sentence(path, meaning(issue), found), at: 'value' }];
  }
}

const isWrongKind = (issue: z.core.$ZodIssue) => issue.code === 'invalid_type' && issue.path.length === 0;

const kinds: Record<string, string> = {
  object: 'a mapping of keys to values',
  record: 'a mapping of keys to values',
  array: 'a list',
  string: 'text',
  number: 'a number',
};

/** What the value must be, to follow "must be". */
function meaning(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type' && issue.message.startsWith('Invalid input')) {
    return kinds[issue.expected] ?? issue.expected;
  }
  if (issue.code === 'invalid_value') {
    const values = issue.values.map(String);
    return values.length === 1 ? `${values[0]}` : `one of ${values.join(', ')}`;
  }
  return issue.message;
}

function sentence(path: Path, must: string, found: unknown): string {
  const name = dotted(path) || 'the file';
  if (found === undefined) return `${name} is missing; it must be ${must}`;
  return `${name} must be ${must}; found ${show(found)}`;
}

function unknownKey(schema: z.ZodType, path: Path, key: string): string {
  const known = knownKeys(schema, path);
  const place = path.length > 0 ? `in ${dotted(path)}` : 'at the top level';
  return `unknown key ${show(key)} ${place}; ${nearest(key, known)}`;
}

/** `did you mean "port"?`, or the whole list where nothing is near. */
export function nearest(word: string, known: readonly string[]): string {
  const ranked = known
    .map((candidate) => ({ candidate, far: distance(word.toLowerCase(), candidate) }))
    .sort((one, other) => one.far - other.far);
  const best = ranked[0];
  // A third of the word, at least two letters: `workrs`, `min-avialable`, not `db` for `lb1`.
  if (best && best.far <= Math.max(2, Math.floor(word.length / 3)) && best.far < best.candidate.length) {
    return `did you mean ${show(best.candidate)}?`;
  }
  return known.length > 0 ? `known are ${known.join(', ')}` : 'there are none';
}

function knownKeys(schema: z.core.$ZodType, path: Path): string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return knownKeys(schema.unwrap(), path);
  }
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => knownKeys(option, path));
  const [step, ...rest] = path;
  if (schema instanceof z.ZodRecord) return knownKeys(schema.valueType, rest);
  if (!(schema instanceof z.ZodObject)) return [];
  if (step === undefined) return Object.keys(schema.shape);
  const next = schema.shape[step];
  return next ? knownKeys(next, rest) : [];
}

function valueAt(raw: unknown, path: Path): unknown {
  let value = raw;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string | number, unknown>)[part];
  }
  return value;
}

export const dotted = (path: Path): string =>
  path.map((part, index) => (typeof part === 'number' ? `[${part + 1}]` : `${index > 0 ? '.' : ''}${part}`)).join('');

/** A value as it may be printed: short, and with nothing in it that a terminal or a log would act on. */
export function show(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  const text = (JSON.stringify(value) ?? String(value)).replace(
    /[\p{C}\p{Zl}\p{Zp}]/gu,
    (sign) => `\\u{${sign.codePointAt(0)?.toString(16)}}`,
  );
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
