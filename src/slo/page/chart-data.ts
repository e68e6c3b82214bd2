import type { SloReport } from '../measure';

type Line = (number | null)[];

/** What charts.ts draws, numbers alone: no text gets into the page's script. Times in seconds since 1970, lengths in seconds. */
export interface ChartData {
  readonly from: number;
  readonly to: number;
  readonly down: readonly (readonly [from: number, to: number])[];
  readonly blind: readonly (readonly [from: number, to: number])[];
  readonly marks: readonly number[];
  /** When, and how much of the error budget was left then. */
  readonly budget: readonly [number[], number[]];
  /** The whole budget. */
  readonly whole: number;
  /** How long a part of the window is. */
  readonly part: number;
  /** Each value is of the part of the window that has `at` in its middle. */
  readonly course: {
    readonly at: number[];
    readonly requests: number[];
    readonly mean: Line;
    readonly p95: Line;
    readonly p99: Line;
    /** Which parts have a time that is beyond the histogram's last bound, the bound being told instead. */
    readonly beyond: { readonly p95: number[]; readonly p99: number[] };
  };
  readonly objective: number;
}

export function chartData({ from, to, availability, responseTime, marks = [] }: SloReport): ChartData {
  const spans = (state: string) =>
    availability.timeline
      .filter((stretch) => stretch.state === state)
      .map((stretch) => [stretch.from / 1000, stretch.to / 1000] as const);
  const down = spans('down');
  const whole = availability.budget.whole / 1000;
  const inSeconds = (time: number | undefined) => (time === undefined ? null : Number((time / 1000).toFixed(6)));
  const { course } = responseTime;
  const [first] = course;
  return {
    from: from.getTime() / 1000,
    to: to.getTime() / 1000,
    down,
    blind: spans('unmeasured'),
    marks: marks.map(({ at }) => at.getTime() / 1000),
    budget: budgetLine(from.getTime() / 1000, to.getTime() / 1000, whole, down),
    whole,
    part: first === undefined ? 0 : (first.to - first.from) / 1000,
    course: {
      at: course.map((part) => (part.from + part.to) / 2000),
      requests: course.map(({ requests }) => requests),
      mean: course.map(({ mean }) => inSeconds(mean)),
      p95: course.map(({ p95 }) => inSeconds(p95?.time)),
      p99: course.map(({ p99 }) => inSeconds(p99?.time)),
      beyond: {
        p95: course.flatMap(({ p95 }, index) => (p95?.beyond ? [index] : [])),
        p99: course.flatMap(({ p99 }, index) => (p99?.beyond ? [index] : [])),
      },
    },
    objective: responseTime.objective / 1000,
  };
}

/** It falls while the service is down, and is level otherwise. */
function budgetLine(from: number, to: number, whole: number, down: ChartData['down']): [number[], number[]] {
  const at = [from];
  const left = [whole];
  let now = whole;
  for (const [start, end] of down) {
    at.push(start);
    left.push(now);
    now -= end - start;
    at.push(end);
    left.push(now);
  }
  at.push(to);
  left.push(now);
  return [at, left];
}
