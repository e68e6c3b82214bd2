import * as core from '@actions/core';

/** Sets the outputs of the step; an absent value is an empty output. */
export function setOutputs(outputs: Readonly<Record<string, string | number | undefined>>): void {
  for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value ?? '');
}
