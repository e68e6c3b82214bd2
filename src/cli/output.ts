import { styleText } from 'node:util';
import { BukaError } from '../errors';
import { toJson } from '../json';
import { printable } from '../printable';
import type { Reporter } from '../reporter';
import { LineReporter } from './lines';
import { TerminalReporter } from './terminal';

/** Where a command speaks: progress while it works, one result at its end, failures on standard error. */
export class Output {
  readonly json: boolean;
  readonly reporter: Reporter;
  readonly #live: TerminalReporter | undefined;

  /** With `json`, standard output is for the result alone, and progress goes to standard error. */
  constructor(json: boolean) {
    this.json = json;
    const stream = json ? process.stderr : process.stdout;
    this.#live = stream.isTTY && process.env.TERM !== 'dumb' ? new TerminalReporter(stream) : undefined;
    this.reporter = this.#live ?? new LineReporter(stream);
  }

  /** Ends the live part. */
  end(): void {
    this.#live?.end();
  }

  result<T>(value: T, text: (value: T) => string): void {
    process.stdout.write(this.json ? toJson(value) : `${text(value)}\n`);
  }

  error(error: unknown): void {
    this.end();
    process.stderr.write(`${styleText('red', 'error:', { stream: process.stderr })} ${errorText(error)}\n`);
  }
}

function errorText(error: unknown): string {
  if (error instanceof BukaError) return printable(`${error.message}\n  code: ${error.code}`);
  // A bug of ours: the stack is what helps whoever mends it.
  return printable(error instanceof Error ? (error.stack ?? error.message) : String(error));
}
