import { BukaError } from '../errors';

export interface Output {
  /** 128 and the signal's number where a signal ended the script, as the shell tells it. */
  readonly status: number;
  /** As UTF-8; bytes that are none become U+FFFD, so binary output has to be encoded by the script. */
  readonly stdout: string;
  /** Its last 64 KiB. */
  readonly stderr: string;
}

/**
 * The usual "0 or fail".
 * @throws BukaError `script-failed` with the status and the end of what the script said; the remote adds host and step
 */
export function succeeded(output: Output): Output {
  if (output.status === 0) return output;
  throw new BukaError({
    code: 'script-failed',
    message: `The script ended with status ${output.status}.`,
    seen: lastWords(output),
  });
}

/** The end of what a script said, standard error first: at most ten lines. */
export function lastWords({ stdout, stderr }: Output): string | undefined {
  const words = stderr.trim() || stdout.trim();
  return words === '' ? undefined : words.split('\n').slice(-10).join('\n').slice(-2000);
}

/** The lines of an answer, without the empty ones. */
export function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

/**
 * An answer in lines of `key=value`; the value is the rest of the line, whatever it holds.
 * @throws BukaError `answer-unreadable` for any other line, and when one of `keys` is missing
 */
export function fields<Key extends string>(text: string, keys: readonly Key[]): Record<Key, string> {
  const found = new Map(
    lines(text).map((line) => {
      const at = line.indexOf('=');
      if (at < 1) throw unreadable(`Expected key=value, not ${JSON.stringify(line)}.`, text);
      return [line.slice(0, at), line.slice(at + 1)];
    }),
  );
  const missing = keys.filter((key) => !found.has(key));
  if (missing.length > 0) throw unreadable(`The answer lacks ${missing.join(', ')}.`, text);
  return Object.fromEntries(keys.map((key) => [key, found.get(key)])) as Record<Key, string>;
}

/**
 * An answer in lines of columns with a tab between.
 * @throws BukaError `answer-unreadable` for a line with another number of columns
 */
export function rows<Column extends string>(text: string, columns: readonly Column[]): Record<Column, string>[] {
  return lines(text).map((line) => {
    const cells = line.split('\t');
    if (cells.length !== columns.length)
      throw unreadable(`Expected ${columns.length} columns, not ${JSON.stringify(line)}.`, text);
    return Object.fromEntries(columns.map((column, index) => [column, cells[index]])) as Record<Column, string>;
  });
}

function unreadable(message: string, text: string): BukaError {
  return new BukaError({ code: 'answer-unreadable', message, seen: text.slice(0, 500) });
}
