import type { Writable } from 'node:stream';
import { printable } from '../printable';
import type { Reporter, Step } from '../reporter';

/** For a pipe or a file: one line for each thing that happened, nothing rewritten. */
export class LineReporter implements Reporter {
  readonly #stream: Writable;
  readonly #lastProgress = new Map<string, string>();

  constructor(stream: Writable) {
    this.#stream = stream;
  }

  async group<T>(title: string, work: () => Promise<T>): Promise<T> {
    this.info(`== ${title}`);
    return work();
  }

  info(message: string): void {
    this.#stream.write(`${printable(message)}\n`);
  }

  warning(message: string): void {
    this.info(`warning: ${message}`);
  }

  /** A count that changes is told once: a file has no use for the same line fifty times. */
  step(step: Step): void {
    if (step.state === 'progress') {
      const key = `${step.host} ${step.name}`;
      const text = (step.detail ?? '').replace(/\d+/g, '');
      if (this.#lastProgress.get(key) === text) return;
      this.#lastProgress.set(key, text);
    }
    this.info(stepText(step));
  }
}

export function stepText({ host, name, state, detail }: Step): string {
  const ending = { started: ' …', progress: ' …', done: '', failed: ' FAILED' }[state];
  return `${host}: ${name}${ending}${detail ? ` (${detail})` : ''}`;
}
