import { BukaError } from '../errors';

/** `unchecked`: it could not be looked at, which never counts as well. */
export type Verdict = 'ok' | 'wrong' | 'unchecked';

/** One thing that was checked. */
export interface Finding {
  /** By its name in `buka.yml`, or one of the two below. */
  readonly host: string;
  /** In a word or two: `host key`, `sudo`. */
  readonly what: string;
  readonly verdict: Verdict;
  readonly seen: string;
  /** What to type, or to do. */
  readonly next?: string | undefined;
  /** Of docs/errors.md, where it is wrong. */
  readonly code?: string | undefined;
}

/** Where Buka runs, and where the workflows do. No host can be called so. */
export const HERE = 'this machine';
export const GITHUB = 'GitHub';

/** Why nothing is known of a host; the cause is told where it was reached for. */
export const NOT_LET_IN = 'nobody could log in';

export const ok = (host: string, what: string, seen: string): Finding => ({ host, what, verdict: 'ok', seen });

export const unchecked = (host: string, what: string, seen: string, next?: string): Finding => ({
  host,
  what,
  verdict: 'unchecked',
  seen,
  ...(next !== undefined && { next }),
});

export const wrong = (host: string, what: string, seen: string, next: string, code?: string): Finding => ({
  host,
  what,
  verdict: 'wrong',
  seen,
  next,
  ...(code !== undefined && { code }),
});

/** A failure, told as a finding. */
export function failed(host: string, what: string, { failure }: BukaError): Finding {
  const { message, seen, hint = `docs/errors.md, ${failure.code}`, code } = failure;
  return wrong(host, what, seen === undefined ? message : `${message} Seen: ${seen}`, hint, code);
}

/** What a check throws that nobody foresaw is a fault in Buka, and no finding. */
export function foreseen(error: unknown): BukaError {
  if (error instanceof BukaError) return error;
  throw error;
}
