import type { Cluster } from '../cluster';
import { BukaError } from '../errors';
import type { Monitored } from '../slo';
import { type Finding, failed, NOT_LET_IN, ok, unchecked, wrong } from './finding';

/**
 * @param seen undefined where the monitoring host wasn't reached
 * @param deployed whether a release runs: before that, nothing can answer
 */
export function monitoringFindings(
  { monitoring, workers }: Cluster,
  seen: Monitored | BukaError | undefined,
  deployed: boolean,
): Finding[] {
  if (monitoring === undefined) return [];
  const { name } = monitoring.host;
  const all = ['probes', 'figures of the workers'];
  if (seen === undefined) return ['Prometheus', ...all].map((what) => unchecked(name, what, NOT_LET_IN));
  if (seen instanceof BukaError)
    return [failed(name, 'Prometheus', seen), ...all.map((what) => unchecked(name, what, "Prometheus can't be asked"))];
  const missing = workers.hosts.filter((worker) => !seen.workers.includes(worker.name)).map((worker) => worker.name);
  const log = `On ${name}: \`journalctl -u prometheus -n 50\`; docs/objectives.md lists what it must hold`;
  return [
    ok(name, 'Prometheus', 'answers'),
    seen.probed === 'not-probed'
      ? wrong(name, 'probes', 'nobody asked the health URL in the last 2 minutes', log, 'objectives-unknown')
      : seen.probed === 'answers'
        ? ok(name, 'probes', 'the service answers as a customer would see it')
        : deployed
          ? wrong(name, 'probes', 'the service does not answer its probes', '`buka status`', 'app-unhealthy')
          : unchecked(name, 'probes', 'nothing answers; nothing is deployed yet'),
    missing.length === 0
      ? ok(name, 'figures of the workers', workers.hosts.map((worker) => worker.name).join(', '))
      : deployed
        ? wrong(name, 'figures of the workers', `none of ${missing.join(', ')}`, `${log}; does the app serve /metrics?`)
        : unchecked(name, 'figures of the workers', 'nothing is deployed yet'),
  ];
}
