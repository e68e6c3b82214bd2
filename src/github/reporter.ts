import * as core from '@actions/core';
import { printable } from '../printable';
import type { Reporter, Step, WhatNext } from '../reporter';

/** A count that changes is told this often, so that nobody wonders whether a job still lives. */
const COUNT_EVERY = 5000;

/** Speaks to a job's log: a group folds, a step is a line. */
export class JobReporter implements Reporter {
  readonly #now: () => number;
  readonly #lastProgress = new Map<string, { readonly text: string; readonly at: number }>();
  #depth = 0;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Groups of GitHub's log don't nest: an inner one is a heading. */
  async group<T>(title: string, work: () => Promise<T>): Promise<T> {
    if (this.#depth > 0) this.info(title);
    else core.startGroup(forLog(title));
    this.#depth += 1;
    try {
      return await work();
    } finally {
      this.#depth -= 1;
      if (this.#depth === 0) core.endGroup();
    }
  }

  info(message: string): void {
    core.info(forLog(message));
  }

  /** An annotation is for what a person must act on; the rest is in the log, and the summary has what counts. */
  warning(message: string, next: WhatNext = 'act'): void {
    if (next === 'nothing') this.info(`warning: ${message}`);
    else core.warning(clip(printable(message)));
  }

  step(step: Step): void {
    if (step.state === 'progress' && !this.#isDue(step)) return;
    this.info(stepLine(step));
  }

  /** A line of a migration's output is told at once; that 7 requests in flight have become 6 can wait. */
  #isDue({ host, name, detail = '' }: Step): boolean {
    const key = `${host} ${name}`;
    const text = detail.replace(/\d+/g, '');
    const at = this.#now();
    const last = this.#lastProgress.get(key);
    if (last?.text === text && at - last.at < COUNT_EVERY) return false;
    this.#lastProgress.set(key, { text, at });
    return true;
  }
}

function stepLine({ host, name, state, detail }: Step): string {
  const ending = { started: ' …', progress: ' …', done: '', failed: ' FAILED' }[state];
  return `${host.padEnd(12)} ${name}${ending}${detail ? `: ${detail}` : ''}`;
}

/**
 * A line that the runner takes as text. It reads `::command::` at the start of a line and `##[command]` anywhere in it
 * as an order, and a host's answer must never give one.
 */
export function forLog(text: string): string {
  return printable(text)
    .replace(/^(\s*):(?=:)/gm, '$1: ')
    .replaceAll('##[', '## [');
}

/** GitHub cuts an annotation at 4,096 characters; this keeps the end, which says what to do next. */
export function clip(text: string, most = 4096): string {
  if (text.length <= most) return text;
  const gap = '\n[…]\n';
  const tail = Math.min(1000, Math.floor(most / 2));
  return text.slice(0, most - tail - gap.length) + gap + text.slice(-tail);
}
