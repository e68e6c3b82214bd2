/** Quantities carry their unit in the type: a bare number is neither a duration nor a size. */

declare const unit: unique symbol;

/** A length of time in milliseconds. */
export type Duration = number & { readonly [unit]: 'milliseconds' };

/** A size in bytes. */
export type Bytes = number & { readonly [unit]: 'bytes' };

export const milliseconds = (count: number): Duration => count as Duration;
export const seconds = (count: number): Duration => milliseconds(count * 1000);
export const minutes = (count: number): Duration => seconds(count * 60);
export const bytes = (count: number): Bytes => count as Bytes;

/** From one moment to a later one; none where a clock was set back meanwhile. */
export const between = (from: Date, to: Date): Duration => milliseconds(Math.max(0, to.getTime() - from.getTime()));

/** `1.2 s`, `340 ms`, `2 min 5 s`: for people, never parsed again. */
export function formatDuration(duration: Duration): string {
  if (duration < 1000) return `${Math.round(duration)} ms`;
  if (duration < 60_000) return `${(duration / 1000).toFixed(1)} s`;
  const whole = Math.round(duration / 1000);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** `512 B`, `3.4 kB`, `12.0 MB`, in powers of 1,000. */
export function formatBytes(size: Bytes): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value: number = size;
  let index = 0;
  while (value >= 1000 && index < units.length - 1) {
    value /= 1000;
    index += 1;
  }
  return `${index === 0 ? value : value.toFixed(1)} ${units[index]}`;
}
