import type { Cluster } from '../cluster';
import { minutes } from '../units';
import type { Prometheus, Series } from './prometheus';
import { probes, requests, scrapes, served } from './queries';
import type { Requests } from './response-time';
import type { Sample, Span } from './samples';

/** All that the objectives are judged by. */
export interface Readings {
  /** A list of samples a series. */
  readonly probes: readonly (readonly Sample[])[];
  /** A probe before the window succeeded, as far as Prometheus knows. */
  readonly servedBefore: boolean;
  /** By worker, as it is called in `buka.yml` where the monitoring knows that name. */
  readonly scrapes: ReadonlyMap<string, readonly (readonly Sample[])[]>;
  readonly requests: readonly Requests[];
}

/** Raw samples are asked for in pieces, so that no answer is large, in milliseconds. */
const PIECE = 86_400_000;
/** Further back than any probe's interval, so that the last one before the window reaches into it. */
const BEFORE = minutes(2);
/** The parts of the course: an hour each in a week, and never less than a few scrapes. */
const PARTS = 168;
const SHORTEST_PART = minutes(5);

export async function read(prometheus: Prometheus, cluster: Cluster, window: Span): Promise<Readings> {
  const [probed, before, scraped, asked] = await Promise.all([
    rawSamples(prometheus, probes, window),
    prometheus.steps(served, { from: window.from - 1000, to: window.from }, 1000),
    rawSamples(prometheus, scrapes, window),
    readRequests(prometheus, cluster, window),
  ]);
  const byWorker = Map.groupBy(scraped, ({ labels }) => labels.host ?? labels.instance ?? 'unnamed');
  return {
    probes: probed.map(({ samples }) => samples),
    servedBefore: before.some(({ samples }) => samples.some(({ value }) => value > 0)),
    scrapes: new Map([...byWorker].map(([worker, series]) => [worker, series.map(({ samples }) => samples)])),
    requests: asked,
  };
}

/** Each series in one, from shortly before the window until its end. */
async function rawSamples(
  prometheus: Prometheus,
  query: (seconds: number) => string,
  { from, to }: Span,
): Promise<Series[]> {
  const pieces: Span[] = [];
  for (let end = to; end > from - BEFORE; end -= PIECE)
    pieces.push({ from: Math.max(end - PIECE, from - BEFORE), to: end });
  const answers = await Promise.all(
    pieces.reverse().map(async (piece) => {
      const found = await prometheus.samples(query(Math.ceil((piece.to - piece.from) / 1000)), piece.to);
      // Whether the beginning belongs to a range differs between versions of Prometheus.
      return found.map(({ labels, samples }) => ({ labels, samples: samples.filter(({ at }) => at > piece.from) }));
    }),
  );
  const same = Map.groupBy(answers.flat(), ({ labels }) => JSON.stringify(Object.entries(labels).sort()));
  return [...same.values()].map((parts) => ({
    labels: parts[0]?.labels ?? {},
    samples: parts.flatMap(({ samples }) => samples),
  }));
}

async function readRequests(prometheus: Prometheus, cluster: Cluster, window: Span): Promise<Requests[]> {
  const length = window.to - window.from;
  const parts = Math.max(1, Math.min(PARTS, Math.floor(length / SHORTEST_PART)));
  // Whole seconds; what doesn't fit is left out at the beginning.
  const step = Math.floor(length / parts / 1000) * 1000;
  const course = { from: window.to - parts * step, to: window.to };
  const query = requests(cluster, step / 1000);
  const [counts, sums, buckets] = await Promise.all(
    [query.count, query.sum, query.buckets].map((text) => prometheus.steps(text, course, step)),
  );
  const ends = Array.from({ length: parts }, (_, index) => course.from + (index + 1) * step);
  const [count, sum] = [counts, sums].map((series = []) => byTime(series[0]?.samples));
  const bounds = (buckets ?? []).map(({ labels, samples }) => [boundOf(labels.le), byTime(samples)] as const);
  return ends.map((to) => ({
    from: to - step,
    to,
    count: count?.get(to) ?? 0,
    sum: sum?.get(to) ?? 0,
    buckets: new Map(bounds.map(([bound, values]) => [bound, values.get(to) ?? 0])),
  }));
}

/** No value, or none that is a number, is no request. */
const byTime = (samples: readonly Sample[] = []) =>
  new Map(samples.filter(({ value }) => Number.isFinite(value)).map(({ at, value }) => [at, value]));

const boundOf = (le = '+Inf') => (le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le));
