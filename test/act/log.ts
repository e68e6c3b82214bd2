/** A line of what act says with `--json`, as far as a test can tell something by it. */
export interface Entry {
  /** Name of the job, and of the step and its stage where it is of one. */
  readonly job: string;
  readonly stage: 'Pre' | 'Main' | 'Post' | undefined;
  readonly step: string | undefined;
  readonly text: string;
  /** `output`: printed by a step. `command`: a step told the runner something. `act`: of its own. */
  readonly from: 'output' | 'command' | 'act';
  /** `set-output`, `summary`, `error`, `debug` … */
  readonly command: string | undefined;
  /** Of a command: an output's name, and what was told. */
  readonly name: string | undefined;
  readonly told: string | undefined;
  readonly jobResult: string | undefined;
}

/** @returns undefined for a line that isn't of a job */
export function readEntry(line: string): Entry | undefined {
  const fields = parsed(line);
  if (typeof fields?.job !== 'string') return undefined;
  const { raw_output: raw, command, arg, content, raw: whole } = fields;
  return {
    job: fields.job.trim(),
    stage: fields.stage as Entry['stage'],
    step: text(fields.step),
    text: text(fields.msg) ?? '',
    from: raw === true ? 'output' : command === undefined ? 'act' : 'command',
    command: text(command),
    name: text(fields.name),
    // Of a command that act only shows, the whole line: its parameters count too.
    told: text(content) ?? ([text(arg), text(whole)].filter((each) => each !== undefined).join('\n') || undefined),
    jobResult: text(fields.jobResult),
  };
}

function parsed(line: string): Record<string, unknown> | null | undefined {
  try {
    return JSON.parse(line) as Record<string, unknown> | null;
  } catch {
    return undefined;
  }
}

const text = (value: unknown) => (typeof value === 'string' ? value : undefined);

/** What each job came to; a job that was left out is `skipped`, or has no word. */
export const resultsOf = (entries: readonly Entry[]): Record<string, string> =>
  Object.fromEntries(
    entries.flatMap(({ job, jobResult }) => (jobResult === undefined ? [] : [[lastName(job), jobResult]])),
  );

/** Of `Deploy/Buka deploy/Deploy to production` the last part. */
const lastName = (job: string) => job.split('/').at(-1)?.trim() ?? job;

/** What the steps of a job gave out. */
export function outputsOf(entries: readonly Entry[], job: string): Record<string, string> {
  const set = entries.filter((entry) => entry.command === 'set-output' && lastName(entry.job) === job);
  return Object.fromEntries(set.map(({ name, told }) => [name ?? '', told ?? '']));
}

/** What a called workflow gave back, as the job of `tellingOutputs` says it; undefined where it didn't come to that. */
export function toldOf(entries: readonly Entry[]): Record<string, string> | undefined {
  const told = entries.filter(({ job, from }) => from === 'output' && lastName(job) === 'told');
  const [, json] = /^TOLD (\{.*\})/s.exec(told.map(({ text }) => text).join('')) ?? [];
  return json === undefined ? undefined : (JSON.parse(json) as Record<string, string>);
}

/** What steps left in GITHUB_STEP_SUMMARY, in the order in which they ended. */
export const summaryOf = (entries: readonly Entry[], stage?: Entry['stage']): string =>
  entries
    .filter((entry) => entry.command === 'summary' && (stage === undefined || entry.stage === stage))
    .map(({ told }) => told)
    .join('\n');

/**
 * All that a step printed or told the runner, unmasked; without what it asked to be masked, which is told to the runner by
 * saying it and shown to nobody.
 */
export const printedOf = (entries: readonly Entry[]): string =>
  entries
    .filter(({ from, command }) => from !== 'act' && command !== 'add-mask')
    .map(({ text, told }) => (told === undefined ? text : `${text}\n${told}`))
    .join('\n');
