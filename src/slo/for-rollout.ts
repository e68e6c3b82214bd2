import type { Cluster } from '../cluster';
import type { Dial } from '../remote';
import type { Answered, AskTimes, DeployOptions } from '../rollout';
import { seconds } from '../units';
import { deployGate } from './gate';
import { prometheusOf } from './measure';
import type { Series } from './prometheus';
import { requestsByWorker } from './queries';

/** A measurement of the watch is taken each few seconds: it doesn't wait for a server that hangs. */
const PATIENCE = seconds(10);

/** What a deploy asks of the monitoring host, where `buka.yml` has it ask. */
export const measuredBy = (dial: Dial): Pick<DeployOptions, 'checkObjectives' | 'askTimes'> => ({
  checkObjectives: deployGate(dial),
  askTimes: (cluster) => askTimes(cluster, dial),
});

/** The app's own histogram, as Prometheus read it from each worker. */
function askTimes(cluster: Cluster, dial: Dial): AskTimes {
  const prometheus = prometheusOf(cluster, dial, PATIENCE);
  return async (span) => {
    const whole = Math.floor(span / 1000);
    if (whole < 1) return new Map();
    const { count, sum } = requestsByWorker(cluster, whole);
    const [counts, sums] = await Promise.all([prometheus.values(count), prometheus.values(sum)]);
    return answered(byWorker(counts), byWorker(sums));
  };
}

const byWorker = (series: readonly Series[]) =>
  new Map(series.map(({ labels, samples }) => [labels.host ?? '', samples[0]?.value ?? 0]));

/** Without a request there is no time, and a server that has just begun to look knows of none. */
function answered(counts: ReadonlyMap<string, number>, sums: ReadonlyMap<string, number>): Map<string, Answered> {
  const known = [...counts].filter(([worker, requests]) => requests > 0 && sums.has(worker));
  return new Map(known.map(([worker, requests]) => [worker, { requests, took: seconds(sums.get(worker) ?? 0) }]));
}
