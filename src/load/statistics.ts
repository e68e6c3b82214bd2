import type { Sample } from './sample';

/** Milliseconds, exact over the samples given; undefined where there are none. */
export interface Latency {
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

export interface Count {
  readonly sent: number;
  readonly failed: number;
}

/** Of the requests that were served. */
export function latency(samples: readonly Sample[]): Latency | undefined {
  const sorted = samples
    .filter((sample) => !isFailed(sample))
    .map((sample) => sample.latency)
    .sort((a, b) => a - b);
  if (sorted.length === 0) return undefined;
  // The nearest-rank percentile: a latency that a customer really had.
  const rank = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  const mean = sorted.reduce((sum, each) => sum + each, 0) / sorted.length;
  return { mean: tenth(mean), p50: tenth(rank(0.5)), p95: tenth(rank(0.95)), p99: tenth(rank(0.99)) };
}

/** @param kinds each is counted by itself too */
export function count<Kind extends string>(
  samples: readonly Sample<Kind>[],
  kinds: readonly Kind[],
): Count & { readonly byKind: Readonly<Record<Kind, Count>> } {
  const of = (some: readonly Sample[]): Count => ({
    sent: some.length,
    failed: some.filter(isFailed).length,
  });
  const byKind = kinds.map((kind) => [kind, of(samples.filter((sample) => sample.kind === kind))] as const);
  return { ...of(samples), byKind: Object.fromEntries(byKind) as Record<Kind, Count> };
}

/** How often each reason occurred, the commonest first. */
export function reasons(samples: readonly Sample[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { kind, failure } of samples) {
    if (failure === undefined) continue;
    const reason = `${kind}: ${failure}`;
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return new Map([...counts].sort(([, a], [, b]) => b - a));
}

/** What customers saw in one second. */
export interface Second {
  /** Seconds since the first request of the load. */
  readonly at: number;
  readonly sent: number;
  readonly failed: number;
  /** How often each kind failed for each reason: `sale: reset`. */
  readonly reasons: Readonly<Record<string, number>>;
  /** Answers by release. */
  readonly releases: Readonly<Record<string, number>>;
}

/** By the second in which a request was due. */
export function perSecond(samples: readonly Sample[]): readonly Second[] {
  const start = samples.reduce((least, { at }) => Math.min(least, at), Number.POSITIVE_INFINITY);
  const bySecond = Map.groupBy(samples, ({ at }) => Math.floor((at - start) / 1000));
  const seconds = [...bySecond].map(([at, some]): Second => {
    const releases: Record<string, number> = {};
    for (const { release } of some) if (release) releases[release] = (releases[release] ?? 0) + 1;
    const why = Object.fromEntries(reasons(some));
    return { at, sent: some.length, failed: some.filter(isFailed).length, reasons: why, releases };
  });
  return seconds.sort((a, b) => a.at - b.at);
}

function isFailed({ failure }: Sample): boolean {
  return failure !== undefined;
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
