/**
 * What went wrong, told so that a person at night can act on it: where, in which step, what was seen, what state it
 * left behind, and what to type next. Codes are listed in docs/errors.md.
 */
export interface Failure {
  /** Stable and searchable, for example `host-key-mismatch`. */
  readonly code: string;
  /** One sentence: what is wrong. */
  readonly message: string;
  /** The host it happened on, by its name in `buka.yml`. */
  readonly host?: string | undefined;
  /** The step of the work, in the design's words: `preflight`, `lock`, `stage`, `drain` … */
  readonly step?: string | undefined;
  /** What was observed, word for word where possible. */
  readonly seen?: string | undefined;
  /** The state that it leaves: `Nothing was changed.` */
  readonly left?: string | undefined;
  /** What to do or type next. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

/** Every failure that Buka foresees. Anything else that is thrown is a bug of ours. */
export class BukaError extends Error {
  override readonly name: string = 'BukaError';
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(describe(failure), { cause: failure.cause });
    this.failure = failure;
  }

  get code(): string {
    return this.failure.code;
  }

  /** The same failure with what an outer layer knows better; facts that are already there stay. */
  with(more: Partial<Failure>): BukaError {
    const known = Object.fromEntries(Object.entries(this.failure).filter(([, value]) => value !== undefined));
    return new (this.constructor as typeof BukaError)({ ...more, ...known } as Failure);
  }
}

/** The user's configuration or input is wrong, as opposed to a host or a rollout that failed. */
export class ConfigurationError extends BukaError {
  override readonly name = 'ConfigurationError';
}

function describe({ message, host, step, seen, left, hint }: Failure): string {
  const where = [host, step].filter(Boolean).join(', ');
  return [where ? `${where}: ${message}` : message, told('seen', seen), told('left', left), told('next', hint)]
    .filter(Boolean)
    .join('\n');
}

/** Several lines stand below their word. */
const told = (word: string, value: string | undefined) =>
  value && `  ${word}:${value.trim().includes('\n') ? `\n${value.replace(/^/gm, '    ')}` : ` ${value}`}`;
