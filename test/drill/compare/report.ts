import { sharingOf, THIS_MACHINE } from '../../../src/drill/compare/machines';
import type { CompareReport, Seen } from '../../../src/drill/compare/report';
import type { Figures } from '../../../src/drill/machine/figures';
import { milliseconds, seconds } from '../../../src/units';
import { machine } from './played';

export const seen = (more: Partial<Figures> = {}, length = 20_000): Seen => ({
  figures: {
    ...{ requests: 1002, failed: 0, errorRate: 0, availability: 100 },
    ...{ down: milliseconds(0), longestDown: milliseconds(0) },
    ...{ mean: milliseconds(6.2), p50: milliseconds(5), p95: milliseconds(9), p99: milliseconds(14) },
    ...more,
  },
  ...{ length: milliseconds(length), late: { p95: milliseconds(2), most: milliseconds(31) }, reasons: {} },
});

const down = (share: number, length: number) =>
  seen(
    {
      ...{ failed: Math.round(1002 * share), errorRate: 100 * share, availability: 100 * (1 - share) },
      ...{ down: milliseconds(share * length), longestDown: milliseconds(share * length) },
      ...{ mean: milliseconds(41), p95: milliseconds(120), p99: milliseconds(1040) },
    },
    length,
  );

/** One of a lab; the figures are made up. */
export function reportOf(more: Partial<CompareReport> = {}): CompareReport {
  const nobody = { mean: undefined, p50: undefined, p95: undefined, p99: undefined };
  const alone = down(0.92, 21_700);
  return {
    ...{ service: 'pos', at: new Date(Date.UTC(2026, 10, 28, 9, 30)), worker: 'worker1', loadBalancers: 2 },
    workers: ['worker1', 'worker2', 'worker3'],
    objectives: { availability: 99.9, meanResponseTime: seconds(3) },
    load: { path: '/readyz', rate: 50, mostRate: 2000, lasts: seconds(20) },
    sharing: sharingOf(
      ['lb1', 'lb2', 'worker1', 'worker2', 'worker3', 'db1', THIS_MACHINE].map((name) => machine({ name })),
    ),
    ...{ outcome: 'compared', cancelled: false },
    alone: {
      target: 'http://10.0.0.21:3000',
      throughput: { perSecond: 612.4, limit: 'objectives', steps: [] },
      situations: {
        quiet: seen(),
        deploy: down(0.41, 3_200),
        'worker-down': { ...alone, figures: { ...alone.figures, ...nobody, errorRate: 100, availability: 0 } },
        'load-balancer-lost': { leftOut: 'it has none' },
      },
    },
    distributed: {
      target: 'http://10.0.0.10',
      throughput: { perSecond: 704, limit: 'generator', steps: [] },
      situations: {
        quiet: seen({ mean: milliseconds(7.4), p95: milliseconds(12) }),
        deploy: seen({ mean: milliseconds(8.1) }, 18_400),
        'worker-down': down(0.0004, 23_100),
        'load-balancer-lost': down(0.021, 24_800),
      },
    },
    ...more,
  };
}
