import type { Cluster, Host } from '../cluster';
import type { Remote } from '../remote';
import { HaproxyLoadBalancer } from './haproxy/driver';
import type { LoadBalancer } from './load-balancer';

/**
 * The driver for the cluster's kind of load balancer, on one of its hosts.
 * @throws ConfigurationError `unusable-name` when a name or path would mean something to the load balancer's interface
 */
export function loadBalancer(cluster: Cluster, host: Host, remote: Remote): LoadBalancer {
  switch (cluster.loadBalancers.kind) {
    case 'haproxy':
      return new HaproxyLoadBalancer(cluster, host, remote);
  }
}
