import * as core from '@actions/core';

/** Sets the outputs of the step; an absent value is an empty output. */
export function setOutputs(outputs: Readonly<Record<string, string | number | undefined>>): void {
  for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value ?? '');
}

/** Keeps values for the post step of the same action, at once: the process may be killed at any moment. */
export function saveState(values: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(values)) core.saveState(name, value);
}

/** What main kept for the post step; empty where it didn't. */
export const savedState = (name: string): string => core.getState(name);
