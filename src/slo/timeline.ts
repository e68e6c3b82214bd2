import { intervalOf, type Sample, type Span } from './samples';

/** `unmeasured`: nobody looked, and so it is neither. */
export type State = 'up' | 'down' | 'unmeasured';

export interface Stretch extends Span {
  readonly state: State;
}

/** How far apart two samples may be until the time between them counts as not measured, in intervals: a late one is none missing. */
const LATE = 1.5;

/**
 * The window as stretches without a gap between them. A sample stands for the time until the next one; where that is
 * missing, for one interval. Of several series that were measured at once the worst counts: a customer may meet it.
 * @param series a value above 0 is up; each in the order of time; samples from shortly before the window reach into it
 */
export function timelineOf(series: readonly (readonly Sample[])[], window: Span): Stretch[] {
  const measured = series.flatMap(stretchesOf);
  const edges = measured.flatMap(({ from, to, state }) => [
    { at: clamp(from, window), up: state === 'up' ? 1 : 0, down: state === 'down' ? 1 : 0 },
    { at: clamp(to, window), up: state === 'up' ? -1 : 0, down: state === 'down' ? -1 : 0 },
  ]);
  edges.push({ at: window.to, up: 0, down: 0 });
  edges.sort((one, other) => one.at - other.at);
  const line: Stretch[] = [];
  let [up, down, since] = [0, 0, window.from];
  for (const edge of edges) {
    const state = down > 0 ? 'down' : up > 0 ? 'up' : 'unmeasured';
    if (edge.at > since) append(line, { from: since, to: edge.at, state });
    since = edge.at;
    up += edge.up;
    down += edge.down;
  }
  return line;
}

/** The same, where what was down before it was first up counts as not measured. */
export function sinceFirstUp(line: readonly Stretch[]): Stretch[] {
  const first = line.findIndex(({ state }) => state === 'up');
  const before = first === -1 ? line : line.slice(0, first);
  const unmeasured: Stretch[] = [];
  for (const stretch of before) append(unmeasured, { ...stretch, state: 'unmeasured' });
  return [...unmeasured, ...line.slice(before.length)];
}

/** What one series measured, neighbours of the same state in one. */
function stretchesOf(samples: readonly Sample[]): Stretch[] {
  const interval = intervalOf(samples);
  const found: Stretch[] = [];
  samples.forEach(({ at, value }, index) => {
    const next = samples[index + 1]?.at ?? Number.POSITIVE_INFINITY;
    const to = next - at <= LATE * interval ? next : at + interval;
    append(found, { from: at, to, state: value > 0 ? 'up' : 'down' });
  });
  return found;
}

function append(line: Stretch[], stretch: Stretch): void {
  const last = line.at(-1);
  if (last?.state === stretch.state && last.to === stretch.from) line[line.length - 1] = { ...last, to: stretch.to };
  else line.push(stretch);
}

const clamp = (at: number, { from, to }: Span) => Math.min(Math.max(at, from), to);

/** How long each state lasted within a span, in milliseconds. */
export function lasted(line: readonly Stretch[], span: Span): Record<State, number> {
  const sums = { up: 0, down: 0, unmeasured: 0 };
  for (const { from, to, state } of line) sums[state] += Math.max(0, clamp(to, span) - clamp(from, span));
  return sums;
}
