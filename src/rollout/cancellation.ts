import { BukaError } from '../errors';
import { type Duration, seconds } from '../units';

/**
 * What a cancelled run may still take for a worker that is between two releases. A runner sends SIGTERM 7.5 s after
 * SIGINT; what is left of that is for the report.
 */
const TIME_LEFT: Duration = seconds(5);

/** How the steps of a run find out that it was cancelled. */
export class Cancellation {
  readonly #signal: AbortSignal;
  #unfinished = false;

  constructor(signal: AbortSignal = new AbortController().signal) {
    this.#signal = signal;
  }

  get requested(): boolean {
    return this.#signal.aborted;
  }

  /** A step was left while it still worked: somebody else has to see what came of it. */
  get unfinished(): boolean {
    return this.#unfinished;
  }

  /** @throws BukaError `cancelled` */
  check(): void {
    if (this.requested) throw cancelled();
  }

  /** Waits for work that can be left at any moment. @throws BukaError `cancelled` at once when the run is cancelled */
  orLeave<T>(work: Promise<T>): Promise<T> {
    return this.#race(work, 0, () => cancelled());
  }

  /** Waits for work that should come to its end. @throws BukaError `cancelled` some seconds after the run is cancelled */
  orHurry<T>(work: Promise<T>): Promise<T> {
    return this.#race(work, TIME_LEFT, () => {
      this.#unfinished = true;
      return cancelled();
    });
  }

  #race<T>(work: Promise<T>, patience: number, why: () => BukaError): Promise<T> {
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      const onAbort = () => {
        timer = setTimeout(() => reject(why()), patience);
      };
      const done = () => {
        clearTimeout(timer);
        this.#signal.removeEventListener('abort', onAbort);
      };
      work.finally(done).then(resolve, reject);
      if (this.requested) onAbort();
      else this.#signal.addEventListener('abort', onAbort, { once: true });
    });
  }
}

const cancelled = () =>
  new BukaError({
    code: 'cancelled',
    message: 'The run was cancelled.',
    hint: 'Run the same again to go on from here, or `buka rollback` to go back.',
  });
