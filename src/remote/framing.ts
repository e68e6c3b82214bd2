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
  #line: Buffer[] = [];
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

  /** The script's standard output so far. */
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
    let start = 0;
    while (this.#missing === undefined && start < chunk.length) {
      const end = chunk.indexOf('\n', start);
      this.#line.push(chunk.subarray(start, end < 0 ? chunk.length : end + 1));
      start = end < 0 ? chunk.length : end + 1;
      if (end < 0) break;
      this.#takeLine(Buffer.concat(this.#line));
      this.#line = [];
    }
    if (this.#missing === undefined) return;
    const rest = chunk.subarray(start, start + this.#missing);
    this.#trailer.push(rest);
    this.#missing -= rest.length;
  }

  #takeLine(line: Buffer): void {
    if (line.toString('latin1', 0, this.#token.length) === this.#token) {
      this.#missing = Number(line.toString('latin1', this.#token.length));
      return;
    }
    this.#stdout.push(line);
    if (this.#onLine === undefined) return;
    // An empty line may be the newline before the token: the next line tells.
    if (this.#emptyHeld) this.#onLine('');
    this.#emptyHeld = line.length === 1;
    if (!this.#emptyHeld) this.#onLine(line.toString('utf8', 0, line.length - 1));
  }
}
