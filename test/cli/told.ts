import type { Output } from '../../src/cli/output';
import { RecordingReporter } from '../../src/reporter';

/** Where a command of the terminal tells its progress and its result, for a test to look at. */
export function toldOutput<Result>() {
  let told: { result: Result; text: string } | undefined;
  const reporter = new RecordingReporter();
  const out = {
    reporter,
    end() {},
    result(result: Result, text: (result: Result) => string) {
      told = { result, text: text(result) };
    },
  } as unknown as Output;
  /** What the command came to, and how a person reads it. */
  const ended = () => {
    if (told === undefined) throw new Error('it told nothing');
    return told;
  };
  return { out, reporter, ended };
}
