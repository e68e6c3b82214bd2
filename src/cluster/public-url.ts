import { bracketed } from './addresses';
import type { Cluster } from './cluster';

/** What customers type: by `monitoring.url`, else the load balancers' address; undefined where `buka.yml` knows neither. */
export function publicUrl({ monitoring, loadBalancers: { address } }: Cluster): string | undefined {
  if (monitoring?.url !== undefined || address === undefined) return monitoring?.url;
  return `http://${bracketed(address)}`;
}
