import type { Output } from './output';

/**
 * Finds the answer to a request in what the loop says: the script's output, a line `token size`, then `size` bytes
 * with standard error and, on the last line, the status. The loop puts a newline before the token, so one is taken off
 * again: output without a newline at its end stays as it was.
 */
export class Answer {
  readonly #token: string;
  readonly #onLine: ((line: string) => void) | undefined;
  readonly #stdout: Buffer[] = [];
  readonly #trailer: Buffer[] = [];
  /** The beginning of a line whose end has not arrived. */
  #rest: Buffer[] = [];
  #emptyHeld = false;
  /** Bytes of the trailer that are still to come, once its size is known. */
  #missing: number | undefined;
  #size = 0;

  constructor(token: string, onLine?: (line: string) => void) {
    this.#token = token;
    this.#onLine = onLine;
  }

  /** Bytes taken in so far. */
  get size(): number {
    return this.#size;
  }

  /** The script's standard output so far, in whole lines. */
  get stdout(): string {
    const whole = Buffer.concat(this.#stdout);
    return whole.toString('utf8', 0, Math.max(0, whole.length - 1));
  }

  /** The whole answer, once it is there. */
  get output(): Output | undefined {
    if (this.#missing !== 0) return undefined;
    const trailer = Buffer.concat(this.#trailer);
    const end = trailer.lastIndexOf('\n');
    return {
      status: Number(trailer.toString('latin1', end + 1)),
      stdout: this.stdout,
      stderr: trailer.toString('utf8', 0, Math.max(0, end)),
    };
  }

  /** Takes in what arrived; throws what `onLine` throws. */
  feed(chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#missing === undefined) this.#takeStdout(chunk);
    else this.#takeTrailer(chunk);
  }

  #takeStdout(chunk: Buffer): void {
    const end = chunk.lastIndexOf('\n') + 1;
    const rest = chunk.subarray(end);
    if (end === 0) {
      this.#rest.push(rest);
      return;
    }
    const lines = Buffer.concat([...this.#rest, chunk.subarray(0, end)]);
    this.#rest = [rest];
    const token = lines.indexOf(this.#token);
    const said = token < 0 ? lines : lines.subarray(0, token);
    this.#stdout.push(said);
    this.#tell(said);
    if (token < 0) return;
    const trailer = lines.indexOf('\n', token) + 1;
    this.#missing = Number(lines.toString('latin1', token + this.#token.length, trailer));
    this.#takeTrailer(lines.subarray(trailer));
    this.#takeTrailer(rest);
  }

  #takeTrailer(chunk: Buffer): void {
    const part = chunk.subarray(0, this.#missing);
    this.#trailer.push(part);
    this.#missing = (this.#missing ?? 0) - part.length;
  }

  #tell(lines: Buffer): void {
    if (this.#onLine === undefined || lines.length === 0) return;
    for (const line of lines.toString('utf8', 0, lines.length - 1).split('\n')) {
      // An empty line may be the newline before the token: the next line tells.
      if (this.#emptyHeld) this.#onLine('');
      this.#emptyHeld = line === '';
      if (line !== '') this.#onLine(line);
    }
  }
}
