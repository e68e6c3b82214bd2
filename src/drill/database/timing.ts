import type { Reporter } from '../../reporter';

/** Tells when each titled part of a use case ended, while all that it tells goes on to `reporter`. */
export function timed(
  reporter: Reporter,
  now: () => Date,
): { reporter: Reporter; endOf(title: string): Date | undefined } {
  const ends = new Map<string, Date>();
  return {
    reporter: {
      info: (message) => reporter.info(message),
      warning: (message, next) => reporter.warning(message, next),
      step: (step) => reporter.step(step),
      async group(title, work) {
        const result = await reporter.group(title, work);
        ends.set(title, now());
        return result;
      },
    },
    endOf: (title) => ends.get(title),
  };
}

/** Passes on what goes wrong, and what takes long; not what the use case would tell if it were all that is done. */
export const hushed = (reporter: Reporter): Reporter => ({
  info: () => {},
  warning: (message, next) => reporter.warning(message, next),
  step: (step) => reporter.step(step),
  group: (_title, work) => work(),
});
