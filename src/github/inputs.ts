import * as core from '@actions/core';
import { ConfigurationError } from '../errors';
import { mask } from './secrets';

/** An input's text, trimmed; the fallback where it is empty. */
export function input(name: string, fallback = ''): string {
  return core.getInput(name) || fallback;
}

/** @throws ConfigurationError `input-missing` */
export function requiredInput(name: string): string {
  const value = core.getInput(name);
  if (value) return value;
  throw new ConfigurationError({
    code: 'input-missing',
    message: `The input ${name} is empty.`,
    left: 'Nothing was changed.',
    hint: `Give it in the workflow, under "with:" of this step. A secret that doesn't exist there is empty: an environment's secrets need "environment:" in the job.`,
  });
}

/** A secret input, which no line of the log shows from here on. Kept as it is: a key ends in a line break. */
export function secretInput(name: string): string | undefined {
  const value = core.getInput(name, { trimWhitespace: false });
  if (!value.trim()) return undefined;
  mask(value);
  return value;
}

/** @throws ConfigurationError `input-invalid` */
export function flagInput(name: string): boolean {
  const value = input(name, 'false').toLowerCase();
  if (value === 'true' || value === 'false') return value === 'true';
  throw new ConfigurationError({
    code: 'input-invalid',
    message: `The input ${name} must be true or false.`,
    seen: value,
    left: 'Nothing was changed.',
    hint: `Write ${name}: true in the workflow, or leave it out.`,
  });
}
