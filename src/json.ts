import { BukaError } from './errors';

/** A report or a status as JSON for machines: dates in ISO 8601, durations in milliseconds, maps as objects. */
export function toJson(value: unknown): string {
  return `${JSON.stringify(value, plain, 2)}\n`;
}

function plain(_key: string, value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries(value);
  if (value instanceof Set) return [...value];
  // The cause is for whoever debugs Buka, and may hold anything.
  if (value instanceof BukaError) return { ...value.failure, cause: undefined };
  return value;
}
