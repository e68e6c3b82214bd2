import { seconds } from './units';

/** Ctrl-C reaches npm too, which passes it on: two in such a short time are one. */
const ONE_AND_THE_SAME = seconds(1);

export interface Cancel {
  /** Aborted by the first SIGINT, or by a terminal that goes away. */
  readonly signal: AbortSignal;
  /** Gives the signals back to the system. */
  end(): void;
}

export interface CancelListener {
  /** The run shall come to a safe end. */
  cancelled(): void;
  /** The process ends right after this with status 1: no time to ask or tell a host anything. */
  quitting(): void;
}

/**
 * Takes the signals that end a job. A runner sends SIGINT, SIGTERM 7.5 s later, SIGKILL 2.5 s after that; a person
 * presses Ctrl-C, and once more when it takes too long.
 */
export function listenForCancel({ cancelled, quitting }: CancelListener): Cancel {
  const abort = new AbortController();
  let cancelledAt = 0;
  const quit = () => {
    quitting();
    process.exit(1);
  };
  const interrupt = () => {
    if (!abort.signal.aborted) {
      cancelledAt = performance.now();
      cancelled();
      abort.abort();
    } else if (performance.now() - cancelledAt > ONE_AND_THE_SAME) quit();
  };
  const listeners = [
    ['SIGINT', interrupt],
    ['SIGHUP', interrupt],
    ['SIGTERM', quit],
  ] as const;
  for (const [signal, listener] of listeners) process.on(signal, listener);
  return {
    signal: abort.signal,
    end() {
      for (const [signal, listener] of listeners) process.off(signal, listener);
    },
  };
}
