/**
 * Finds the end of a script's output in a stream: a line that starts with the request's token. The loop on the host
 * puts a newline before it, so one is taken off again: output without a newline at its end stays as it was.
 */
export class Frame {
  readonly #token: string;
  readonly #onLine: ((line: string) => void) | undefined;
  readonly #body: Buffer[] = [];
  #line: Buffer[] = [];
  #emptyHeld = false;
  #ending: string | undefined;
  #size = 0;

  constructor(token: string, onLine?: (line: string) => void) {
    this.#token = token;
    this.#onLine = onLine;
  }

  /** Bytes taken in so far. */
  get size(): number {
    return this.#size;
  }

  /** What stands behind the token on the last line, once it is there. */
  get ending(): string | undefined {
    return this.#ending;
  }

  get text(): string {
    const body = Buffer.concat(this.#body);
    return body.subarray(0, Math.max(0, body.length - 1)).toString('utf8');
  }

  feed(chunk: Buffer): void {
    this.#size += chunk.length;
    let start = 0;
    while (this.#ending === undefined) {
      const end = chunk.indexOf(10, start);
      if (end < 0) break;
      this.#line.push(chunk.subarray(start, end + 1));
      this.#take(Buffer.concat(this.#line));
      this.#line = [];
      start = end + 1;
    }
    if (this.#ending === undefined && start < chunk.length) this.#line.push(chunk.subarray(start));
  }

  #take(line: Buffer): void {
    const text = line.subarray(0, -1).toString('utf8');
    if (text.startsWith(this.#token)) {
      this.#ending = text.slice(this.#token.length).trim();
      return;
    }
    this.#body.push(line);
    if (this.#onLine === undefined) return;
    // An empty line may be the newline before the token: the next line tells.
    if (this.#emptyHeld) this.#onLine('');
    this.#emptyHeld = text === '';
    if (text !== '') this.#onLine(text);
  }
}
