/** How a use case tells what it is doing. The GitHub job, the terminal and the tests each have their own. */
export interface Reporter {
  /** Runs `work` under a title: a log group in a job, a heading in a terminal. */
  group<T>(title: string, work: () => Promise<T>): Promise<T>;
  /** A line for people. */
  info(message: string): void;
  /** Something is otherwise than it should be. A job marks it, unless nobody has to do anything about it. */
  warning(message: string, next?: WhatNext): void;
  /** Something happened on a host; these make the time line of the summary. */
  step(step: Step): void;
}

/** `nothing`: it was wanted so, or is over, or mends itself. */
export type WhatNext = 'act' | 'nothing';

export interface Step {
  /** By its name in `buka.yml`. */
  readonly host: string;
  /** In the design's words: `stage`, `drain`, `drained`, `switched`, `healthy`, `readmitted` … */
  readonly name: string;
  readonly state: 'started' | 'progress' | 'done' | 'failed';
  readonly detail?: string | undefined;
}

/** Keeps everything, for tests and for the summary. */
export class RecordingReporter implements Reporter {
  readonly lines: string[] = [];
  readonly steps: Step[] = [];

  async group<T>(title: string, work: () => Promise<T>): Promise<T> {
    this.lines.push(title);
    return work();
  }

  info(message: string): void {
    this.lines.push(message);
  }

  warning(message: string): void {
    this.lines.push(`warning: ${message}`);
  }

  step(step: Step): void {
    this.steps.push(step);
  }
}
