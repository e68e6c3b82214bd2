import { seconds } from './units';

/** Ctrl-C reaches npm too, which passes it on: two in such a short time are one. */
const ONE_AND_THE_SAME = seconds(1);

export interface CancelListener {
  /** The run shall come to a safe end. */
  cancelled(): void;
  /** The process ends right after this with status 1: no time to ask or tell a host anything. */
  quitting(): void;
}

/**
 * Takes the signals that end a job. A runner sends SIGINT, SIGTERM 7.5 s later, SIGKILL 2.5 s after that; a person
 * presses Ctrl-C, and once more when it takes too long. They are taken until the process ends: given back before, a
 * Ctrl-C that is passed on late would kill it in the middle of its report.
 * @returns aborted by the first SIGINT, or by a terminal that goes away
 */
export function listenForCancel({ cancelled, quitting }: CancelListener): AbortSignal {
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
  process.on('SIGINT', interrupt);
  process.on('SIGHUP', interrupt);
  process.on('SIGTERM', quit);
  return abort.signal;
}
