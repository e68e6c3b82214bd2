import type { Duration } from '../units';
import type { Burn } from './burn';
import type { Quantile } from './histogram';
import type { Verdict } from './verdict';

/** `2 h 5 min`, `45 s`, `3 d 4 h`: lengths of time of an hour or days, for people. */
export function formatLength(length: Duration): string {
  const sign = length < 0 ? '-' : '';
  const whole = Math.round(Math.abs(length) / 1000);
  if (whole < 60) return `${sign}${trimmed(Math.abs(length) / 1000, 1)} s`;
  const parts: [number, string][] = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor(whole / 3600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'min'],
    [whole % 60, 's'],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  const told = parts.slice(first, first + 2).filter(([count]) => count > 0);
  return sign + told.map(([count, unit]) => `${count} ${unit}`).join(' ');
}

/** `99.87 %`, always rounded down: 99.9 % is told of nothing that has less. */
export function formatPercent(percent: number | undefined, digits = 3): string {
  if (percent === undefined) return 'not measured';
  // A figure such as 99.9 is a hair less in binary.
  const scale = 10 ** digits;
  return `${trimmed(Math.floor(percent * scale + 1e-6) / scale, digits)} %`;
}

/** `124 ms`, `2.41 s`. */
export function formatTime(time: Duration | undefined): string {
  if (time === undefined) return 'no requests';
  if (time < 1000) return `${trimmed(time, time < 10 ? 1 : 0)} ms`;
  return `${trimmed(time / 1000, 2)} s`;
}

export function formatQuantile(quantile: Quantile | undefined): string {
  if (quantile === undefined) return formatTime(undefined);
  return `${quantile.beyond ? '> ' : ''}${formatTime(quantile.time)}`;
}

/** `2026-11-28 07:20 UTC` */
export const formatMoment = (at: Date): string => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

export const verdictWords: Readonly<Record<Verdict, string>> = {
  met: 'met',
  missed: 'missed',
  unknown: 'not known: too little was measured',
};

export function burnWord({ overLong, overShort, tooFast }: Burn): string {
  if (tooFast) return 'too fast';
  return overLong === undefined || overShort === undefined ? 'not known' : 'fine';
}

const trimmed = (value: number, digits: number) => String(Number(value.toFixed(digits)));
