import { type Count, count, type Kind, type Latency, latency, perSecond, type Sample } from './load';
import type { Phase } from './phases';
import type { Reconciliation } from './reconcile';

interface Stages {
  readonly before: Latency | undefined;
  readonly during: Latency | undefined;
  readonly after: Latency | undefined;
}

/** `out/demo.json`; docs/demo.md describes it. */
export interface DemoResult {
  readonly requests: Count & { readonly byKind: Readonly<Record<Kind, Count>> };
  /** Milliseconds, of all requests, the slow reports too. */
  readonly latency: Stages;
  /** The same without the reports, which take 2 s by design and would hide the rest. */
  readonly latencyOfQuickRequests: Stages;
  readonly phases: readonly { readonly name: string; readonly seconds: number }[];
  readonly sales: Reconciliation;
  /** By second since the load began: how many answers were from which release. */
  readonly releases: readonly { readonly second: number; readonly seen: Readonly<Record<string, number>> }[];
  /** The seconds in which requests failed that were due then, and why: `sale: reset`. */
  readonly failures: readonly { readonly second: number; readonly reasons: Readonly<Record<string, number>> }[];
}

/**
 * @param changing From the start of the deploy to the end of the rollback, in milliseconds since 1970; a request
 *   belongs where it was due.
 */
export function resultOf(
  samples: readonly Sample[],
  changing: { readonly from: number; readonly until: number },
  phases: readonly Phase[],
  sales: Reconciliation,
): DemoResult {
  const stages = (some: readonly Sample[]): Stages => ({
    before: latency(some.filter(({ at }) => at < changing.from)),
    during: latency(some.filter(({ at }) => at >= changing.from && at < changing.until)),
    after: latency(some.filter(({ at }) => at >= changing.until)),
  });
  const seconds = perSecond(samples);
  return {
    requests: count(samples),
    latency: stages(samples),
    latencyOfQuickRequests: stages(samples.filter(({ kind }) => kind !== 'slow')),
    phases: phases.map(({ name, from, until }) => ({ name, seconds: Math.round((until - from) / 100) / 10 })),
    sales,
    releases: seconds.map(({ at, releases }) => ({ second: at, seen: releases })),
    failures: seconds.filter(({ failed }) => failed > 0).map(({ at, reasons }) => ({ second: at, reasons })),
  };
}

/** Whether customers noticed nothing. */
export function holds({ requests, sales }: DemoResult): boolean {
  return requests.sent > 0 && requests.failed === 0 && salesHold(sales);
}

/** Whether the books agree with what customers were told. */
export function salesHold(sales: Reconciliation): boolean {
  return sales.acknowledged > 0 && sales.lost === 0 && sales.doubled === 0 && sales.stockOff.length === 0;
}
